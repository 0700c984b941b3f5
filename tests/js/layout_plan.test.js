import assert from "node:assert/strict";
import test from "node:test";

import { planLayout } from "../../static/viewer/layout_plan.js";

/** @param {string[]} places @returns {[number, number, string[], number[]]} rows, columns, cells as "index@row,column", strip */
function planned(...places) {
  const { rows, columns, cells, strip } = planLayout(places);
  return [rows, columns, [...cells].map(([index, { row, column }]) => `${index}@${row},${column}`), strip];
}

test("four views hang with CC above MLO and right beside left", () => {
  assert.deepEqual(planned("RCC", "LCC", "RMLO", "LMLO"), [2, 2, ["0@0,0", "1@0,1", "2@1,0", "3@1,1"], []]);
});

test("a missing view leaves its place empty", () => {
  assert.deepEqual(planned("RCC", "LCC", "LMLO"), [2, 2, ["0@0,0", "1@0,1", "2@1,1"], []]);
});

test("two CC views share one row", () => {
  assert.deepEqual(planned("RCC", "LCC"), [1, 2, ["0@0,0", "1@0,1"], []]);
});

test("two views of one breast lie side by side", () => {
  assert.deepEqual(planned("LCC", "LMLO"), [1, 2, ["0@0,0", "1@0,1"], []]);
  assert.deepEqual(planned("RCC", "LMLO"), [2, 2, ["0@0,0", "1@1,1"], []]);
});

test("spot and other views lie in a strip", () => {
  assert.deepEqual(planned("RCC", "LCC", "RMLO", "LMLO", "", "")[3], [4, 5]);
  assert.deepEqual(planned("RCC", "LCC", ""), [1, 2, ["0@0,0", "1@0,1"], [2]]);
});

test("images of no known place hang in order, at most four at once", () => {
  assert.deepEqual(planned(""), [1, 1, ["0@0,0"], []]);
  assert.deepEqual(planned("RCC", ""), [1, 2, ["0@0,0", "1@0,1"], []]);
  assert.deepEqual(planned("", "", ""), [2, 2, ["0@0,0", "1@0,1", "2@1,0"], []]);
  assert.deepEqual(planned("", "", "", "", "")[3], [4]);
});
