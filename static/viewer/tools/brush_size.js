/** The one width that brush, eraser and line share. Knows no DOM. */

import { pxToMm } from "../geometry.js";

const STEP = 1.2;
const SMALLEST_PX = 1;
const LARGEST_PX = 400;
const FIRST_MM = 1; // a calcified artery of the breast is one to a few millimetres wide
const FIRST_PX = 12;

/** Event "change". */
export class BrushSize extends EventTarget {
  diameterPx = FIRST_PX;
  /** @type {[number, number] | null} */
  pixelSpacingMm = null;
  /** @type {number | null} what was chosen, free of the rounding to pixels; null before any image with a spacing */
  #mm = null;

  get radiusPx() {
    return this.diameterPx / 2;
  }

  /**
   * Another image is worked on. The brush keeps its size in mm; the first one is that of an artery.
   * @param {[number, number] | null} pixelSpacingMm (row, column)
   */
  setSpacing(pixelSpacingMm) {
    const mmPerPx = pxToMm(1, pixelSpacingMm);
    if (mmPerPx) this.#mm ??= FIRST_MM;
    this.pixelSpacingMm = pixelSpacingMm;
    this.#setPx(mmPerPx && this.#mm ? this.#mm / mmPerPx : this.diameterPx);
  }

  /** @param {number} diameterPx image px */
  set(diameterPx) {
    this.#setPx(diameterPx);
    this.#mm = pxToMm(this.diameterPx, this.pixelSpacingMm) ?? this.#mm;
  }

  /** @param {number} diameterPx image px */
  #setPx(diameterPx) {
    this.diameterPx = Math.min(LARGEST_PX, Math.max(SMALLEST_PX, Math.round(diameterPx)));
    this.dispatchEvent(new Event("change"));
  }

  larger() {
    this.set(Math.max(this.diameterPx + 1, this.diameterPx * STEP));
  }

  smaller() {
    this.set(Math.min(this.diameterPx - 1, this.diameterPx / STEP));
  }

  /** @returns {string} diameter in mm where the spacing is known, else in pixels */
  get text() {
    const mm = pxToMm(this.diameterPx, this.pixelSpacingMm);
    return mm === null ? `${this.diameterPx} px` : `${mm.toFixed(mm < 10 ? 2 : 1)} mm`;
  }
}
