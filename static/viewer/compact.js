/**
 * Masks in the compact form, version 2 of docs/mask_format.md: read only, the server writes them. Knows no DOM.
 */

import { MaskCodecError } from "./runs.js";

// One line for each last move of the run, one digit for each symbol: the lengths of the codes in bits.
const CODE_LENGTHS = [
  "447994249964399889999999982",
  "956797246992269999999999994",
  "975549643499345948669999962",
  "869996229964299766997999994",
  "999999347995149965398999998",
  "999999966799246992259997994",
  "999999999965399535994569922",
  "999999999996229964267766894",
  "999999999999347984249864482",
  "888628672597578987688998842",
];
const LONGEST_BITS = 9;
const WINDOW_BITS = 16;
const START_BITS = 14;
const LEAST_BITS_OF_A_BIRTH = 16;
const FARTHEST_STEP = 2;
const ENDS = 25;
const FAR = 26;
const NEWBORN = 9;

/** By context and the next nine bits, 16 * symbol + length of the code that they begin with. */
const ENTRIES = CODE_LENGTHS.map(codeEntries);

/**
 * @param {Uint8Array} bytes births and moves; at most eight runs come from one byte
 * @param {number} rows
 * @param {number} columns
 * @param {number} runCount as the head of the mask claims it
 * @param {number} birthCount as the head of the mask claims it
 * @returns {Int32Array} (row, start, end exclusive) one after the other
 * @throws {MaskCodecError} for whatever the server would not have written
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
    if (this.at + 7 >> 3 < this.bytes.length) {
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
 * @param {BitReader} reader
 * @param {number} rows
 * @param {number} columns
 * @param {Int32Array} births
 * @param {number} runCount
 * @returns {Int32Array}
 */
function readMoves(reader, rows, columns, births, runCount) {
  const placer = new RunPlacer(births, runCount);
  const { runs } = placer;
  const contexts = new Uint8Array(runCount).fill(NEWBORN);
  const steps = new Int32Array(2 * runCount);
  for (let above = 0; above < runCount; above++) {
    placer.placeBirths(above);
    const [row, start, end] = [runs[3 * above] + 1, runs[3 * above + 1], runs[3 * above + 2]];
    if (row === rows) continue;
    const move = readMove(reader, contexts[above], steps[2 * above], steps[2 * above + 1]);
    reader.checkNotPast();
    if (!move) {
      placer.keepOff(row, end);
      continue;
    }
    const [newStart, newEnd] = [start + move.start, end + move.end];
    if (newStart < 0 || newEnd > columns) throw outOfBounds();
    if (newStart > end || newEnd < start) throw notCanonical();
    const number = placer.place(row, newStart, newEnd);
    contexts[number] = 3 * Math.sign(move.start) + Math.sign(move.end) + 4;
    steps[2 * number] = move.start;
    steps[2 * number + 1] = move.end;
  }
  if (!placer.isDone) throw notCanonical();
  return runs;
}

/**
 * @param {BitReader} reader
 * @param {number} context
 * @param {number} lastStart
 * @param {number} lastEnd
 * @returns {{start: number, end: number} | null} how far both ends of the run move; null where it ends
 */
function readMove(reader, context, lastStart, lastEnd) {
  const entry = ENTRIES[context][reader.window >> (WINDOW_BITS - LONGEST_BITS)];
  reader.at += entry & 15;
  const symbol = entry >> 4;
  if (symbol === ENDS) return null;
  if (symbol !== FAR) return { start: Math.floor(symbol / 5) - FARTHEST_STEP, end: (symbol % 5) - FARTHEST_STEP };
  const move = { start: lastStart + unfolded(reader.number()), end: lastEnd + unfolded(reader.number()) };
  if (Math.max(Math.abs(move.start), Math.abs(move.end)) <= FARTHEST_STEP) throw notCanonical();
  return move;
}

/** Puts runs in raster order: births among those that go on from the row above. */
class RunPlacer {
  /**
   * @param {Int32Array} births
   * @param {number} runCount
   */
  constructor(births, runCount) {
    this.births = births;
    this.birth = 0;
    this.runs = new Int32Array(3 * runCount);
    this.count = 0;
    // The first place at which the next run may start.
    this.floorRow = 0;
    this.floor = 0;
  }

  /** @returns {boolean} whether every run and every birth has its place */
  get isDone() {
    return 3 * this.birth === this.births.length && 3 * this.count === this.runs.length;
  }

  /**
   * Place the births that lie before the move of a run, and that run if it is one.
   * @param {number} above
   */
  placeBirths(above) {
    for (; 3 * this.birth < this.births.length; this.birth++) {
      const [row, start, end] = this.births.subarray(3 * this.birth, 3 * this.birth + 3);
      const nextRow = this.runs[3 * above] + 1;
      const isBefore = row < nextRow || (row === nextRow && end < this.runs[3 * above + 1]);
      if (above < this.count && !isBefore) break;
      this.place(row, start, end);
    }
    if (above === this.count) throw notCanonical();
  }

  /**
   * @param {number} row
   * @param {number} start
   * @param {number} end
   * @returns {number} the number of the run
   */
  place(row, start, end) {
    const isEarly = row < this.floorRow || (row === this.floorRow && start < this.floor);
    if (isEarly || start >= end || 3 * this.count === this.runs.length) throw notCanonical();
    this.runs.set([row, start, end], 3 * this.count);
    this.floorRow = row;
    this.floor = end + 1;
    return this.count++;
  }

  /**
   * No run of this row may touch one above that ended there.
   * @param {number} row
   * @param {number} end
   */
  keepOff(row, end) {
    this.floor = row === this.floorRow ? Math.max(this.floor, end + 1) : end + 1;
    this.floorRow = row;
  }
}

/**
 * @param {string} lengths
 * @returns {Uint16Array} the canonical prefix code: shorter codes first, then lower symbols
 */
function codeEntries(lengths) {
  const entries = new Uint16Array(1 << LONGEST_BITS);
  let at = 0;
  for (let length = 1; length <= LONGEST_BITS; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (Number(lengths[symbol]) !== length) continue;
      const past = at + (1 << (LONGEST_BITS - length));
      entries.fill(16 * symbol + length, at, past);
      at = past;
    }
  }
  return entries;
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
