import assert from "node:assert/strict";
import test from "node:test";

import { DrawnProbability } from "../../static/viewer/drawn_probability.js";
import { buildPyramid } from "../../static/viewer/pyramid.js";
import { empty, fromDense } from "../../static/viewer/runs.js";

const ROWS = 75;
const COLUMNS = 91; // odd: the last pixels of the reduced copies stand for a rest

/** Reproducible noise. */
function noise(count, seed) {
  let state = seed;
  return Uint8Array.from({ length: count }, () => (state = (state * 1103515245 + 12345) % 2147483648) >> 16);
}

const VALUES = noise(ROWS * COLUMNS, 3);
const maskOf = (seed, most) => {
  const some = noise(ROWS * COLUMNS, seed);
  return fromDense(some.map((value) => (value < most ? 1 : 0)), ROWS, COLUMNS);
};

test("what is settled is left out of every reduced copy, and comes back when it is settled no more", () => {
  const whole = buildPyramid(VALUES.slice(), ROWS, COLUMNS, "max");
  const drawn = new DrawnProbability(whole);
  for (const settled of [maskOf(5, 40), maskOf(6, 200), empty(ROWS, COLUMNS)]) {
    const before = drawn.levels.map(({ values }) => values.slice());
    const boxes = drawn.settle(settled);

    const left = VALUES.slice();
    for (let i = 0; i < settled.runs.length; i += 3) {
      const [row, start, end] = settled.runs.subarray(i, i + 3);
      left.fill(0, row * COLUMNS + start, row * COLUMNS + end);
    }
    const expected = buildPyramid(left, ROWS, COLUMNS, "max");
    drawn.levels.forEach(({ values, columns }, k) => {
      assert.deepEqual(values, expected[k].values, `level ${k}`);
      const { row0, row1, column0, column1 } = boxes[k];
      values.forEach((value, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns];
        const isInside = row >= row0 && row < row1 && column >= column0 && column < column1;
        assert.ok(isInside || value === before[k][i], `level ${k} changed outside its box`);
      });
    });
  }
  assert.deepEqual(whole[0].values, VALUES, "the map itself stays");
  assert.deepEqual(drawn.settle(empty(ROWS, COLUMNS)), []);
});
