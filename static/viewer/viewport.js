/**
 * Which part of the image the canvas shows, and which way round: zoom, pan, fit, one to one. Knows no DOM.
 */

import { UPRIGHT, acrossCanvas, axesOf, canvasToImage, imageToCanvas, throughImage } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./geometry.js").View} View */
/** @typedef {import("./runs.js").Box} Box */

const SMALLEST_SCALE = 1 / 64;
const LARGEST_SCALE = 64;
const KEPT_IN_SIGHT_PX = 48; // canvas px of the image that panning always leaves on the canvas

/** Scale and offset; every change keeps part of the image in sight. */
export class Viewport {
  /** @type {View} */
  view = { scale: 1, x: 0, y: 0, axes: UPRIGHT };
  image = { rows: 1, columns: 1 };
  canvas = { width: 1, height: 1 };
  /** True until the person zooms or pans: then a change of size fits again. */
  isFitted = true;
  /** Where a whole image rests on a wider canvas: 0 at its left edge, 0.5 in the middle, 1 at its right edge. */
  rest = 0.5;

  /**
   * @param {number} rows
   * @param {number} columns
   */
  setImage(rows, columns) {
    this.image = { rows, columns };
    this.fit();
  }

  /**
   * Hang the picture another way round; the middle stays in the middle.
   * @param {number} quarterTurns clockwise
   * @param {boolean} mirrored left to right, after turning
   */
  turn(quarterTurns, mirrored) {
    const centre = this.centre;
    this.view = { ...this.view, axes: axesOf(quarterTurns, mirrored) };
    if (this.isFitted) this.fit();
    else this.centreOn(centre, this.view.scale);
  }

  /** Image px in the middle of the canvas. */
  get centre() {
    return canvasToImage({ x: this.canvas.width / 2, y: this.canvas.height / 2 }, this.view);
  }

  /**
   * @param {number} width canvas px
   * @param {number} height canvas px
   */
  setCanvas(width, height) {
    const { centre } = this;
    this.canvas = { width: Math.max(1, width), height: Math.max(1, height) };
    if (this.isFitted) this.fit();
    else this.centreOn(centre, this.view.scale);
  }

  /** Show the whole image. */
  fit() {
    const { rows, columns } = this.image;
    const seen = acrossCanvas({ x: columns, y: rows }, this.view.axes);
    const scale = Math.min(this.canvas.width / Math.abs(seen.x), this.canvas.height / Math.abs(seen.y));
    const spare = this.canvas.width - Math.abs(seen.x) * scale;
    const at = { x: (Math.abs(seen.x) * scale) / 2 + spare * this.rest, y: this.canvas.height / 2 };
    this.#hold({ x: columns / 2, y: rows / 2 }, at, scale);
    this.isFitted = true;
  }

  /**
   * One image px on one canvas px, around a point.
   * @param {Point} [point] image px; the centre of the canvas if left out
   */
  oneToOne(point) {
    this.centreOn(point ?? this.centre, 1);
  }

  /**
   * Bring a box into the middle, with room around it.
   * @param {Box} box image px
   */
  focus(box) {
    const roomy = 3;
    const width = Math.max(16, box.column1 - box.column0) * roomy;
    const height = Math.max(16, box.row1 - box.row0) * roomy;
    const scale = Math.min(4, this.canvas.width / width, this.canvas.height / height);
    this.centreOn({ x: (box.column0 + box.column1) / 2, y: (box.row0 + box.row1) / 2 }, scale);
  }

  /**
   * @param {Point} point image px
   * @param {number} scale canvas px per image px
   */
  centreOn(point, scale) {
    const allowed = Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale));
    this.#hold(point, { x: this.canvas.width / 2, y: this.canvas.height / 2 }, allowed);
  }

  /**
   * Zoom so that the image point below a canvas point stays there.
   * @param {Point} point canvas px
   * @param {number} factor
   */
  zoomAt(point, factor) {
    const held = canvasToImage(point, this.view);
    const scale = Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, this.view.scale * factor));
    this.#hold(held, point, scale);
  }

  /**
   * Bring an image point below a canvas point, as a hand does that holds the image there.
   * @param {Point} point image px
   * @param {Point} at canvas px
   * @param {number} [scale] canvas px per image px
   */
  hold(point, at, scale = this.view.scale) {
    this.#hold(point, at, Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale)));
  }

  /**
   * @param {number} dx canvas px, to the right
   * @param {number} dy canvas px, downwards
   */
  panBy(dx, dy) {
    this.#hold(this.view, { x: dx, y: dy }, this.view.scale);
  }

  /**
   * @param {Point} point image px
   * @returns {boolean}
   */
  isInSight(point) {
    const { x, y } = imageToCanvas(point, this.view);
    return x >= 0 && y >= 0 && x < this.canvas.width && y < this.canvas.height;
  }

  /**
   * Bring an image point to a canvas point, as far as part of the image stays in sight.
   * @param {Point} point image px
   * @param {Point} at canvas px
   * @param {number} scale canvas px per image px
   */
  #hold(point, at, scale) {
    this.isFitted = false;
    const { axes } = this.view;
    const step = throughImage(at, axes);
    const shown = throughImage({ x: this.canvas.width / scale, y: this.canvas.height / scale }, axes);
    this.view = {
      scale,
      x: kept(point.x - step.x / scale, shown.x, this.image.columns, scale),
      y: kept(point.y - step.y / scale, shown.y, this.image.rows, scale),
      axes,
    };
  }
}

/**
 * @param {number} corner image px at the canvas's top left, along one axis of the image
 * @param {number} shown image px from there to the other end of the canvas; negative where the image runs backwards
 * @param {number} size of the image
 * @param {number} scale canvas px per image px
 * @returns {number} the nearest corner that keeps the image in sight and lies on whole canvas px
 */
function kept(corner, shown, size, scale) {
  const margin = Math.min(KEPT_IN_SIGHT_PX / scale, size);
  const [before, beyond] = [Math.min(shown, 0), Math.max(shown, 0)]; // how far the canvas reaches from its corner
  const allowed = Math.min(size - margin - before, Math.max(margin - beyond, corner));
  return Math.round(allowed * scale) / scale;
}
