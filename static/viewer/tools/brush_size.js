/** The one width that brush, eraser and line share. Knows no DOM. */

import { pxToMm } from "../geometry.js";

const STEP = 1.2;
const SMALLEST_PX = 1;
const LARGEST_PX = 400;
const FIRST_MM = 1; // a calcified artery of the breast is one to a few millimetres wide
const FIRST_PX = 12;
const MIDDLE_PRESSURE = 0.5; // a pen held as one writes: the brush then has the size that is shown
const LEAST_SHARE = 0.2; // of the radius, however lightly the pen touches

/** Event "change". */
export class BrushSize extends EventTarget {
  diameterPx = FIRST_PX;
  /** @type {[number, number] | null} */
  pixelSpacingMm = null;
  /** True while the pressure of a pen makes the brush wider and narrower. */
  isPressureOn = false;
  /** @type {number | null} what was chosen, free of the rounding to pixels; null before any image with a spacing */
  #mm = null;

  get radiusPx() {
    return this.diameterPx / 2;
  }

  /**
   * @param {{pointerType: string, pressure: number, buttons: number}} event
   * @returns {number} image px at this moment of a stroke; a pen in the air has no pressure yet
   */
  radiusOf({ pointerType, pressure, buttons }) {
    if (!this.isPressureOn || pointerType !== "pen" || buttons === 0) return this.radiusPx;
    return this.radiusPx * Math.max(LEAST_SHARE, pressure / MIDDLE_PRESSURE);
  }

  /** @param {boolean} isOn */
  setPressure(isOn) {
    this.isPressureOn = isOn;
    this.dispatchEvent(new Event("change"));
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
    return this.textOf(this.radiusPx);
  }

  /** @param {number} radiusPx @returns {string} the diameter, in mm where the spacing is known, else in pixels */
  textOf(radiusPx) {
    const mm = pxToMm(2 * radiusPx, this.pixelSpacingMm);
    return mm === null ? `${Math.round(20 * radiusPx) / 10} px` : `${mm.toFixed(mm < 10 ? 2 : 1)} mm`;
  }
}
