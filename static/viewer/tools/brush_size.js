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

  get radiusPx() {
    return this.diameterPx / 2;
  }

  /** @param {[number, number] | null} pixelSpacingMm (row, column) */
  setSpacing(pixelSpacingMm) {
    this.pixelSpacingMm = pixelSpacingMm;
    const mmPerPx = pxToMm(1, pixelSpacingMm);
    this.set(mmPerPx ? FIRST_MM / mmPerPx : FIRST_PX);
  }

  /** @param {number} diameterPx image px */
  set(diameterPx) {
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
