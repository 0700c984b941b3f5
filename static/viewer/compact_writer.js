/**
 * Writes masks in the compact form, version 2 of docs/mask_format.md: twin of ml/masks/compact_writer.py.
 * Knows no DOM.
 */

import { ENDS, FAR, FARTHEST_STEP, LENGTHS, NEWBORN, START_BITS, WORDS } from "./move_code.js";

const NONE = -1;
const MOST_BYTES_PER_RUN = 20; // a birth takes up to 31 + 14 + 31 bits, a move up to 9 + 31 + 31

/** @typedef {{above: Int32Array, below: Int32Array, births: number}} Links of each run, to the one that it goes on from and as */

/**
 * @param {import("./runs.js").Runs} mask
 * @returns {{births: number, bits: Uint8Array}} births, then moves, filled up with zero bits to whole bytes
 */
export function writeCompact({ rows, runs }) {
  const links = linksOf(runs);
  const writer = new BitWriter(MOST_BYTES_PER_RUN * links.above.length);
  writeBirths(writer, runs, links);
  for (let run = 0; run < links.above.length && runs[3 * run] < rows - 1; run++) writeMove(writer, runs, links, run);
  return { births: links.births, bits: writer.bytes };
}

class BitWriter {
  #at = 0;

  /** @param {number} mostBytes */
  constructor(mostBytes) {
    this.octets = new Uint8Array(mostBytes);
  }

  get bytes() {
    return this.octets.subarray(0, (this.#at + 7) >> 3);
  }

  /**
   * @param {number} word
   * @param {number} bits how many of its low bits, high bit first
   */
  put(word, bits) {
    while (bits > 0) {
      const free = 8 - (this.#at & 7);
      const taken = Math.min(free, bits);
      bits -= taken;
      this.octets[this.#at >> 3] |= ((word >> bits) & ((1 << taken) - 1)) << (free - taken);
      this.#at += taken;
    }
  }

  /** @param {number} number in Elias gamma code, one added: as many zeros as bits follow its highest one */
  number(number) {
    const bits = 31 - Math.clz32(number + 1);
    this.put(0, bits);
    this.put(number + 1, bits + 1);
  }
}

/**
 * @param {Int32Array} runs
 * @returns {Links}
 */
function linksOf(runs) {
  const count = runs.length / 3;
  const above = new Int32Array(count).fill(NONE);
  const below = new Int32Array(count).fill(NONE);
  let births = count;
  let next = 0;
  for (let run = 0; run < count; run++) {
    const [row, start, end] = [runs[3 * run], runs[3 * run + 1], runs[3 * run + 2]];
    while (next < count && (runs[3 * next] <= row || (runs[3 * next] === row + 1 && runs[3 * next + 2] < start))) next++;
    if (next < count && runs[3 * next] === row + 1 && runs[3 * next + 1] <= end) {
      above[next] = run;
      below[run] = next++;
      births--;
    }
  }
  return { above, below, births };
}

/**
 * @param {BitWriter} writer
 * @param {Int32Array} runs
 * @param {Links} links
 */
function writeBirths(writer, runs, { above }) {
  let row = 0;
  above.forEach((from, run) => {
    if (from !== NONE) return;
    writer.number(runs[3 * run] - row);
    writer.put(runs[3 * run + 1], START_BITS);
    writer.number(runs[3 * run + 2] - runs[3 * run + 1] - 1);
    row = runs[3 * run];
  });
}

/**
 * @param {BitWriter} writer
 * @param {Int32Array} runs
 * @param {Links} links
 * @param {number} run
 */
function writeMove(writer, runs, { above, below }, run) {
  const [lastStart, lastEnd] = stepsBetween(runs, above[run], run);
  const [start, end] = stepsBetween(runs, run, below[run]);
  const context = above[run] === NONE ? NEWBORN : 3 * Math.sign(lastStart) + Math.sign(lastEnd) + 4;
  const isNear = Math.max(Math.abs(start), Math.abs(end)) <= FARTHEST_STEP;
  const symbol = below[run] === NONE ? ENDS : isNear ? 5 * start + end + 12 : FAR;
  writer.put(WORDS[context][symbol], LENGTHS[context][symbol]);
  if (symbol !== FAR) return;
  writer.number(folded(start - lastStart));
  writer.number(folded(end - lastEnd));
}

/**
 * @param {Int32Array} runs
 * @param {number} from
 * @param {number} to
 * @returns {[number, number]} by how much start and end move; 0 where one of the runs is none
 */
function stepsBetween(runs, from, to) {
  if (from === NONE || to === NONE) return [0, 0];
  return [runs[3 * to + 1] - runs[3 * from + 1], runs[3 * to + 2] - runs[3 * from + 2]];
}

/**
 * @param {number} step 0, -1, 1, -2, 2 ...
 * @returns {number} 0, 1, 2, 3, 4 ...
 */
function folded(step) {
  return step >= 0 ? 2 * step : -2 * step - 1;
}
