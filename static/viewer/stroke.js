/**
 * One stroke in the making: paints at once, and at the end says which pixels changed. Knows no DOM.
 */

import { TILE_PX } from "./label_planes.js";
import { RunsBuilder, addRow } from "./runs.js";

/** @typedef {import("./label_planes.js").LabelPlanes} LabelPlanes */
/** @typedef {import("./runs.js").Runs} Runs */

/** Keeps the tiles it touches as they were, so that the change is found without looking at the whole frame. */
export class Stroke {
  /** @type {Map<number, Uint8Array>} tile number to its bytes before the stroke */
  #before = new Map();

  /**
   * @param {LabelPlanes} planes
   * @param {number} plane
   */
  constructor(planes, plane) {
    this.planes = planes;
    this.plane = plane;
  }

  /**
   * @param {Runs} mask
   * @param {"set" | "clear"} how
   */
  paint(mask, how) {
    const { runs } = mask;
    for (let i = 0; i < runs.length; i += 3) this.#keepTiles(runs[i], runs[i + 1], runs[i + 2]);
    this.planes.apply(this.plane, mask, how);
  }

  /** @returns {Runs} the pixels that the stroke changed: its patch, by exclusive or */
  finish() {
    const { rows, columns, tilesAcross } = this.planes;
    const builder = new RunsBuilder(rows, columns);
    const tiles = [...this.#before.keys()].sort((a, b) => a - b);
    for (let first = 0; first < tiles.length; ) {
      const tileRow = Math.floor(tiles[first] / tilesAcross);
      let last = first;
      while (last < tiles.length && Math.floor(tiles[last] / tilesAcross) === tileRow) last++;
      const rowEnd = Math.min(rows, (tileRow + 1) * TILE_PX);
      for (let row = tileRow * TILE_PX; row < rowEnd; row++) {
        for (let i = first; i < last; i++) this.#addChanges(builder, row, tiles[i]);
      }
      first = last;
    }
    return builder.build();
  }

  /**
   * @param {RunsBuilder} builder
   * @param {number} row image px
   * @param {number} tile
   */
  #addChanges(builder, row, tile) {
    const { rowInTile, column0, width } = this.#place(row, tile);
    const before = /** @type {Uint8Array} */ (this.#before.get(tile)).subarray(rowInTile * width, (rowInTile + 1) * width);
    const origin = row * this.planes.columns + column0;
    const bit = 1 << this.plane;
    const changed = before.map((value, i) => (value ^ this.planes.pixels[origin + i]) & bit);
    addRow(builder, row, column0, changed);
  }

  /**
   * @param {number} row image px
   * @param {number} start image px
   * @param {number} end image px
   */
  #keepTiles(row, start, end) {
    const origin = Math.floor(row / TILE_PX) * this.planes.tilesAcross;
    for (let column = Math.floor(start / TILE_PX); column <= Math.floor((end - 1) / TILE_PX); column++) {
      if (!this.#before.has(origin + column)) this.#before.set(origin + column, this.#copyTile(origin + column));
    }
  }

  /**
   * @param {number} tile
   * @returns {Uint8Array}
   */
  #copyTile(tile) {
    const { columns, rows, pixels, tilesAcross } = this.planes;
    const row0 = Math.floor(tile / tilesAcross) * TILE_PX;
    const { column0, width } = this.#place(row0, tile);
    const height = Math.min(TILE_PX, rows - row0);
    const copy = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      const origin = (row0 + row) * columns + column0;
      copy.set(pixels.subarray(origin, origin + width), row * width);
    }
    return copy;
  }

  /**
   * @param {number} row image px
   * @param {number} tile
   */
  #place(row, tile) {
    const column0 = (tile % this.planes.tilesAcross) * TILE_PX;
    const width = Math.min(TILE_PX, this.planes.columns - column0);
    return { rowInTile: row % TILE_PX, column0, width };
  }
}
