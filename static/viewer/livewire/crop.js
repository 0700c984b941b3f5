/**
 * A rectangle of stored pixels, turned so that calcium is bright, in the coordinates of its image. Knows no DOM.
 */

/** @typedef {import("../runs.js").Box} Box */

/** Nothing is shown from it: the window of the page plays no part. */
export class Crop {
  /**
   * @param {Uint16Array | Uint8Array} values (rows, columns) stored
   * @param {Box} box image px
   * @param {boolean} isDarkBright true where low values are shown bright
   */
  constructor(values, box, isDarkBright) {
    this.values = values;
    this.box = box;
    this.rows = box.row1 - box.row0;
    this.columns = box.column1 - box.column0;
    this.sign = isDarkBright ? -1 : 1;
  }

  /**
   * @param {number} x image px
   * @param {number} y image px
   * @returns {number} between the four pixels around; the borders go on as they end
   */
  at(x, y) {
    const column = Math.min(this.columns - 1, Math.max(0, x - 0.5 - this.box.column0));
    const row = Math.min(this.rows - 1, Math.max(0, y - 0.5 - this.box.row0));
    const [left, top] = [Math.floor(column), Math.floor(row)];
    const [right, bottom] = [Math.min(this.columns - 1, left + 1), Math.min(this.rows - 1, top + 1)];
    const [dx, dy] = [column - left, row - top];
    const { values, columns } = this;
    const upper = values[top * columns + left] * (1 - dx) + values[top * columns + right] * dx;
    const lower = values[bottom * columns + left] * (1 - dx) + values[bottom * columns + right] * dx;
    return this.sign * (upper * (1 - dy) + lower * dy);
  }

  /**
   * @param {number} factor
   * @param {Box} box counted in squares of factor x factor pixels from the rectangle's corner; none may end beyond it
   * @returns {{values: Float32Array, rows: number, columns: number}} means of the squares
   */
  reduced(factor, { row0, column0, row1, column1 }) {
    const [rows, columns] = [row1 - row0, column1 - column0];
    const values = new Float32Array(rows * columns);
    const scale = this.sign / (factor * factor);
    for (let row = 0; row < rows * factor; row++) {
      const to = Math.floor(row / factor) * columns;
      let from = (row0 * factor + row) * this.columns + column0 * factor;
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let k = 0; k < factor; k++) sum += this.values[from++];
        values[to + column] += scale * sum;
      }
    }
    return { values, rows, columns };
  }
}
