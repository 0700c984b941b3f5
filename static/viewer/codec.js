/**
 * Masks as bytes: the formats of docs/mask_format.md. Version 1 names a mask; version 2 is the compact form, in which
 * masks are kept and edits travel. Knows no DOM.
 */

import { readCompact } from "./compact.js";
import { writeCompact } from "./compact_writer.js";
import { MAXIMUM_SIDE_PX, MaskCodecError, Runs } from "./runs.js";

const MAGIC = [0x54, 0x4c, 0x4d]; // "TLM"
const PLAIN = 1;
const COMPACT = 2;
const HEADER = [...MAGIC, PLAIN];
const MAXIMUM_VARINT_BYTES = 5;
const MINIMUM_BYTES_PER_RUN = 3;

/**
 * @param {Runs} mask
 * @returns {Uint8Array<ArrayBuffer>} equal masks give equal bytes
 */
export function encode(mask) {
  const bytes = new Uint8Array(HEADER.length + MAXIMUM_VARINT_BYTES * 3 * (mask.length + 1));
  bytes.set(HEADER);
  let at = HEADER.length;
  at = writeVarint(bytes, at, mask.rows);
  at = writeVarint(bytes, at, mask.columns);
  at = writeVarint(bytes, at, mask.length);
  let previousRow = 0;
  let previousEnd = 0;
  for (let i = 0; i < mask.runs.length; i += 3) {
    const [row, start, end] = mask.runs.subarray(i, i + 3);
    if (row !== previousRow) previousEnd = 0;
    at = writeVarint(bytes, at, row - previousRow);
    at = writeVarint(bytes, at, start - previousEnd);
    at = writeVarint(bytes, at, end - start);
    previousRow = row;
    previousEnd = end;
  }
  return bytes.slice(0, at);
}

/**
 * @param {Runs} mask
 * @returns {Uint8Array<ArrayBuffer>} in the compact form; equal masks give equal bytes
 */
export function encodeCompact(mask) {
  const { births, bits } = writeCompact(mask);
  const bytes = new Uint8Array(HEADER.length + MAXIMUM_VARINT_BYTES * 4 + bits.length);
  bytes.set([...MAGIC, COMPACT]);
  let at = HEADER.length;
  for (const number of [mask.rows, mask.columns, mask.length, births]) at = writeVarint(bytes, at, number);
  bytes.set(bits, at);
  return bytes.slice(0, at + bits.length);
}

/**
 * Read a mask of either version, refusing whatever no writer of it would have written.
 * @param {Uint8Array} bytes
 * @returns {Runs}
 * @throws {MaskCodecError}
 */
export function decode(bytes) {
  const version = readVersion(bytes);
  const reader = new VarintReader(bytes, HEADER.length);
  const rows = reader.next();
  const columns = reader.next();
  checkSize(rows, columns);
  const count = reader.next();
  if (version === COMPACT) {
    const birthCount = reader.next();
    return new Runs(rows, columns, readCompact(bytes.subarray(reader.at), rows, columns, count, birthCount));
  }
  if (count * MINIMUM_BYTES_PER_RUN > reader.left) throw truncated();
  const runs = readRuns(reader, rows, columns, count);
  if (reader.left) {
    throw new MaskCodecError("Bytes follow the last run of the mask; expected nothing.", "trailing_bytes");
  }
  return new Runs(rows, columns, runs);
}

/**
 * @param {Runs} mask
 * @returns {Promise<string>} SHA-256 of `encode(mask)`, lower-case hexadecimal: the name of its content
 */
export async function digest(mask) {
  const hash = await crypto.subtle.digest("SHA-256", encode(mask));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Runs} mask
 * @returns {string} the plain form as base64
 */
export const toBase64 = (mask) => base64Of(encode(mask));

/**
 * @param {Runs} mask
 * @returns {string} the compact form as base64, as edits travel
 */
export const toCompactBase64 = (mask) => base64Of(encodeCompact(mask));

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
function base64Of(bytes) {
  let text = "";
  // In slices, because a function takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

/**
 * @param {string} text
 * @returns {Runs}
 */
export function fromBase64(text) {
  return decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
}

class VarintReader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Bytes not read yet. */
  get left() {
    return this.bytes.length - this.at;
  }

  /** @returns {number} */
  next() {
    let value = 0;
    for (let place = 0; place < MAXIMUM_VARINT_BYTES; place++) {
      if (!this.left) throw truncated();
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * 2 ** (7 * place); // not shifted: 35 bits do not fit an int32
      if (byte < 0x80) {
        if (byte === 0 && place > 0) break;
        return value;
      }
    }
    throw new MaskCodecError(
      "A number of the mask is not written in its shortest form, or takes more than five bytes.",
      "not_canonical",
    );
  }
}

/**
 * @param {VarintReader} reader
 * @param {number} rows
 * @param {number} columns
 * @param {number} count
 * @returns {Int32Array}
 */
function readRuns(reader, rows, columns, count) {
  const runs = new Int32Array(3 * count);
  let row = 0;
  let end = 0;
  for (let i = 0; i < count; i++) {
    const rowStep = reader.next();
    const gap = reader.next();
    const length = reader.next();
    const continues = i > 0 && rowStep === 0;
    if (length === 0 || (continues && gap === 0)) {
      throw new MaskCodecError(
        "A run is empty or touches the run before it; such runs must be left out or joined.",
        "not_canonical",
      );
    }
    row += rowStep;
    const start = (continues ? end : 0) + gap;
    end = start + length;
    if (row >= rows || end > columns) {
      throw new MaskCodecError(
        `The run (row, start, end) = ${row}, ${start}, ${end} lies outside the image of ${rows} x ${columns} pixels.`,
        "run_out_of_bounds",
      );
    }
    runs.set([row, start, end], 3 * i);
  }
  return runs;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} value
 * @returns {number} where the next byte goes
 */
function writeVarint(bytes, at, value) {
  while (value >= 0x80) {
    bytes[at++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  bytes[at++] = value;
  return at;
}

/**
 * @param {Uint8Array} bytes
 * @returns {number}
 */
function readVersion(bytes) {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new MaskCodecError("These bytes do not begin with TLM; expected a Tramline mask.", "not_a_mask");
  }
  if (bytes.length < HEADER.length) throw truncated();
  const version = bytes[MAGIC.length];
  if (version !== PLAIN && version !== COMPACT) {
    throw new MaskCodecError(
      `Mask format version ${version} is not known; this page reads ${PLAIN} and ${COMPACT}. Reload the page.`,
      "unknown_version",
    );
  }
  return version;
}

/**
 * @param {number} rows
 * @param {number} columns
 */
function checkSize(rows, columns) {
  if (Math.max(rows, columns) > MAXIMUM_SIDE_PX) {
    throw new MaskCodecError(
      `A mask of ${rows} x ${columns} pixels is larger than the ${MAXIMUM_SIDE_PX} pixels allowed a side.`,
      "too_large",
    );
  }
  if (Math.min(rows, columns) < 1) {
    throw new MaskCodecError(`A mask of ${rows} x ${columns} pixels has no pixel.`, "not_a_mask");
  }
}

/** @returns {MaskCodecError} */
function truncated() {
  return new MaskCodecError("The mask ends before its last run; it was cut short.", "truncated");
}
