/**
 * The labels of one image as pixels for the graphics card: one byte a pixel, one bit a label, with reduced
 * copies in which a bit is set wherever any pixel below has it, so that no thin label vanishes. Knows no DOM.
 *
 * Changes mark tiles as dirty; `takeDirty` brings the reduced copies of a tile up to date and says what to
 * upload. So the work of a change depends on its size, not on the size of the image.
 */

import { levelSizes } from "./pyramid.js";

/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {import("./runs.js").Box} Box */

export const TILE_PX = 128; // a multiple of the coarsest level's step, so that tiles never share a reduced pixel
export const PLANES = 4;

/** Up to four labels on one pixel grid. */
export class LabelPlanes {
  /** @type {Set<number>} */
  #dirty = new Set();

  /**
   * @param {number} rows
   * @param {number} columns
   */
  constructor(rows, columns) {
    this.rows = rows;
    this.columns = columns;
    this.levels = levelSizes(rows, columns).map((size) => ({
      ...size,
      values: new Uint8Array(size.rows * size.columns),
    }));
    this.pixels = this.levels[0].values;
    this.tilesAcross = Math.ceil(columns / TILE_PX);
    this.tilesDown = Math.ceil(rows / TILE_PX);
  }

  get hasDirty() {
    return this.#dirty.size > 0;
  }

  /**
   * Set, clear or flip one label in all pixels of a mask.
   * @param {number} plane
   * @param {Runs} mask
   * @param {"set" | "clear" | "flip"} how
   */
  apply(plane, mask, how) {
    const bit = 1 << plane;
    const { pixels, columns } = this;
    for (let i = 0; i < mask.runs.length; i += 3) {
      const [row, start, end] = mask.runs.subarray(i, i + 3);
      const last = row * columns + end;
      let at = row * columns + start;
      if (how === "set") for (; at < last; at++) pixels[at] |= bit;
      else if (how === "clear") for (; at < last; at++) pixels[at] &= ~bit;
      else for (; at < last; at++) pixels[at] ^= bit;
      this.#markRow(row, start, end);
    }
  }

  /** Mark everything as dirty: the graphics card lost its copy. */
  markAll() {
    for (let tile = 0; tile < this.tilesAcross * this.tilesDown; tile++) this.#dirty.add(tile);
  }

  /**
   * Bring the reduced copies of one dirty tile up to date.
   * @returns {Box[] | null} for each level the box to upload, null when nothing is dirty
   */
  takeDirty() {
    const { value: tile, done } = this.#dirty.values().next();
    if (done) return null;
    this.#dirty.delete(tile);
    const tileRow = Math.floor(tile / this.tilesAcross);
    const tileColumn = tile % this.tilesAcross;
    const boxes = this.levels.map((_, level) => this.#boxOfTile(tileRow, tileColumn, level));
    for (let level = 1; level < this.levels.length; level++) this.#reduce(level, boxes[level]);
    return boxes;
  }

  /**
   * @param {number} row
   * @param {number} start
   * @param {number} end
   */
  #markRow(row, start, end) {
    const origin = Math.floor(row / TILE_PX) * this.tilesAcross;
    const last = Math.floor((end - 1) / TILE_PX);
    for (let column = Math.floor(start / TILE_PX); column <= last; column++) this.#dirty.add(origin + column);
  }

  /**
   * The pixels of a level that depend on a tile. The last pixel of a level also covers an odd rest, which may
   * lie in the next tile; so boxes reach to the clamped end.
   * @param {number} tileRow
   * @param {number} tileColumn
   * @param {number} level
   * @returns {Box}
   */
  #boxOfTile(tileRow, tileColumn, level) {
    const { rows, columns } = this.levels[level];
    const side = TILE_PX >> level;
    const clamp = (/** @type {number} */ tile, /** @type {number} */ size) => {
      const first = Math.min(tile * side, size - 1);
      return [first, Math.max(first + 1, Math.min((tile + 1) * side, size))];
    };
    const [row0, row1] = clamp(tileRow, rows);
    const [column0, column1] = clamp(tileColumn, columns);
    return { row0, row1, column0, column1 };
  }

  /**
   * @param {number} level
   * @param {Box} box in pixels of the level
   */
  #reduce(level, box) {
    const coarse = this.levels[level];
    const fine = this.levels[level - 1];
    for (let row = box.row0; row < box.row1; row++) {
      const top = 2 * row;
      const bottom = row === coarse.rows - 1 ? fine.rows : top + 2;
      for (let column = box.column0; column < box.column1; column++) {
        const left = 2 * column;
        const right = column === coarse.columns - 1 ? fine.columns : left + 2;
        let bits = 0;
        for (let r = top; r < bottom; r++) {
          for (let c = left; c < right; c++) bits |= fine.values[r * fine.columns + c];
        }
        coarse.values[row * coarse.columns + column] = bits;
      }
    }
  }
}
