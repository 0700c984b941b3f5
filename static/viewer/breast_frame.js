/**
 * Where a point lies on a hung breast: how deep from the edge at the chest wall, and how high above the middle of
 * the picture. Equal positions of two views show corresponding tissue, mirrored where the breasts are. Knows no DOM.
 */

import { acrossCanvas, throughImage } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./viewport.js").Viewport} Viewport */
/** @typedef {{depth: number, height: number}} Position in mm, or in image px where `unitPerPx` is 1 */

/** The frame of one image as it hangs now. */
export class BreastFrame {
  /**
   * @param {Viewport} viewport
   * @param {string} laterality the chest wall of a right breast hangs at the right; of any other at the left
   * @param {number} unitPerPx mm of an image px; 1 counts in px
   */
  constructor({ image, view }, laterality, unitPerPx) {
    this.middle = { x: image.columns / 2, y: image.rows / 2 };
    this.axes = view.axes;
    this.width = Math.abs(acrossCanvas({ x: image.columns, y: image.rows }, view.axes).x); // image px across the screen
    this.inwards = laterality === "R" ? -1 : 1; // of the screen, away from the chest wall
    this.unitPerPx = unitPerPx;
  }

  /** @param {Point} point image px @returns {Position} */
  positionOf(point) {
    const seen = acrossCanvas({ x: point.x - this.middle.x, y: point.y - this.middle.y }, this.axes);
    return {
      depth: (this.inwards * seen.x + this.width / 2) * this.unitPerPx,
      height: (0 - seen.y) * this.unitPerPx,
    };
  }

  /** @param {Position} position @returns {Point} image px */
  pointAt({ depth, height }) {
    const seen = { x: this.inwards * (depth / this.unitPerPx - this.width / 2), y: -height / this.unitPerPx };
    const step = throughImage(seen, this.axes);
    return { x: step.x + this.middle.x, y: step.y + this.middle.y };
  }
}
