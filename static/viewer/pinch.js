/**
 * Fingers that hold the image: the place they took hold of stays between them. One finger pans, two zoom as well.
 * Knows no DOM.
 */

import { canvasToImage } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */

/** From the moment the fingers change until they change again. */
export class Grip {
  /**
   * @param {import("./viewport.js").Viewport} viewport
   * @param {Point[]} fingers canvas px
   */
  constructor(viewport, fingers) {
    this.viewport = viewport;
    this.scale = viewport.view.scale;
    this.spreadPx = spreadOf(fingers);
    this.held = canvasToImage(middleOf(fingers), viewport.view);
  }

  /** @param {Point[]} fingers canvas px, as many as before */
  move(fingers) {
    const factor = this.spreadPx ? spreadOf(fingers) / this.spreadPx : 1;
    this.viewport.hold(this.held, middleOf(fingers), this.scale * factor);
  }
}

/** @param {Point[]} points */
function middleOf(points) {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

/** @param {Point[]} points @returns {number} mean distance from the middle; 0 for one point */
function spreadOf(points) {
  const middle = middleOf(points);
  return points.reduce((sum, { x, y }) => sum + Math.hypot(x - middle.x, y - middle.y), 0) / points.length;
}
