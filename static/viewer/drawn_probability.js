/** The probability map as it is drawn: without the pixels that are settled. Knows no DOM. */

import { boundingBox, difference, empty, xor } from "./runs.js";

/** @typedef {import("./pyramid.js").Level<Uint8Array | Uint16Array>} Level */
/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {import("./runs.js").Box} Box */

/** Maxima like those it is made from; the work of a change depends on its size. */
export class DrawnProbability {
  /** @type {Runs} */
  #settled;

  /** @param {Level[]} levels maxima of the whole map, the full map first; not changed */
  constructor(levels) {
    this.whole = levels[0];
    this.levels = levels.map(({ rows, columns, values }) => ({ rows, columns, values: values.slice() }));
    this.#settled = empty(this.whole.rows, this.whole.columns);
  }

  /**
   * @param {Runs} settled pixels to leave out from now on, in place of those before
   * @returns {Box[]} for each level what changed; none where nothing did
   */
  settle(settled) {
    const box = boundingBox(xor(this.#settled, settled));
    if (!box) return [];
    const { columns, values: whole } = this.whole;
    const [{ values }] = this.levels;
    eachRun(difference(this.#settled, settled), columns, (first, past) => values.set(whole.subarray(first, past), first));
    eachRun(difference(settled, this.#settled), columns, (first, past) => values.fill(0, first, past));
    this.#settled = settled;
    const boxes = this.levels.map((level, k) => boxOnLevel(box, level, k));
    for (let k = 1; k < boxes.length; k++) reduce(this.levels[k - 1], this.levels[k], boxes[k]);
    return boxes;
  }
}

/**
 * @param {Runs} mask
 * @param {number} columns
 * @param {(first: number, past: number) => void} act on each run, as places in the array
 */
function eachRun({ runs }, columns, act) {
  for (let i = 0; i < runs.length; i += 3) act(runs[i] * columns + runs[i + 1], runs[i] * columns + runs[i + 2]);
}

/**
 * The last pixel of a level also stands for an odd rest.
 * @param {Box} box of the full map
 * @param {Level} level
 * @param {number} k its number
 * @returns {Box}
 */
function boxOnLevel({ row0, row1, column0, column1 }, { rows, columns }, k) {
  const on = (/** @type {number} */ index, /** @type {number} */ size) => Math.min(index >> k, size - 1);
  return { row0: on(row0, rows), row1: on(row1 - 1, rows) + 1, column0: on(column0, columns), column1: on(column1 - 1, columns) + 1 };
}

/**
 * @param {Level} fine
 * @param {Level} coarse
 * @param {Box} box of the coarse level, written
 */
function reduce(fine, coarse, { row0, row1, column0, column1 }) {
  for (let row = row0; row < row1; row++) {
    const bottom = row === coarse.rows - 1 ? fine.rows : 2 * row + 2;
    for (let column = column0; column < column1; column++) {
      const right = column === coarse.columns - 1 ? fine.columns : 2 * column + 2;
      let most = 0;
      for (let r = 2 * row; r < bottom; r++) {
        for (let c = 2 * column; c < right; c++) most = Math.max(most, fine.values[r * fine.columns + c]);
      }
      coarse.values[row * coarse.columns + column] = most;
    }
  }
}
