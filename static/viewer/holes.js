/** The closed areas inside a mask. Knows no DOM. */

import { componentAt, runAt } from "./components.js";
import { Runs, RunsBuilder, boundingBox } from "./runs.js";

/** @typedef {import("./runs.js").Box} Box */

/**
 * The hole around a pixel: background that no 4-connected way leads out of, since the mask itself is 8-connected.
 * @param {Runs} mask
 * @param {number} row
 * @param {number} column
 * @returns {Runs | null} null where the pixel belongs to the mask, or a way leads out
 */
export function holeAt(mask, row, column) {
  const box = boundingBox(mask);
  if (!box || !isInBox(box, row, column) || runAt(mask, row, column) >= 0) return null;
  const around = componentAt(background(mask, box), row, column, 4);
  const inner = around && boundingBox(around);
  // Background at the rim of the box goes on outside of it.
  const isClosed =
    inner &&
    inner.row0 > box.row0 &&
    inner.column0 > box.column0 &&
    inner.row1 < box.row1 &&
    inner.column1 < box.column1;
  return isClosed ? around : null;
}

/**
 * @param {Runs} mask
 * @param {Box} box around the mask
 * @returns {Runs} the pixels of the box that the mask does not have
 */
function background({ rows, columns, runs }, box) {
  const builder = new RunsBuilder(rows, columns);
  let at = 0;
  for (let row = box.row0; row < box.row1; row++) {
    let free = box.column0;
    for (; runs[at] === row; at += 3) {
      if (free < runs[at + 1]) builder.add(row, free, runs[at + 1]);
      free = runs[at + 2];
    }
    if (free < box.column1) builder.add(row, free, box.column1);
  }
  return builder.build();
}

/**
 * @param {Box} box
 * @param {number} row
 * @param {number} column
 */
function isInBox({ row0, column0, row1, column1 }, row, column) {
  return row >= row0 && column >= column0 && row < row1 && column < column1;
}
