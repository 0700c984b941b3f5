/** What a probability map proposes at a cut-off, as a mask. Knows no DOM. */

import { RunsBuilder, addRow } from "./runs.js";

/** @typedef {import("./pyramid.js").Level<Uint8Array | Uint16Array>} Level */
/** @typedef {import("./runs.js").Runs} Runs */

const LARGEST_PROBABILITY = 255;

/**
 * @param {number} cutoff probability, 0 to 1
 * @returns {number} the smallest stored value that reaches it; at least 1, so that background is never proposed
 */
export function thresholdOf(cutoff) {
  return Math.max(1, Math.ceil(cutoff * LARGEST_PROBABILITY - 1e-9));
}

/**
 * All pixels whose probability is at least the threshold. Looks at full pixels only where a reduced copy says
 * that something is there, so an almost empty map of any size is quick.
 * @param {Level[]} levels maxima, the full map first
 * @param {number} threshold 1 to 255
 * @returns {Runs}
 */
export function proposedMask(levels, threshold) {
  const [full] = levels;
  const coarse = levels[Math.min(3, levels.length - 1)];
  const step = 2 ** Math.min(3, levels.length - 1);
  const builder = new RunsBuilder(full.rows, full.columns);
  for (let coarseRow = 0; coarseRow < coarse.rows; coarseRow++) {
    const blocks = coarse.values.subarray(coarseRow * coarse.columns, (coarseRow + 1) * coarse.columns);
    const spans = spansAtLeast(blocks, threshold);
    if (!spans.length) continue;
    const rowEnd = coarseRow === coarse.rows - 1 ? full.rows : (coarseRow + 1) * step;
    for (let row = coarseRow * step; row < rowEnd; row++) {
      for (const [first, last] of spans) {
        const start = first * step;
        const end = last === coarse.columns ? full.columns : last * step;
        const values = full.values.subarray(row * full.columns + start, row * full.columns + end);
        addRow(builder, row, start, values, threshold);
      }
    }
  }
  return builder.build();
}

/**
 * @param {Uint8Array | Uint16Array} values
 * @param {number} threshold
 * @returns {[number, number][]} [first, past the last] of each stretch that reaches it
 */
function spansAtLeast(values, threshold) {
  /** @type {[number, number][]} */
  const spans = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < threshold) continue;
    const first = i;
    while (i < values.length && values[i] >= threshold) i++;
    spans.push([first, i]);
  }
  return spans;
}
