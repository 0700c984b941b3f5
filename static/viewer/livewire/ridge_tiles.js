/**
 * The ridge of an image, measured tile by tile where it is asked for: a long way costs what lies along it, not the
 * whole image. Tiles lie fixed in the image and see beyond their borders, so what is measured does not depend on the
 * order. Knows no DOM.
 */

import { measureRidge } from "./ridge.js";

/** @typedef {import("./crop.js").Crop} Crop */

const TILE_BITS = 6;
const TILE = 1 << TILE_BITS; // nodes to a side
const GAUSSIAN_REACH = 3; // times its width

/** Steps of strength that are told apart: 0 none, LEVELS a perfect vessel. */
export const LEVELS = 64;
/** Instead of a level, where nobody asked yet. */
export const UNMEASURED = 255;

/** In nodes: squares of factor x factor pixels. */
export class RidgeTiles {
  /**
   * @param {Crop} crop
   * @param {number} factor
   * @param {import("./ridge.js").Scales} scales in nodes
   */
  constructor(crop, factor, scales) {
    this.crop = crop;
    this.factor = factor;
    this.scales = scales;
    this.rows = Math.max(1, Math.floor(crop.rows / factor));
    this.columns = Math.max(1, Math.floor(crop.columns / factor));
    this.level = new Uint8Array(this.rows * this.columns).fill(UNMEASURED);
    this.direction = new Uint8Array(this.rows * this.columns);
    const { ridgesPx, wallsPx, crestPx } = scales;
    const seen = Math.max(GAUSSIAN_REACH * ridgesPx[ridgesPx.length - 1], wallsPx[1] + 1);
    this.margin = Math.ceil(crestPx + seen) + 1;
  }

  /**
   * Measure what lies there unless it is known.
   * @param {number} row
   * @param {number} column
   */
  need(row, column) {
    if (this.level[row * this.columns + column] === UNMEASURED) this.#measure((row >> TILE_BITS) << TILE_BITS, (column >> TILE_BITS) << TILE_BITS);
  }

  /**
   * @param {number} top row of the tile's corner
   * @param {number} left column
   */
  #measure(top, left) {
    const [bottom, right] = [Math.min(this.rows, top + TILE), Math.min(this.columns, left + TILE)];
    const box = {
      row0: Math.max(0, top - this.margin),
      column0: Math.max(0, left - this.margin),
      row1: Math.min(this.rows, bottom + this.margin),
      column1: Math.min(this.columns, right + this.margin),
    };
    const inner = { row0: top - box.row0, column0: left - box.column0, row1: bottom - box.row0, column1: right - box.column0 };
    const ridge = measureRidge(this.crop.reduced(this.factor, box), this.scales, inner);
    for (let row = top; row < bottom; row++) {
      let from = (row - box.row0) * ridge.columns + inner.column0;
      for (let to = row * this.columns + left; to < row * this.columns + right; to++, from++) {
        this.level[to] = Math.round(ridge.strength[from] * LEVELS);
        this.direction[to] = ridge.direction[from];
      }
    }
  }
}
