/**
 * Cells of an image as bits, row by row, the highest bit of a byte first: as the server keeps them. Knows no DOM.
 */

/** @typedef {import("./runs.js").Box} Box */

/** Which cells of an image are set; a cell at the right or lower edge may be cut by it. */
export class CoverageGrid {
  /**
   * @param {number} rows of the image, px
   * @param {number} columns of the image, px
   * @param {number} cellPx side of a cell, image px
   * @param {string} [base64] of the bits; none is set where left out
   */
  constructor(rows, columns, cellPx, base64) {
    this.imageRows = rows;
    this.imageColumns = columns;
    this.cellPx = cellPx;
    this.rows = Math.ceil(rows / cellPx);
    this.columns = Math.ceil(columns / cellPx);
    this.bits = new Uint8Array(Math.ceil((this.rows * this.columns) / 8));
    if (base64 !== undefined) this.#read(base64);
  }

  get count() {
    return this.rows * this.columns;
  }

  /** @param {number} cell row * columns + column */
  has(cell) {
    return (this.bits[cell >> 3] & (0x80 >> (cell & 7))) !== 0;
  }

  /** @param {number} cell */
  set(cell) {
    this.bits[cell >> 3] |= 0x80 >> (cell & 7);
  }

  clear() {
    this.bits.fill(0);
  }

  /** @param {number} cell @returns {Box} image px, cut at the edge of the image */
  boxOf(cell) {
    const row = Math.floor(cell / this.columns) * this.cellPx;
    const column = (cell % this.columns) * this.cellPx;
    return {
      row0: row,
      column0: column,
      row1: Math.min(row + this.cellPx, this.imageRows),
      column1: Math.min(column + this.cellPx, this.imageColumns),
    };
  }

  /**
   * @param {{left: number, top: number, right: number, bottom: number}} part image px
   * @returns {number[]} cells that lie in it with all that the image has of them
   */
  cellsWithin({ left, top, right, bottom }) {
    const { cellPx, rows, columns } = this;
    const pastLast = (/** @type {number} */ edge, /** @type {number} */ size, /** @type {number} */ cells) =>
      edge >= size ? cells : Math.floor(edge / cellPx);
    const row0 = Math.max(0, Math.ceil(top / cellPx));
    const column0 = Math.max(0, Math.ceil(left / cellPx));
    const row1 = pastLast(bottom, this.imageRows, rows);
    const column1 = pastLast(right, this.imageColumns, columns);
    const cells = [];
    for (let row = row0; row < row1; row++) {
      for (let column = column0; column < column1; column++) cells.push(row * columns + column);
    }
    return cells;
  }

  /** @returns {string} base64 */
  encode() {
    return btoa(String.fromCharCode(...this.bits));
  }

  /** @param {string} base64 */
  #read(base64) {
    const text = atob(base64);
    if (text.length !== this.bits.length) {
      throw new RangeError(`The grid has ${this.bits.length} bytes; ${text.length} came.`);
    }
    for (let i = 0; i < text.length; i++) this.bits[i] = text.charCodeAt(i);
  }
}

/**
 * @param {CoverageGrid} breast
 * @param {CoverageGrid} seen
 * @returns {number} cells of the breast that were seen, of all of them
 */
export function shareSeen(breast, seen) {
  let all = 0;
  let both = 0;
  for (let cell = 0; cell < breast.count; cell++) {
    if (!breast.has(cell)) continue;
    all++;
    if (seen.has(cell)) both++;
  }
  return both / Math.max(all, 1);
}

/**
 * Where to look next: the part of the canvas's size with most cells that were not seen, the nearest where parts are
 * equal.
 * @param {CoverageGrid} breast
 * @param {CoverageGrid} seen
 * @param {{width: number, height: number}} partPx image px that the canvas shows at 1:1
 * @param {{x: number, y: number}} from image px, the middle of what is shown now
 * @returns {{x: number, y: number} | null} image px to bring to the middle; null where all was seen
 */
export function nextUnseen(breast, seen, partPx, from) {
  const across = Math.max(1, Math.floor(partPx.width / breast.cellPx) - 1);
  const down = Math.max(1, Math.floor(partPx.height / breast.cellPx) - 1);
  const unseenIn = summed(breast, seen);
  let best = null;
  for (let row = 0; row < breast.rows; row++) {
    for (let column = 0; column < breast.columns; column++) {
      const cells = unseenIn(row, column, Math.min(row + down, breast.rows), Math.min(column + across, breast.columns));
      if (!cells || (best && cells < best.cells)) continue;
      const at = {
        x: Math.min((column + across / 2) * breast.cellPx, breast.imageColumns),
        y: Math.min((row + down / 2) * breast.cellPx, breast.imageRows),
      };
      const distance = Math.hypot(at.x - from.x, at.y - from.y);
      if (!best || cells > best.cells || distance < best.distance) best = { at, cells, distance };
    }
  }
  return best?.at ?? null;
}

/**
 * @param {CoverageGrid} breast
 * @param {CoverageGrid} seen
 * @returns {(row0: number, column0: number, row1: number, column1: number) => number} unseen cells of a part
 */
function summed(breast, seen) {
  const { rows, columns } = breast;
  const width = columns + 1;
  const sums = new Uint32Array((rows + 1) * width);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      const unseen = breast.has(cell) && !seen.has(cell) ? 1 : 0;
      const at = (row + 1) * width + column + 1;
      sums[at] = unseen + sums[at - 1] + sums[at - width] - sums[at - width - 1];
    }
  }
  return (row0, column0, row1, column1) =>
    sums[row1 * width + column1] - sums[row0 * width + column1] - sums[row1 * width + column0] + sums[row0 * width + column0];
}
