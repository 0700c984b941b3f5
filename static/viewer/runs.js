/**
 * A mask as horizontal runs of pixels: twin of ml/masks, held to it by tests/data/mask_vectors.json.
 * Knows no DOM.
 */

export const MAXIMUM_SIDE_PX = 16384;

/** A mask that breaks the rules of the mask format. */
export class MaskCodecError extends Error {
  /**
   * @param {string} message
   * @param {string} code stable reason, the same as the server's
   */
  constructor(message, code) {
    super(message);
    this.name = "MaskCodecError";
    this.code = code;
  }
}

/** The pixels of one label on one image. Never changed in place. */
export class Runs {
  /**
   * @param {number} rows
   * @param {number} columns
   * @param {Int32Array} runs (row, start, end exclusive) one after the other, in raster order, never touching
   */
  constructor(rows, columns, runs) {
    this.rows = rows;
    this.columns = columns;
    this.runs = runs;
  }

  /** Number of runs. */
  get length() {
    return this.runs.length / 3;
  }

  get isEmpty() {
    return this.runs.length === 0;
  }
}

/** A rectangle of pixels; the far edges are exclusive.
 * @typedef {{row0: number, column0: number, row1: number, column1: number}} Box image px
 */

/**
 * @param {number} rows
 * @param {number} columns
 * @returns {Runs} the mask without any pixel
 */
export function empty(rows, columns) {
  return new Runs(rows, columns, new Int32Array(0));
}

/** Collects the runs of one mask in raster order, joining those that touch. */
export class RunsBuilder {
  #runs = new Int32Array(96);
  #used = 0;

  /**
   * @param {number} rows
   * @param {number} columns
   */
  constructor(rows, columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Add pixels start..end of a row; not before what was added last.
   * @param {number} row image px
   * @param {number} start image px
   * @param {number} end image px, exclusive
   */
  add(row, start, end) {
    const at = this.#used;
    if (at && this.#runs[at - 3] === row && this.#runs[at - 1] >= start) {
      this.#runs[at - 1] = Math.max(end, this.#runs[at - 1]);
      return;
    }
    if (at === this.#runs.length) {
      const longer = new Int32Array(2 * at);
      longer.set(this.#runs);
      this.#runs = longer;
    }
    this.#runs[at] = row;
    this.#runs[at + 1] = start;
    this.#runs[at + 2] = end;
    this.#used += 3;
  }

  /** @returns {Runs} */
  build() {
    return new Runs(this.rows, this.columns, this.#runs.slice(0, this.#used));
  }
}

/**
 * @param {Runs} a
 * @param {Runs} b
 * @returns {Runs} pixels of either mask
 */
export function union(a, b) {
  return combine(a, b, (inA, inB) => inA || inB);
}

/**
 * @param {Runs} a
 * @param {Runs} b
 * @returns {Runs} pixels that both masks have
 */
export function intersection(a, b) {
  return combine(a, b, (inA, inB) => inA && inB);
}

/**
 * @param {Runs} a
 * @param {Runs} b
 * @returns {Runs} pixels of a that b does not have
 */
export function difference(a, b) {
  return combine(a, b, (inA, inB) => inA && !inB);
}

/**
 * @param {Runs} a
 * @param {Runs} b
 * @returns {Runs} pixels that exactly one mask has: the patch that turns a into b
 */
export function xor(a, b) {
  return combine(a, b, (inA, inB) => inA !== inB);
}

/**
 * @param {Runs[]} masks of one image, at least one; many at once cost little more than to sort their ends
 * @returns {Runs} pixels that an odd number of the masks have
 */
export function xorAll(masks) {
  const { rows, columns } = masks[0];
  const stride = columns + 1;
  const edges = new Int32Array(2 * masks.reduce((sum, mask) => sum + mask.length, 0));
  let used = 0;
  for (const mask of masks) {
    edges.set(boundaries(mask, stride), used);
    used += 2 * mask.length;
  }
  edges.sort();
  let left = 0;
  for (let i = 0; i < edges.length; i++) {
    if (edges[i] === edges[i + 1]) i++; // entered and left, or the other way, by two of them
    else edges[left++] = edges[i];
  }
  const builder = new RunsBuilder(rows, columns);
  for (let i = 0; i < left; i += 2) {
    const row = Math.floor(edges[i] / stride);
    builder.add(row, edges[i] - row * stride, edges[i + 1] - row * stride);
  }
  return builder.build();
}

/**
 * @param {Runs} mask
 * @param {number} row
 * @param {number} column
 * @returns {boolean} whether the pixel belongs to the mask
 */
export function hasPixel({ runs }, row, column) {
  let [first, past] = [0, runs.length / 3];
  while (first < past) {
    const middle = (first + past) >> 1;
    if (runs[3 * middle] < row || (runs[3 * middle] === row && runs[3 * middle + 2] <= column)) first = middle + 1;
    else past = middle;
  }
  return first < runs.length / 3 && runs[3 * first] === row && runs[3 * first + 1] <= column;
}

/**
 * @param {Runs} mask
 * @returns {number} pixels in the mask
 */
export function areaPx(mask) {
  let area = 0;
  for (let i = 0; i < mask.runs.length; i += 3) area += mask.runs[i + 2] - mask.runs[i + 1];
  return area;
}

/**
 * @param {Runs} a
 * @param {Runs} b
 * @returns {boolean} same size and same pixels; the runs of a set of pixels are unique
 */
export function equal(a, b) {
  return (
    a.rows === b.rows &&
    a.columns === b.columns &&
    a.runs.length === b.runs.length &&
    a.runs.every((value, i) => value === b.runs[i])
  );
}

/**
 * @param {Runs} mask
 * @returns {Box | null} smallest box around all pixels; null for the empty mask
 */
export function boundingBox(mask) {
  const { runs } = mask;
  if (!runs.length) return null;
  let column0 = mask.columns;
  let column1 = 0;
  for (let i = 0; i < runs.length; i += 3) {
    column0 = Math.min(column0, runs[i + 1]);
    column1 = Math.max(column1, runs[i + 2]);
  }
  return { row0: runs[0], column0, row1: runs[runs.length - 3] + 1, column1 };
}

/**
 * @param {Uint8Array} pixels (rows, columns), anything but 0 belongs to the mask
 * @param {number} rows
 * @param {number} columns
 * @returns {Runs}
 */
export function fromDense(pixels, rows, columns) {
  const builder = new RunsBuilder(rows, columns);
  for (let row = 0; row < rows; row++) {
    addRow(builder, row, 0, pixels.subarray(row * columns, (row + 1) * columns));
  }
  return builder.build();
}

/**
 * @param {RunsBuilder} builder
 * @param {number} row image px
 * @param {number} column0 image px of the first value
 * @param {Uint8Array | Uint16Array} values
 * @param {number} [least] values from here on belong to the mask
 */
export function addRow(builder, row, column0, values, least = 1) {
  for (let i = 0; i < values.length; i++) {
    if (values[i] < least) continue;
    const start = i;
    while (i < values.length && values[i] >= least) i++;
    builder.add(row, column0 + start, column0 + i);
  }
}

/**
 * @param {Runs} mask
 * @returns {Uint8Array} (rows, columns) of 0 and 1
 */
export function toDense(mask) {
  const pixels = new Uint8Array(mask.rows * mask.columns);
  for (let i = 0; i < mask.runs.length; i += 3) {
    const origin = mask.runs[i] * mask.columns;
    pixels.fill(1, origin + mask.runs[i + 1], origin + mask.runs[i + 2]);
  }
  return pixels;
}

/**
 * Walk both lists of places where a raster scan enters or leaves a mask. Rows are columns + 1 apart, so that
 * a run ending at the right edge never meets one that begins at the left.
 * @param {Runs} a
 * @param {Runs} b
 * @param {(inA: boolean, inB: boolean) => boolean} rule
 * @returns {Runs}
 */
function combine(a, b, rule) {
  if (a.rows !== b.rows || a.columns !== b.columns) {
    throw new RangeError(
      `One mask has ${a.rows} x ${a.columns} pixels, the other ${b.rows} x ${b.columns}; ` +
        "expected two masks of the same image.",
    );
  }
  const stride = a.columns + 1;
  const edgesA = boundaries(a, stride);
  const edgesB = boundaries(b, stride);
  const builder = new RunsBuilder(a.rows, a.columns);
  let atA = 0;
  let atB = 0;
  let entered = -1;
  while (atA < edgesA.length || atB < edgesB.length) {
    const position = Math.min(edgesA[atA] ?? Infinity, edgesB[atB] ?? Infinity);
    if (edgesA[atA] === position) atA++;
    if (edgesB[atB] === position) atB++;
    const inside = rule(atA % 2 === 1, atB % 2 === 1);
    if (inside && entered < 0) {
      entered = position;
    } else if (!inside && entered >= 0) {
      const row = Math.floor(entered / stride);
      builder.add(row, entered - row * stride, position - row * stride);
      entered = -1;
    }
  }
  return builder.build();
}

/**
 * @param {Runs} mask
 * @param {number} stride
 * @returns {Int32Array} strictly increasing; enter and leave alternate
 */
function boundaries(mask, stride) {
  const edges = new Int32Array(2 * mask.length);
  for (let i = 0, j = 0; i < mask.runs.length; i += 3, j += 2) {
    const origin = mask.runs[i] * stride;
    edges[j] = origin + mask.runs[i + 1];
    edges[j + 1] = origin + mask.runs[i + 2];
  }
  return edges;
}
