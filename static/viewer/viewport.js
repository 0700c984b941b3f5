/**
 * Which part of the image the canvas shows: zoom, pan, fit, one to one. Knows no DOM.
 */

import { canvasToImage, imageToCanvas } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./geometry.js").View} View */
/** @typedef {import("./runs.js").Box} Box */

const SMALLEST_SCALE = 1 / 64;
const LARGEST_SCALE = 64;
const KEPT_IN_SIGHT_PX = 48; // canvas px of the image that panning always leaves on the canvas

/** Scale and offset; every change keeps part of the image in sight. */
export class Viewport {
  /** @type {View} */
  view = { scale: 1, x: 0, y: 0 };
  image = { rows: 1, columns: 1 };
  canvas = { width: 1, height: 1 };
  /** True until the person zooms or pans: then a change of size fits again. */
  isFitted = true;

  /**
   * @param {number} rows
   * @param {number} columns
   */
  setImage(rows, columns) {
    this.image = { rows, columns };
    this.fit();
  }

  /**
   * @param {number} width canvas px
   * @param {number} height canvas px
   */
  setCanvas(width, height) {
    const centre = canvasToImage({ x: this.canvas.width / 2, y: this.canvas.height / 2 }, this.view);
    this.canvas = { width: Math.max(1, width), height: Math.max(1, height) };
    if (this.isFitted) this.fit();
    else this.centreOn(centre, this.view.scale);
  }

  /** Show the whole image. */
  fit() {
    const { rows, columns } = this.image;
    const scale = Math.min(this.canvas.width / columns, this.canvas.height / rows);
    this.centreOn({ x: columns / 2, y: rows / 2 }, scale);
    this.isFitted = true;
  }

  /**
   * One image px on one canvas px, around a point.
   * @param {Point} [point] image px; the centre of the canvas if left out
   */
  oneToOne(point) {
    const centre = canvasToImage({ x: this.canvas.width / 2, y: this.canvas.height / 2 }, this.view);
    this.centreOn(point ?? centre, 1);
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
    this.#set({
      scale: allowed,
      x: point.x - this.canvas.width / 2 / allowed,
      y: point.y - this.canvas.height / 2 / allowed,
    });
  }

  /**
   * Zoom so that the image point below a canvas point stays there.
   * @param {Point} point canvas px
   * @param {number} factor
   */
  zoomAt(point, factor) {
    const held = canvasToImage(point, this.view);
    const scale = Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, this.view.scale * factor));
    this.#set({ scale, x: held.x - point.x / scale, y: held.y - point.y / scale });
  }

  /**
   * @param {number} dx canvas px, to the right
   * @param {number} dy canvas px, downwards
   */
  panBy(dx, dy) {
    const { scale, x, y } = this.view;
    this.#set({ scale, x: x - dx / scale, y: y - dy / scale });
  }

  /**
   * @param {Point} point image px
   * @returns {boolean}
   */
  isInSight(point) {
    const { x, y } = imageToCanvas(point, this.view);
    return x >= 0 && y >= 0 && x < this.canvas.width && y < this.canvas.height;
  }

  /** @param {View} view */
  #set(view) {
    this.isFitted = false;
    const { scale } = view;
    const snap = (/** @type {number} */ offset) => Math.round(offset * scale) / scale; // whole canvas px
    const margin = KEPT_IN_SIGHT_PX / scale;
    const keep = (/** @type {number} */ offset, /** @type {number} */ shown, /** @type {number} */ size) =>
      Math.min(size - Math.min(margin, size), Math.max(offset, Math.min(margin, size) - shown));
    this.view = {
      scale,
      x: snap(keep(view.x, this.canvas.width / scale, this.image.columns)),
      y: snap(keep(view.y, this.canvas.height / scale, this.image.rows)),
    };
  }
}
