/**
 * The separate pieces that wait for the reader's word: of a model's proposal, or of the label correction. Knows no
 * DOM and no server.
 */

import { components } from "./components.js";
import { cutAt } from "./split.js";
import { areaPx, boundingBox, difference, empty, intersection, union, xorAll } from "./runs.js";

/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {import("./runs.js").Box} Box */
/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {{value: "accepted" | "trimmed" | "rejected" | "reopened", piece: Runs}} Decision */
/**
 * @typedef {object} ProposedPiece
 * @property {Runs} mask
 * @property {"add" | "remove"} effect what accepting does to the label
 * @property {string} words why it is proposed
 * @property {string} [component] of a correction
 */

const SMALLEST_PX = 4; // smaller specks of a probability map are not worth a key
const TRIM_REACH_PX = 40; // image px between the pointer and the piece that it trims

/**
 * Tell what a model proposes and nobody has decided on, the largest first (what the decision is worth), from what is
 * settled and need not be shown as proposed any more.
 * @param {Runs} proposal at the reader's cut-off
 * @param {Runs} label
 * @param {Decision[]} decisions earlier ones, oldest first
 * @returns {{waiting: Runs[], settled: Runs, total: number}} total: pieces, decided or not
 */
export function sortPieces(proposal, label, decisions) {
  const rejected = decidedPixels(decisions, proposal, ["rejected"]);
  const decided = decidedPixels(decisions, proposal, ["rejected", "accepted", "trimmed"]);
  const done = union(label, rejected);
  const pieces = components(proposal).filter((piece) => areaPx(piece) >= SMALLEST_PX);
  const isWaiting = (/** @type {Runs} */ piece) => 2 * areaPx(intersection(piece, done)) < areaPx(piece);
  const waiting = pieces.filter(isWaiting);
  // What was decided piece by piece goes as a whole; around what she drew herself the proposal may still be of use.
  const away = pieces.filter((piece) => !isWaiting(piece) && !intersection(piece, decided).isEmpty);
  return {
    waiting: waiting.map((piece) => difference(piece, label)).sort((a, b) => areaPx(b) - areaPx(a)),
    settled: union(intersection(proposal, label), xorAll([empty(proposal.rows, proposal.columns), ...away])),
    total: pieces.length,
  };
}

/**
 * @param {Decision[]} decisions oldest first
 * @param {{rows: number, columns: number}} size
 * @param {Decision["value"][]} values
 * @returns {Runs} pixels of the pieces whose last decision is one of these
 */
function decidedPixels(decisions, { rows, columns }, values) {
  let decided = empty(rows, columns);
  for (const { value, piece } of decisions) {
    decided = values.includes(value) ? union(decided, piece) : difference(decided, piece);
  }
  return decided;
}

/**
 * Cut a piece where the reader points.
 * @param {Runs} piece
 * @param {Point} point image px
 * @returns {Runs | null} the larger part; null where no cut at this place makes two
 */
export function trim(piece, point) {
  const cut = cutAt(piece, point, TRIM_REACH_PX);
  if (cut.isEmpty) return null;
  return components(difference(piece, cut)).reduce((a, b) => (areaPx(b) > areaPx(a) ? b : a));
}

/**
 * @param {Runs} piece
 * @param {number} marginPx
 * @returns {Box} around a piece, for the eye
 */
export function frameOf(piece, marginPx) {
  const box = boundingBox(piece);
  if (!box) throw new RangeError("A piece without a pixel has no frame.");
  return {
    row0: box.row0 - marginPx,
    column0: box.column0 - marginPx,
    row1: box.row1 + marginPx,
    column1: box.column1 + marginPx,
  };
}
