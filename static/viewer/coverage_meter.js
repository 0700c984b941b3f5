/**
 * Which cells of an image stood on the screen at 1:1 or larger for half a second. Times are those of a clock that
 * only goes forward. Knows no DOM.
 */

import { canvasToImage } from "./geometry.js";

/** @typedef {import("./coverage_grid.js").CoverageGrid} CoverageGrid */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Part */

export const DWELL_MS = 500;
const LONGEST_STEP_MS = 1000; // a timer that came late says nothing about what stood there meanwhile

/**
 * @param {import("./geometry.js").View} view
 * @param {Part} region of the canvas that is in sight, canvas px
 * @returns {Part | null} image px that it shows at 1:1 or larger; null where the image is smaller
 */
export function partAtOneToOne(view, { left, top, right, bottom }) {
  if (view.scale < 1 || right <= left || bottom <= top) return null;
  const first = canvasToImage({ x: left, y: top }, view);
  const last = canvasToImage({ x: right, y: bottom }, view);
  return {
    left: Math.min(first.x, last.x),
    top: Math.min(first.y, last.y),
    right: Math.max(first.x, last.x),
    bottom: Math.max(first.y, last.y),
  };
}

/** Of one image. */
export class CoverageMeter {
  /** @type {Map<number, number>} ms that each cell in sight has stood there without a break */
  #standing = new Map();
  /** @type {number | null} */
  #lastMs = null;

  /** @param {CoverageGrid} seen cells are added to it */
  constructor(seen) {
    this.seen = seen;
  }

  /**
   * Take notice of what is on the screen; to be called several times a second.
   * @param {Part | null} part in sight at 1:1 or larger
   * @param {number} nowMs
   * @returns {number[]} cells that were not seen before
   */
  look(part, nowMs) {
    const elapsedMs = this.#lastMs === null ? 0 : Math.min(Math.max(0, nowMs - this.#lastMs), LONGEST_STEP_MS);
    this.#lastMs = nowMs;
    const before = this.#standing;
    this.#standing = new Map();
    const fresh = [];
    for (const cell of part ? this.seen.cellsWithin(part) : []) {
      if (this.seen.has(cell)) continue;
      const stoodMs = before.has(cell) ? /** @type {number} */ (before.get(cell)) + elapsedMs : 0;
      this.#standing.set(cell, stoodMs);
      if (stoodMs >= DWELL_MS) fresh.push(cell);
    }
    for (const cell of fresh) this.seen.set(cell);
    return fresh;
  }
}
