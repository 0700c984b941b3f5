/**
 * What the reader chose for lines that find their own width: how much wider or narrower than measured, and whether
 * long gaps are left out. One for the page. Knows no DOM.
 */

import { pxToMm } from "../geometry.js";
import { gapsOf } from "./widths.js";

/** @typedef {import("./trace.js").TracePoint} TracePoint */
/** @typedef {import("./widths.js").Stretch} Stretch */

const STEP = 1.1;
const MOST_STEPS = 10;
/** The published centre-line method (2021) begins a new segment after so much of a vessel without calcium. */
export const GAP_MM = 10;

/** Event "change". */
export class LineOptions extends EventTarget {
  #steps = 0;
  #leavesGapsOut = false;

  /** By which measured widths are multiplied. */
  get factor() {
    return STEP ** this.#steps;
  }

  /** @returns {string} " x1.2"; nothing where the width is as measured */
  get factorText() {
    return this.#steps ? ` x${this.factor.toFixed(1)}` : "";
  }

  get leavesGapsOut() {
    return this.#leavesGapsOut;
  }

  set leavesGapsOut(value) {
    this.#leavesGapsOut = value;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {1 | -1} by wider or narrower */
  resize(by) {
    this.#steps = Math.min(MOST_STEPS, Math.max(-MOST_STEPS, this.#steps + by));
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {TracePoint[]} points
   * @param {[number, number] | null} pixelSpacingMm null where none is known: then no gap can be called long
   * @returns {Stretch[]} longer than the rule allows
   */
  gapsOf(points, pixelSpacingMm) {
    const mmPerPx = pxToMm(1, pixelSpacingMm);
    return mmPerPx === null ? [] : gapsOf(points, GAP_MM / mmPerPx, mmPerPx);
  }
}
