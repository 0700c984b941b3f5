// The vectors are read by tests/ml/masks/test_area_vectors.py too: both halves of Tramline must agree on every pixel.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { componentAt, components, labelComponents, nearestPixel, runAt } from "../../static/viewer/components.js";
import { capsule, polyline } from "../../static/viewer/drawing.js";
import { holeAt } from "../../static/viewer/holes.js";
import { fromPolygons, hull, isInside } from "../../static/viewer/polygons.js";
import * as runs from "../../static/viewer/runs.js";
import { cutAlong, cutAt, pathBetween } from "../../static/viewer/split.js";
import { randomMask, seeded } from "./random_masks.js";

const vectors = JSON.parse(readFileSync(new URL("../data/area_vectors.json", import.meta.url), "utf8"));
const build = ({ rows, columns, runs: list }) => new runs.Runs(rows, columns, Int32Array.from(list.flat()));
const points = (ring) => ring.map(([row, column]) => ({ x: column, y: row }));

vectors.pieces.forEach((vector, i) => {
  test(`pieces of mask ${i} are those that the server counts`, () => {
    const mask = build(vector);

    const { ofRun, count } = labelComponents(mask);

    assert.deepEqual([Array.from(ofRun), count], [vector.of_run, vector.areas_px.length]);
    assert.deepEqual(components(mask).map(runs.areaPx), vector.areas_px);
  });
});

vectors.polygons.forEach((vector, i) => {
  test(`polygon ${i} is filled as the server fills it`, () => {
    assert.deepEqual(fromPolygons(vector.rows, vector.columns, vector.rings.map(points)), build(vector));
  });
});

test("a pixel is filled exactly where its centre is inside by the even-odd rule", () => {
  for (const { rows, columns, rings } of vectors.polygons) {
    const filled = runs.toDense(fromPolygons(rows, columns, rings.map(points)));
    const expected = filled.map((_, at) => {
      const centre = { x: (at % columns) + 0.5, y: Math.floor(at / columns) + 0.5 };
      return rings.filter((ring) => isInside(centre, points(ring))).length % 2;
    });
    assert.deepEqual(filled, expected);
  }
});

test("the piece under a pixel is what flooding from it reaches, with four and with eight neighbours", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const mask = randomMask(17, 23, 0.3 + (seed % 5) / 10, seed);
    const random = seeded(seed + 1000);
    const [row, column] = [Math.floor(random() * 17), Math.floor(random() * 23)];
    for (const neighbours of [4, 8]) {
      const flooded = flood(runs.toDense(mask), 17, 23, row, column, neighbours);
      const piece = componentAt(mask, row, column, neighbours);
      assert.deepEqual(piece ? runs.toDense(piece) : new Uint8Array(17 * 23), flooded, `seed ${seed}`);
    }
  }
});

test("the run at a pixel is found, and none where there is none", () => {
  const mask = randomMask(20, 30, 0.4, 5);
  const dense = runs.toDense(mask);
  dense.forEach((value, at) => {
    const found = runAt(mask, Math.floor(at / 30), at % 30);
    assert.equal(found >= 0, value === 1);
    if (found >= 0) assert.equal(mask.runs[3 * found], Math.floor(at / 30));
  });
});

test("the nearest pixel is the nearest of all, within reach", () => {
  const random = seeded(77);
  for (let i = 0; i < 200; i++) {
    const mask = randomMask(12, 15, 0.05, i + 1);
    const point = { x: random() * 15, y: random() * 12 };
    const distances = pixels(mask).map(([row, column]) => {
      return Math.hypot(Math.max(0, column - point.x, point.x - column - 1), Math.max(0, row - point.y, point.y - row - 1));
    });
    const least = Math.min(...distances);
    const found = nearestPixel(mask, point, 3);
    if (least >= 3) assert.equal(found, null);
    else assert.equal(distances[pixels(mask).findIndex(([row, column]) => row === found.row && column === found.column)], least);
  }
});

test("a hole is background that no way leads out of, corners included", () => {
  let closed = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const mask = randomMask(13, 14, 0.55, seed);
    const around = flood(runs.toDense(mask).map((value) => 1 - value), 13, 14, 6, 7, 4);
    const touchesEdge = pixels(runs.fromDense(around, 13, 14)).some(([row, column]) => row % 12 === 0 || column % 13 === 0);
    const isHole = around.some(Boolean) && !touchesEdge;
    const hole = holeAt(mask, 6, 7);
    assert.deepEqual(hole ? runs.toDense(hole) : null, isHole ? around : null, `seed ${seed}`);
    closed += Number(isHole);
  }
  assert.ok(closed > 20, `only ${closed} of the masks had a hole there`);
});

test("a ring with a gap has no hole, and nothing to fill is no hole", () => {
  const [rows, columns] = [60, 60];
  const ring = runs.difference(capsule(rows, columns, { x: 30, y: 30 }, { x: 30, y: 30 }, 20), capsule(rows, columns, { x: 30, y: 30 }, { x: 30, y: 30 }, 16));
  const gap = capsule(rows, columns, { x: 48, y: 30 }, { x: 48, y: 30 }, 3);

  assert.deepEqual(holeAt(ring, 30, 30), capsule(rows, columns, { x: 30, y: 30 }, { x: 30, y: 30 }, 16));
  assert.equal(holeAt(runs.difference(ring, gap), 30, 30), null);
  assert.equal(holeAt(ring, 2, 2), null);
  assert.equal(holeAt(ring, 30, 48), null);
  assert.equal(holeAt(runs.empty(rows, columns), 30, 30), null);
});

test("the way of a cut goes from side to side, and through every pixel that its line does", () => {
  const random = seeded(3);
  for (let i = 0; i < 300; i++) {
    const [a, b] = [0, 1].map(() => ({ x: random() * 40, y: random() * 30 }));
    const path = pathBetween(30, 40, a, b);
    const steps = Math.abs(Math.floor(a.x) - Math.floor(b.x)) + Math.abs(Math.floor(a.y) - Math.floor(b.y));
    assert.equal(runs.areaPx(path), steps + 1);
    assert.equal(labelComponents(path, 4).count, 1);
    for (let t = 0; t <= 1; t += 0.05) {
      const [x, y] = [a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)];
      assert.ok(nearestPixel(path, { x, y }, 1e-6), `${x}, ${y}`);
    }
  }
});

test("a cut across a vessel leaves two pieces, takes nothing else, and not one pixel too many", () => {
  const random = seeded(11);
  for (let i = 0; i < 150; i++) {
    const [rows, columns] = [120, 140];
    const bends = Array.from({ length: 4 }, (_, k) => ({ x: 15 + k * 35, y: 30 + random() * 60 }));
    const vessel = polyline(rows, columns, bends, 3 + random() * 12);
    const [from, to] = [bends[1], bends[2]];
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const angle = Math.atan2(to.y - from.y, to.x - from.x) + Math.PI / 2 + (random() - 0.5);
    const arm = { x: 25 * Math.cos(angle), y: 25 * Math.sin(angle) };
    const removed = cutAlong(vessel, { x: middle.x - arm.x, y: middle.y - arm.y }, { x: middle.x + arm.x, y: middle.y + arm.y });
    checkCut(vessel, removed, `vessel ${i}`);
  }
});

test("one click at a vessel cuts across it where it is narrowest", () => {
  const random = seeded(12);
  for (let i = 0; i < 150; i++) {
    const widthPx = 3 + random() * 12;
    const vessel = polyline(200, 200, [{ x: 20, y: 20 + random() * 160 }, { x: 180, y: 20 + random() * 160 }], widthPx);
    const inside = pixels(vessel).filter(([, column]) => column > 60 && column < 140);
    const [row, column] = inside[Math.floor(random() * inside.length)];
    const removed = cutAt(vessel, { x: column + 0.5, y: row + 0.5 }, 5);
    checkCut(vessel, removed, `vessel ${i}`);
    assert.ok(runs.areaPx(removed) <= 1.5 * widthPx + 3, `${runs.areaPx(removed)} pixels for a width of ${widthPx}`);
  }
});

test("a cut that separates nothing takes nothing", () => {
  const disc = capsule(60, 60, { x: 30, y: 30 }, { x: 30, y: 30 }, 12);
  const ring = runs.difference(disc, capsule(60, 60, { x: 30, y: 30 }, { x: 30, y: 30 }, 7));

  for (const [a, b] of [[[2, 2], [50, 2]], [[2, 2], [30, 30]], [[30, 30], [33, 31]], [[30, 17], [30, 21]]]) {
    assert.ok(cutAlong(disc, { x: a[0], y: a[1] }, { x: b[0], y: b[1] }).isEmpty, `${a} to ${b}`);
  }
  assert.ok(cutAlong(ring, { x: 10, y: 30 }, { x: 30, y: 30 }).isEmpty, "one wall of a ring");
  assert.ok(cutAt(ring, { x: 30, y: 20 }, 3).isEmpty);
  assert.ok(cutAt(disc, { x: 3, y: 3 }, 5).isEmpty);
  assert.equal(components(runs.difference(ring, cutAlong(ring, { x: 10, y: 30 }, { x: 50, y: 30 }))).length, 2);
});

test("a cut leaves the other pieces alone", () => {
  const vessel = polyline(80, 80, [{ x: 5, y: 20 }, { x: 75, y: 20 }], 8);
  const speck = capsule(80, 80, { x: 40, y: 40 }, { x: 40, y: 40 }, 3);
  const removed = cutAlong(runs.union(vessel, speck), { x: 40, y: 5 }, { x: 40, y: 40 });

  assert.ok(runs.intersection(removed, speck).isEmpty);
  assert.equal(components(runs.difference(vessel, removed)).length, 2);
});

test("the hull goes around every point, and through some of them only", () => {
  const random = seeded(9);
  const cloud = Array.from({ length: 60 }, () => ({ x: random() * 100, y: random() * 100 }));
  const ring = hull(cloud);

  const corners = new Set(ring);
  assert.ok(ring.length > 3 && ring.length < 30);
  assert.ok(ring.every((point) => cloud.includes(point)));
  assert.ok(cloud.every((point) => corners.has(point) || isInside(point, ring)));
});

/** One piece more than before; and of the pixels taken, putting any one back joins the two again. */
function checkCut(mask, removed, name) {
  const count = components(mask).length;
  const rest = runs.difference(mask, removed);
  assert.ok(!removed.isEmpty, `${name} was not cut`);
  assert.deepEqual(runs.intersection(removed, mask), removed, `${name}: only its own pixels are taken`);
  assert.equal(components(rest).length, count + 1, name);
  for (const [row, column] of pixels(removed)) {
    const pixel = new runs.Runs(mask.rows, mask.columns, Int32Array.of(row, column, column + 1));
    assert.equal(components(runs.union(rest, pixel)).length, count, `${name}: pixel ${row}, ${column} need not go`);
  }
}

function pixels({ runs: list }) {
  const found = [];
  for (let i = 0; i < list.length; i += 3) {
    for (let column = list[i + 1]; column < list[i + 2]; column++) found.push([list[i], column]);
  }
  return found;
}

function flood(dense, rows, columns, row, column, neighbours) {
  const reached = new Uint8Array(dense.length);
  const todo = [[row, column]];
  while (todo.length) {
    const [r, c] = todo.pop();
    if (r < 0 || c < 0 || r >= rows || c >= columns || !dense[r * columns + c] || reached[r * columns + c]) continue;
    reached[r * columns + c] = 1;
    for (let dr = -1; dr <= 1; dr++) {
      for (let dc = -1; dc <= 1; dc++) if (neighbours === 8 || dr === 0 || dc === 0) todo.push([r + dr, c + dc]);
    }
  }
  return reached;
}
