// The reduced copies: means of grey values are right and stay right, and no label pixel vanishes.
import assert from "node:assert/strict";
import test from "node:test";

import { LabelPlanes } from "../../static/viewer/label_planes.js";
import { buildPyramid } from "../../static/viewer/pyramid.js";

/** A small generator of equal numbers everywhere, so that a failure can be repeated. */
function* randomNumbers(seed) {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("the mean of an image is that of every reduced copy, within a twentieth of a stored value", () => {
  for (const bits of [8, 12, 16]) {
    const random = randomNumbers(bits);
    const values = Uint16Array.from({ length: 512 * 512 }, () => random.next().value * 2 ** bits);

    const levels = buildPyramid(values, 512, 512, "mean");

    assert.equal(levels.length, 6);
    for (const level of levels) {
      assert.ok(Math.abs(meanOf(level.values) - meanOf(values)) < 0.05, `${bits} bits, ${level.rows} rows`);
    }
  }
});

test("every pixel of the next copy is the mean of its four, a half going to the even value", () => {
  const values = Uint16Array.of(1, 2, 10, 20, 3, 4, 30, 41, 65535, 65535, 0, 1, 65535, 65534, 1, 0);

  const [, half] = buildPyramid(values, 4, 4, "mean");

  assert.deepEqual([...half.values], [2, 25, 65535, 0]);
});

test("padding takes no part in a mean, and stays padding where there is nothing else", () => {
  const P = 4095;
  const values = Uint16Array.of(P, P, 100, P, P, P, 200, 300, P, P, P, P, 7, P, P, P);

  const [, half] = buildPyramid(values, 4, 4, "mean", [4000, P]);

  assert.deepEqual([...half.values], [P, 200, 7, P]);
});

test("a mean of values on both sides of the padding is no padding", () => {
  const [, half] = buildPyramid(Uint16Array.of(0, 200, 0, 200), 2, 2, "mean", [100, 100]);

  assert.notEqual(half.values[0], 100);
  assert.ok(Math.abs(half.values[0] - 100) <= 1);
});

test("no label pixel vanishes from any reduced copy, odd sizes and edges included", () => {
  const [rows, columns] = [333, 257];
  const random = randomNumbers(5);
  const pixels = Array.from({ length: 200 }, () => [random.next().value * rows, random.next().value * columns].map(Math.floor));
  const corners = [[0, 0], [0, columns - 1], [rows - 1, 0], [rows - 1, columns - 1]];
  for (const [row, column] of [...corners, ...pixels]) {
    const planes = new LabelPlanes(rows, columns);

    planes.apply(1, { rows, columns, runs: Int32Array.of(row, column, column + 1) }, "set");
    while (planes.takeDirty());

    for (const [number, { values }] of planes.levels.entries()) {
      assert.equal(values.filter((bits) => bits === 2).length, 1, `level ${number}, pixel ${row}, ${column}`);
    }
  }
});
