/**
 * The separate pieces that wait for the reader's word: of a model's proposal, or of the label correction. Knows no
 * DOM and no server.
 */

import { components } from "./components.js";
import { cutAt } from "./split.js";
import { areaPx, boundingBox, difference, empty, intersection, union } from "./runs.js";

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
 * What a model proposes and nobody has decided on, the largest first: what the decision is worth.
 * @param {Runs} proposal at the reader's cut-off
 * @param {Runs} label
 * @param {Decision[]} decisions earlier ones, oldest first
 * @returns {Runs[]}
 */
export function undecidedPieces(proposal, label, decisions) {
  const rejected = rejectedPixels(decisions, proposal);
  return components(proposal)
    .filter((piece) => areaPx(piece) >= SMALLEST_PX)
    .filter((piece) => 2 * areaPx(intersection(piece, union(label, rejected))) < areaPx(piece))
    .map((piece) => difference(piece, label))
    .sort((a, b) => areaPx(b) - areaPx(a));
}

/**
 * @param {Decision[]} decisions oldest first
 * @param {{rows: number, columns: number}} size
 * @returns {Runs} pixels of the pieces that were turned down and not asked for again
 */
function rejectedPixels(decisions, { rows, columns }) {
  let rejected = empty(rows, columns);
  for (const { value, piece } of decisions) {
    rejected = value === "rejected" ? union(rejected, piece) : difference(rejected, piece);
  }
  return rejected;
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
