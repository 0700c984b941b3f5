/**
 * The separate pieces of a mask, 8-connected: twin of ml/masks/components.py, held to it by
 * tests/data/area_vectors.json. The time is in proportion to the runs, whatever the size of the image.
 * Knows no DOM.
 */

import { Runs } from "./runs.js";

/**
 * @param {Runs} mask
 * @param {4 | 8} [neighbours] 4: pieces that meet at a corner only are two
 * @returns {{ofRun: Int32Array, count: number}} the number of each run's piece, from 0 in raster order
 */
export function labelComponents({ runs }, neighbours = 8) {
  const reach = neighbours === 8 ? 0 : 1; // columns that two runs must share
  const parent = Int32Array.from({ length: runs.length / 3 }, (_, i) => i);
  let first = 0; // of the runs in the row above that may still touch
  for (let i = 0; i < parent.length; i++) {
    const [above, start, end] = [runs[3 * i] - 1, runs[3 * i + 1], runs[3 * i + 2]];
    while (runs[3 * first] < above || (runs[3 * first] === above && runs[3 * first + 2] < start + reach)) first++;
    for (let other = first; other < i && runs[3 * other] === above && runs[3 * other + 1] + reach <= end; other++) {
      const [one, two] = [rootOf(parent, i), rootOf(parent, other)];
      parent[Math.max(one, two)] = Math.min(one, two);
    }
  }
  return numbered(parent);
}

/**
 * @param {Runs} mask
 * @param {4 | 8} [neighbours]
 * @returns {Runs[]} in raster order of their first pixels; together they are the mask
 */
export function components(mask, neighbours = 8) {
  const { ofRun, count } = labelComponents(mask, neighbours);
  /** @type {number[][]} */
  const runs = Array.from({ length: count }, () => []);
  ofRun.forEach((piece, i) => runs[piece].push(...mask.runs.subarray(3 * i, 3 * i + 3)));
  return runs.map((list) => new Runs(mask.rows, mask.columns, Int32Array.from(list)));
}

/**
 * @param {Runs} mask
 * @param {number} row
 * @param {number} column
 * @param {4 | 8} [neighbours]
 * @returns {Runs | null} the piece that covers a pixel
 */
export function componentAt(mask, row, column, neighbours = 8) {
  const at = runAt(mask, row, column);
  if (at < 0) return null;
  const { ofRun } = labelComponents(mask, neighbours);
  return new Runs(mask.rows, mask.columns, mask.runs.filter((_, i) => ofRun[Math.floor(i / 3)] === ofRun[at]));
}

/**
 * @param {Runs} mask
 * @param {number} row
 * @param {number} column
 * @returns {number} of the run that covers a pixel; -1 where none does
 */
export function runAt({ runs }, row, column) {
  let [low, high] = [0, runs.length / 3];
  while (low < high) {
    const middle = (low + high) >> 1;
    const isBefore = runs[3 * middle] < row || (runs[3 * middle] === row && runs[3 * middle + 2] <= column);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return runs[3 * low] === row && runs[3 * low + 1] <= column ? low : -1;
}

/**
 * The pixel of a mask nearest to a point, so that a speck of three pixels can be pointed at.
 * @param {Runs} mask
 * @param {import("./geometry.js").Point} point image px
 * @param {number} reachPx farther pixels do not count
 * @returns {{row: number, column: number} | null}
 */
export function nearestPixel({ runs }, { x, y }, reachPx) {
  let best = null;
  let bestSquared = reachPx * reachPx;
  for (let i = 0; i < runs.length; i += 3) {
    const [row, start, end] = [runs[i], runs[i + 1], runs[i + 2]];
    const column = Math.min(end - 1, Math.max(start, Math.floor(x)));
    const [dx, dy] = [Math.max(0, column - x, x - column - 1), Math.max(0, row - y, y - row - 1)]; // 0 inside it
    const squared = dx * dx + dy * dy;
    if (squared < bestSquared || (squared === 0 && !best)) [best, bestSquared] = [{ row, column }, squared];
  }
  return best;
}

/**
 * @param {Int32Array} parent
 * @param {number} i
 * @returns {number}
 */
function rootOf(parent, i) {
  while (parent[i] !== i) {
    parent[i] = parent[parent[i]];
    i = parent[i];
  }
  return i;
}

/**
 * A root is the first run of its piece, and no parent stands behind its child: one pass numbers all.
 * @param {Int32Array} parent
 * @returns {{ofRun: Int32Array, count: number}}
 */
function numbered(parent) {
  let count = 0;
  for (let i = 0; i < parent.length; i++) parent[i] = parent[i] === i ? count++ : parent[parent[i]];
  return { ofRun: parent, count };
}
