/**
 * PNG to grey values without loss: the browser's own decoders keep 8 bits only. Reads greyscale of 8 and 16
 * bits, not interlaced (PNG, W3C Recommendation, third edition). Runs in a Worker and in Node; knows no DOM.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const MOST_PIXELS = 16384 * 16384;

/** A PNG that this page cannot show. */
export class PngError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "PngError";
  }
}

/**
 * @typedef {object} GreyImage
 * @property {number} rows
 * @property {number} columns
 * @property {Uint8Array | Uint16Array} values (rows, columns), 8-bit or 16-bit as in the file
 */

/**
 * @param {Uint8Array<ArrayBuffer>} bytes a whole PNG file
 * @returns {Promise<GreyImage>}
 * @throws {PngError}
 */
export async function decodePng(bytes) {
  const { header, parts } = readChunks(bytes);
  const unfilter = new Unfilter(header);
  const inflated = new Blob(parts).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  for (;;) {
    const { done, value } = await inflated.read();
    if (done) break;
    unfilter.push(value);
  }
  return { rows: header.rows, columns: header.columns, values: unfilter.finish() };
}

/**
 * @typedef {{rows: number, columns: number, bytesPerPixel: 1 | 2}} Header
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {{header: Header, parts: Uint8Array<ArrayBuffer>[]}} the pieces of the compressed image
 */
function readChunks(bytes) {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw new PngError("The image is not a PNG file.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {Header | null} */
  let header = null;
  const parts = [];
  for (let at = SIGNATURE.length; ; ) {
    const end = at + 12 <= bytes.length ? at + 12 + view.getUint32(at) : Infinity;
    if (end > bytes.length) throw new PngError("The image ends early; it was cut short on its way. Reload the page.");
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (view.getUint32(end - 4) !== crc32(bytes.subarray(at + 4, end - 4))) {
      throw new PngError(`The ${type} part of the image was damaged on its way. Reload the page.`);
    }
    if (type === "IHDR") header = readHeader(view, at + 8);
    if (type === "IDAT") parts.push(bytes.subarray(at + 8, end - 4));
    if (type === "IEND") break;
    at = end;
  }
  if (!header) throw new PngError("The image has no header.");
  return { header, parts };
}

/**
 * @param {DataView} view
 * @param {number} at
 * @returns {Header}
 */
function readHeader(view, at) {
  const [columns, rows] = [view.getUint32(at), view.getUint32(at + 4)];
  const [bits, colour, compression, filter, interlace] = [8, 9, 10, 11, 12].map((i) => view.getUint8(at + i));
  if (colour !== 0 || (bits !== 8 && bits !== 16)) {
    throw new PngError(`The image has colour type ${colour} with ${bits} bits; expected greyscale of 8 or 16 bits.`);
  }
  if (compression || filter || interlace) throw new PngError("The image is interlaced or packed in an unknown way.");
  if (!rows || !columns || rows * columns > MOST_PIXELS) {
    throw new PngError(`The image claims ${rows} x ${columns} pixels, which is not allowed.`);
  }
  return { rows, columns, bytesPerPixel: bits === 16 ? 2 : 1 };
}

/** Takes inflated bytes in pieces of any length and undoes the filter of each row as soon as it is whole. */
class Unfilter {
  #row = 0;
  #filled = 0;

  /** @param {Header} header */
  constructor(header) {
    this.header = header;
    this.line = new Uint8Array(1 + header.columns * header.bytesPerPixel); // filter type, then the row
    this.previous = new Uint8Array(header.columns * header.bytesPerPixel);
    const Kind = header.bytesPerPixel === 2 ? Uint16Array : Uint8Array;
    this.values = new Kind(header.rows * header.columns);
  }

  /** @param {Uint8Array} bytes */
  push(bytes) {
    for (let at = 0; at < bytes.length; ) {
      if (this.#row === this.header.rows) throw new PngError("The image holds more rows than its header says.");
      const take = Math.min(bytes.length - at, this.line.length - this.#filled);
      this.line.set(bytes.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled === this.line.length) this.#endRow();
    }
  }

  /** @returns {Uint8Array | Uint16Array} */
  finish() {
    if (this.#row < this.header.rows) throw new PngError("The image holds fewer rows than its header says.");
    return this.values;
  }

  #endRow() {
    const { columns, bytesPerPixel } = this.header;
    const current = this.line.subarray(1);
    unfilterRow(this.line[0], current, this.previous, bytesPerPixel);
    const origin = this.#row * columns;
    if (bytesPerPixel === 1) {
      this.values.set(current, origin);
    } else {
      for (let i = 0, j = 0; i < columns; i++, j += 2) this.values[origin + i] = (current[j] << 8) | current[j + 1];
    }
    this.previous.set(current);
    this.#filled = 0;
    this.#row++;
  }
}

/**
 * @param {number} type 0 none, 1 sub, 2 up, 3 average, 4 Paeth
 * @param {Uint8Array} current changed in place
 * @param {Uint8Array} above
 * @param {number} step bytes of one pixel
 */
function unfilterRow(type, current, above, step) {
  const n = current.length;
  if (type === 1) {
    for (let i = step; i < n; i++) current[i] += current[i - step];
  } else if (type === 2) {
    for (let i = 0; i < n; i++) current[i] += above[i];
  } else if (type === 3) {
    for (let i = 0; i < step; i++) current[i] += above[i] >> 1;
    for (let i = step; i < n; i++) current[i] += (current[i - step] + above[i]) >> 1;
  } else if (type === 4) {
    for (let i = 0; i < step; i++) current[i] += above[i];
    for (let i = step; i < n; i++) current[i] += paeth(current[i - step], above[i], above[i - step]);
  } else if (type !== 0) {
    throw new PngError(`The image uses row filter ${type}, which PNG does not know.`);
  }
}

/**
 * @param {number} left
 * @param {number} up
 * @param {number} corner
 * @returns {number}
 */
function paeth(left, up, corner) {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/**
 * @param {Uint8Array} bytes
 * @returns {number}
 */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
