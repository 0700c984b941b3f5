/** Masks and numbers of chance that are the same in every run. */

import { fromDense } from "../../static/viewer/runs.js";

/** @param {number} seed @returns {() => number} 0 to 1, by mulberry32 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {number} rows @param {number} columns @param {number} share of pixels in the mask @param {number} seed */
export function randomMask(rows, columns, share, seed) {
  const random = seeded(seed);
  return fromDense(Uint8Array.from({ length: rows * columns }, () => Number(random() < share)), rows, columns);
}
