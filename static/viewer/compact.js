/**
 * Reads masks in the compact form, version 2 of docs/mask_format.md, as compact_writer.js or the server writes them.
 * Knows no DOM.
 */

import { ENDS, ENTRIES, FAR, FARTHEST_STEP, LONGEST_BITS, NEWBORN, START_BITS } from "./move_code.js";
import { MaskCodecError } from "./runs.js";

const WINDOW_BITS = 16;
const LEAST_BITS_OF_A_BIRTH = 16;
const RASTER_ROW = 1 << 15; // longer than a row

/**
 * @param {Uint8Array} bytes births and moves; at most eight runs come from one byte
 * @param {number} rows
 * @param {number} columns
 * @param {number} runCount as the head of the mask claims it
 * @param {number} birthCount as the head of the mask claims it
 * @returns {Int32Array} (row, start, end exclusive) one after the other
 * @throws {MaskCodecError} for whatever no writer would have written
 */
export function readCompact(bytes, rows, columns, runCount, birthCount) {
  if (birthCount > runCount) throw notCanonical();
  if (LEAST_BITS_OF_A_BIRTH * birthCount + runCount - birthCount > 8 * bytes.length) throw truncated();
  const reader = new BitReader(bytes);
  const births = readBirths(reader, rows, columns, birthCount);
  const runs = readMoves(reader, rows, columns, births, runCount);
  reader.finish();
  return runs;
}

class BitReader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** The next 16 bits; zeros follow the last byte. */
  get window() {
    const byte = this.at >> 3;
    const word = (this.bytes[byte] << 16) | (this.bytes[byte + 1] << 8) | this.bytes[byte + 2];
    return (word >> (8 - (this.at & 7))) & 0xffff;
  }

  /**
   * @param {number} count 1 to 16
   * @returns {number}
   */
  bits(count) {
    const value = this.window >> (WINDOW_BITS - count);
    this.at += count;
    return value;
  }

  /** @returns {number} Elias gamma code less one */
  number() {
    const zeros = Math.clz32(this.window) - WINDOW_BITS;
    if (zeros === WINDOW_BITS) throw this.at + WINDOW_BITS > 8 * this.bytes.length ? truncated() : notCanonical();
    this.at += zeros;
    return this.bits(zeros + 1) - 1;
  }

  checkNotPast() {
    if (this.at > 8 * this.bytes.length) throw truncated();
  }

  /** Nothing but zero bits may fill the last byte. */
  finish() {
    if ((this.at + 7) >> 3 < this.bytes.length) {
      throw new MaskCodecError("Bytes follow the last run of the mask; expected nothing.", "trailing_bytes");
    }
    const filled = this.at & 7;
    if (filled && this.bytes[this.bytes.length - 1] & (0xff >> filled)) throw notCanonical();
  }
}

/**
 * @param {BitReader} reader
 * @param {number} rows
 * @param {number} columns
 * @param {number} count
 * @returns {Int32Array}
 */
function readBirths(reader, rows, columns, count) {
  const births = new Int32Array(3 * count);
  let row = 0;
  for (let at = 0; at < births.length; at += 3) {
    row += reader.number();
    const start = reader.bits(START_BITS);
    const end = start + reader.number() + 1;
    reader.checkNotPast();
    if (row >= rows || end > columns) throw outOfBounds();
    births.set([row, start, end], at);
  }
  return births;
}

/**
 * Runs come out in raster order: each is a birth or what run `above` goes on as. From `floor` on, in that order, the
 * next one may start.
 * @param {BitReader} reader
 * @param {number} rows
 * @param {number} columns
 * @param {Int32Array} births
 * @param {number} runCount
 * @returns {Int32Array}
 */
function readMoves(reader, rows, columns, births, runCount) {
  const runs = new Int32Array(3 * runCount);
  const contexts = new Uint8Array(runCount);
  const steps = new Int32Array(2 * runCount);
  let [above, birth, count, floor] = [0, 0, 0, 0];
  while (above < count || 3 * birth < births.length) {
    let row, start, end;
    let move = { context: NEWBORN, startStep: 0, endStep: 0 };
    if (3 * birth < births.length && (above === count || isBefore(births, birth, runs, above))) {
      [row, start, end] = births.subarray(3 * birth, 3 * ++birth);
    } else {
      const [rowAbove, startAbove, endAbove] = runs.subarray(3 * above, 3 * ++above);
      row = rowAbove + 1;
      if (row === rows) continue;
      const next = readMove(reader, contexts[above - 1], steps[2 * above - 2], steps[2 * above - 1]);
      reader.checkNotPast();
      if (!next) {
        floor = Math.max(floor, raster(row, endAbove + 1));
        continue;
      }
      move = next;
      [start, end] = [startAbove + move.startStep, endAbove + move.endStep];
      if (start > endAbove || end < startAbove) throw notCanonical();
      if (start < 0 || end > columns) throw outOfBounds();
    }
    if (count === runCount || start >= end || raster(row, start) < floor) throw notCanonical();
    runs.set([row, start, end], 3 * count);
    contexts[count] = move.context;
    steps.set([move.startStep, move.endStep], 2 * count);
    floor = raster(row, end + 1);
    count++;
  }
  if (count < runCount) throw notCanonical();
  return runs;
}

/**
 * @param {Int32Array} births
 * @param {number} birth
 * @param {Int32Array} runs
 * @param {number} above
 * @returns {boolean} whether a birth lies before all that run `above` can go on as
 */
function isBefore(births, birth, runs, above) {
  return raster(births[3 * birth], births[3 * birth + 2]) < raster(runs[3 * above] + 1, runs[3 * above + 1]);
}

/**
 * @param {number} row
 * @param {number} column
 * @returns {number} place in raster order
 */
function raster(row, column) {
  return row * RASTER_ROW + column;
}

/**
 * @param {BitReader} reader
 * @param {number} context
 * @param {number} lastStart
 * @param {number} lastEnd
 * @returns {{context: number, startStep: number, endStep: number} | null} how far both ends move; null where it ends
 */
function readMove(reader, context, lastStart, lastEnd) {
  const entry = ENTRIES[context][reader.window >> (WINDOW_BITS - LONGEST_BITS)];
  reader.at += entry & 15;
  const symbol = entry >> 4;
  if (symbol === ENDS) return null;
  let [startStep, endStep] = [Math.floor(symbol / 5) - FARTHEST_STEP, (symbol % 5) - FARTHEST_STEP];
  if (symbol === FAR) {
    [startStep, endStep] = [lastStart + unfolded(reader.number()), lastEnd + unfolded(reader.number())];
    if (Math.max(Math.abs(startStep), Math.abs(endStep)) <= FARTHEST_STEP) throw notCanonical();
  }
  return { context: 3 * Math.sign(startStep) + Math.sign(endStep) + 4, startStep, endStep };
}

/**
 * @param {number} number 0, 1, 2, 3, 4 ...
 * @returns {number} 0, -1, 1, -2, 2 ...
 */
function unfolded(number) {
  return number & 1 ? -(number + 1) / 2 : number / 2;
}

/** @returns {MaskCodecError} */
function truncated() {
  return new MaskCodecError("The mask ends before its last run; it was cut short.", "truncated");
}

/** @returns {MaskCodecError} */
function notCanonical() {
  return new MaskCodecError("The mask is not written as a mask of these runs would be.", "not_canonical");
}

/** @returns {MaskCodecError} */
function outOfBounds() {
  return new MaskCodecError("A run of the mask lies outside its image.", "run_out_of_bounds");
}
