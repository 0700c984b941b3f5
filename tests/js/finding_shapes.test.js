import assert from "node:assert/strict";
import test from "node:test";

import { boxOf, dotFinding, groupFinding, listed, looseDots, movedTo, nearestDot, ringAround } from "../../static/viewer/finding_shapes.js";
import { findingsOf } from "../../static/viewer/finding.js";
import { isInside, simplified } from "../../static/viewer/polygons.js";
import { seeded } from "./random_masks.js";

const GRID = { rows: 3000, columns: 2000 };
const dot = (x, y, assessment = "unknown") => dotFinding({ x, y }, assessment, GRID);
const circle = (x, y, radius, corners = 90) => Array.from({ length: corners }, (_, i) => {
  const angle = (2 * Math.PI * i) / corners;
  return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
});

test("a dot has one point, in tenths of a pixel, on the image", () => {
  assert.deepEqual(dot(12.3456, 7.0499).points, [[12.3, 7]]);
  assert.deepEqual(dot(-3, 4000).points, [[0, 3000]]);
  assert.deepEqual([dot(1, 1, "benign").assessment, dot(1, 1).histology], ["benign", ""]);
});

test("a ring of any length is stored with at most 500 corners, none of them far from the hand's way", () => {
  const random = seeded(4);
  const shaky = circle(900, 900, 300, 6000).map(({ x, y }) => ({ x: x + 9 * random(), y: y + 9 * random() }));

  const group = groupFinding(shaky, "malignant", GRID);

  assert.ok(group.points.length >= 20 && group.points.length <= 500, String(group.points.length));
  const ring = group.points.map(([x, y]) => ({ x, y }));
  for (const { x, y } of circle(900, 900, 270)) assert.ok(isInside({ x, y }, ring));
  for (const { x, y } of circle(900, 900, 330)) assert.ok(!isInside({ x, y }, ring));
  assert.equal(groupFinding([{ x: 5, y: 5 }], "unknown", GRID), null);
  assert.equal(groupFinding([{ x: 5, y: 5 }, { x: 80, y: 5 }, { x: 30, y: 5 }], "unknown", GRID), null);
});

test("what is left out of a line lies within the tolerance of what stays", () => {
  const random = seeded(8);
  const line = Array.from({ length: 400 }, (_, i) => ({ x: i, y: 40 * Math.sin(i / 30) + random() }));
  const kept = simplified(line, 2);

  assert.ok(kept.length < 100);
  assert.deepEqual([kept[0], kept.at(-1)], [line[0], line.at(-1)]);
  for (const point of line) {
    const after = kept.findIndex(({ x }) => x >= point.x);
    const [a, b] = [kept[Math.max(0, after - 1)], kept[after]];
    const cross = Math.abs((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x));
    assert.ok(cross / Math.hypot(b.x - a.x, b.y - a.y || 1) <= 2.001);
  }
});

test("dots and groups are counted apart, and a group says how many dots it encloses", () => {
  const dots = [dot(100, 100), dot(130, 120), dot(700, 700)];
  const group = groupFinding(ringAround(dots.slice(0, 2)), "benign", GRID);
  const findings = findingsOf([dots[1], group, dots[0], dots[2]]);

  assert.deepEqual(listed(findings).map(({ name, dots: inside }) => [name, inside]), [["Dot 1", 0], ["Dot 2", 0], ["Dot 3", 0], ["Group 1", 2]]);
  assert.equal(listed(findings)[0].finding, dots[0], "numbers follow the order in which they were made");
  assert.deepEqual(looseDots(findings), [dots[2]]);
});

test("the nearest dot within reach is pointed at, never a ring", () => {
  const near = [dot(100, 100), dot(110, 100)];
  const group = groupFinding(circle(104, 100, 3), "benign", GRID);

  assert.equal(nearestDot([...near, group], { x: 106, y: 101 }, 8), near[1]);
  assert.equal(nearestDot([...near, group], { x: 104, y: 130 }, 8), null);
});

test("a dot is moved with its name and words", () => {
  const changed = { ...dot(5, 5, "malignant"), histology: "dcis" };

  assert.deepEqual(movedTo(changed, { x: 9, y: 11 }, GRID), { ...changed, points: [[9, 11]] });
});

test("a jump shows a dot with what is around it, and all of a group", () => {
  const box = boxOf(dot(500, 400));

  assert.deepEqual(box, { row0: 300, column0: 400, row1: 500, column1: 600 });
  assert.deepEqual(boxOf(groupFinding(circle(300, 300, 50, 4), "benign", GRID)), { row0: 250, column0: 250, row1: 350, column1: 350 });
});
