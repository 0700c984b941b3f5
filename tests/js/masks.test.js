// The vectors are read by tests/ml/masks too: both halves of Tramline must agree on every byte.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { decode, digest, encode, encodeCompact, fromBase64, toBase64, toCompactBase64 } from "../../static/viewer/codec.js";
import { capsule, polyline, tube } from "../../static/viewer/drawing.js";
import * as runs from "../../static/viewer/runs.js";

const vectors = JSON.parse(readFileSync(new URL("../data/mask_vectors.json", import.meta.url), "utf8"));

/** @returns {runs.Runs} */
function build({ rows, columns, runs: list }) {
  return new runs.Runs(rows, columns, Int32Array.from(list.flat()));
}

for (const vector of vectors.masks) {
  test(`mask ${vector.name} is written and read as the server does`, async () => {
    const mask = build(vector);

    assert.equal(toBase64(mask), vector.base64);
    assert.equal(toCompactBase64(mask), vector.compact);
    assert.deepEqual(fromBase64(vector.base64), mask);
    assert.deepEqual(fromBase64(vector.compact), mask);
    assert.equal(await digest(mask), vector.sha256);
  });

  test(`mask ${vector.name} survives being painted`, () => {
    const mask = build(vector);

    assert.deepEqual(runs.fromDense(runs.toDense(mask), mask.rows, mask.columns), mask);
  });
}

vectors.capsules.forEach((vector, i) => {
  test(`capsule ${i} covers the pixels that the server's covers`, () => {
    const [a, b] = [vector.a, vector.b].map(([row, column]) => ({ x: column, y: row }));

    const drawn = capsule(vector.rows, vector.columns, a, b, vector.radius_px);

    assert.deepEqual(drawn, build(vector));
  });
});

vectors.tubes.forEach((vector, i) => {
  test(`tube ${i} covers the pixels that the server's covers`, () => {
    const points = vector.points.map(([row, column]) => ({ x: column, y: row }));

    const drawn = tube(vector.rows, vector.columns, points, vector.widths_px);

    assert.deepEqual(drawn, build(vector));
  });
});

vectors.xors.forEach((vector, i) => {
  test(`exclusive or ${i} is the server's, and takes itself back`, () => {
    const [a, b] = [fromBase64(vector.a), fromBase64(vector.b)];

    const patch = runs.xor(a, b);

    assert.equal(toBase64(patch), vector.xor);
    assert.deepEqual(runs.xor(patch, b), a);
  });
});

for (const vector of vectors.invalid) {
  test(`bytes of kind ${vector.name} are refused as ${vector.code}`, () => {
    const bytes = Uint8Array.from(Buffer.from(vector.base64, "base64"));

    assert.throws(() => decode(bytes), { name: "MaskCodecError", code: vector.code });
  });
}

test("damaged bytes are the server's mask, or refused as the server refuses them", () => {
  for (const { base64, runs: list } of vectors.damaged) {
    const read = () => fromBase64(base64);

    if (list) assert.deepEqual(Array.from(read().runs), list.flat());
    else assert.throws(read, { name: "MaskCodecError" });
  }
});

test("bytes changed at random are read as a mask of runs in order, or refused by name", () => {
  let seed = 12345;
  const random = (below) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  const intact = vectors.masks
    .filter(({ runs: list }) => list.length < 400)
    .flatMap(({ base64, compact }) => [base64, compact].map((text) => Buffer.from(text, "base64")));
  let read = 0;
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from(intact[i % intact.length]).subarray(0, i % 3 ? undefined : random(40));
    for (let k = random(3); k >= 0 && bytes.length > 4; k--) bytes[4 + random(bytes.length - 4)] = random(256);
    try {
      const mask = decode(bytes);
      assert.deepEqual(outOfOrder(mask), []);
      assert.deepEqual(bytes[3] === 2 ? encodeCompact(mask) : encode(mask), bytes, "what is read is what is written");
      read++;
    } catch (error) {
      assert.equal(error.name, "MaskCodecError", `${error} for ${Buffer.from(bytes).toString("hex")}`);
    }
  }
  assert.ok(read > 100, `only ${read} were read`);
});

test("set operations agree with those on pixels", () => {
  const [rows, columns] = [6, 11];
  const random = (seed) => Uint8Array.from({ length: rows * columns }, (_, i) => ((i * seed * 2654435761) >>> 13) & 1);
  const [a, b] = [random(3), random(7)];
  const [maskA, maskB] = [a, b].map((pixels) => runs.fromDense(pixels, rows, columns));
  const expected = (rule) => a.map((value, i) => rule(value, b[i]));

  assert.deepEqual(runs.toDense(runs.union(maskA, maskB)), expected((p, q) => p | q));
  assert.deepEqual(runs.toDense(runs.intersection(maskA, maskB)), expected((p, q) => p & q));
  assert.deepEqual(runs.toDense(runs.difference(maskA, maskB)), expected((p, q) => p & (1 - q)));
  assert.deepEqual(runs.toDense(runs.xor(maskA, maskB)), expected((p, q) => p ^ q));
  assert.equal(runs.areaPx(maskA), a.reduce((sum, value) => sum + value, 0));
});

test("exclusive or of many masks is that of each after the other", () => {
  const [rows, columns] = [7, 12];
  const random = (seed) => Uint8Array.from({ length: rows * columns }, (_, i) => (((i + 1) * seed * 2654435761) >>> 13) & 1);
  const masks = [1, 3, 5, 7, 7, 11].map((seed) => runs.fromDense(random(seed), rows, columns));

  for (let count = 1; count <= masks.length; count++) {
    assert.deepEqual(runs.xorAll(masks.slice(0, count)), masks.slice(0, count).reduce(runs.xor));
  }
  assert.deepEqual(runs.xorAll([masks[0], masks[0]]), runs.empty(rows, columns));
});

test("a mask knows its pixels", () => {
  const [rows, columns] = [7, 12];
  const pixels = Uint8Array.from({ length: rows * columns }, (_, i) => (((i + 1) * 2654435761) >>> 13) & 1);
  const mask = runs.fromDense(pixels, rows, columns);

  const found = pixels.map((_, i) => Number(runs.hasPixel(mask, Math.floor(i / columns), i % columns)));
  assert.deepEqual(found, pixels);
  assert.equal(runs.hasPixel(runs.empty(3, 3), 1, 1), false);
});

test("masks of two images are not combined", () => {
  assert.throws(() => runs.xor(runs.empty(3, 4), runs.empty(4, 3)), RangeError);
});

test("the box around a mask is the smallest, and the empty mask has none", () => {
  const mask = new runs.Runs(9, 9, Int32Array.from([2, 4, 6, 5, 1, 3]));

  assert.deepEqual(runs.boundingBox(mask), { row0: 2, column0: 1, row1: 6, column1: 6 });
  assert.equal(runs.boundingBox(runs.empty(9, 9)), null);
});

test("a capsule in any direction covers what asking every pixel gives", () => {
  const [rows, columns] = [60, 70];
  for (let i = 0; i < 200; i++) {
    const coordinate = (k) => ((i * 37 + k * 61) % 97) * 0.83 - 5;
    const [a, b] = [{ x: coordinate(1), y: coordinate(2) }, { x: coordinate(3), y: coordinate(4) }];
    const radius = (i % 9) * 0.75 + 0.011; // no centre lies exactly at this distance
    const every = Uint8Array.from({ length: rows * columns }, (_, at) =>
      Number(distance((at % columns) + 0.5, Math.floor(at / columns) + 0.5, a, b) <= radius),
    );

    assert.deepEqual(runs.toDense(capsule(rows, columns, a, b, radius)), every, `capsule ${i}`);
  }
});

test("a line is the union of its capsules, one point a disc, none nothing", () => {
  const points = [{ x: 3, y: 3 }, { x: 12, y: 5 }, { x: 8, y: 14 }];
  const [first, second] = [capsule(20, 20, points[0], points[1], 1.5), capsule(20, 20, points[1], points[2], 1.5)];

  assert.deepEqual(polyline(20, 20, points, 3), runs.union(first, second));
  assert.deepEqual(polyline(20, 20, points.slice(0, 1), 3), capsule(20, 20, points[0], points[0], 1.5));
  assert.ok(polyline(20, 20, [], 3).isEmpty);
});

test("encoding does not depend on how a mask came to be", () => {
  const dot = capsule(50, 50, { x: 20, y: 20 }, { x: 30, y: 20 }, 4);

  assert.deepEqual(encode(runs.xor(runs.xor(dot, dot), dot)), encode(dot));
});

/** @returns {number[][]} the runs that break a rule of order or size */
function outOfOrder({ rows, columns, runs: list }) {
  const triples = Array.from({ length: list.length / 3 }, (_, i) => Array.from(list.subarray(3 * i, 3 * i + 3)));
  return triples.filter(([row, start, end], i) => {
    const [lastRow, , lastEnd] = i ? triples[i - 1] : [-1, 0, 0];
    const follows = row > lastRow || (row === lastRow && start > lastEnd);
    return !follows || start < 0 || start >= end || end > columns || row >= rows;
  });
}

function distance(x, y, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const t = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - a.x - t * dx, y - a.y - t * dy);
}
