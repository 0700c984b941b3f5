/** What the pieces of a correction amount to, with the decisions made so far. Knows no DOM. */

import { empty, union } from "../viewer/runs.js";

/** @typedef {import("../viewer/runs.js").Runs} Runs */
/** @typedef {{is_removed: boolean, note: string, reviewer: string, decided_at: string}} HumanDecision */
/**
 * @typedef {object} Piece as the server gives it
 * @property {string} id
 * @property {number} number
 * @property {number | null} parent_number
 * @property {"keep" | "remove" | "borderline"} decision what the algorithm proposes
 * @property {string} reason
 * @property {string} reason_text
 * @property {[number, number, number, number]} box first row, first column, row and column after the last
 * @property {string} runs base64
 * @property {Record<string, number | null>} measures
 * @property {string[]} flags
 * @property {HumanDecision | null} human_decision
 */
/** @typedef {"stays" | "goes" | "open"} Fate what happens to a piece as things stand; open: nobody knows yet */

/** @param {Piece} piece @returns {boolean} whether it waits for a person */
export const isUndecided = (piece) => piece.decision !== "keep" && !piece.human_decision;

/** @param {Piece} piece @returns {Fate} */
export function fateOf(piece) {
  if (piece.human_decision) return piece.human_decision.is_removed ? "goes" : "stays";
  if (piece.decision === "borderline") return "open";
  return piece.decision === "remove" ? "goes" : "stays";
}

/**
 * Pieces in question first, the longest of them on top: what the decision is worth; then the clear ones.
 * @param {Piece[]} pieces
 * @returns {Piece[]}
 */
export function orderByStake(pieces) {
  const rank = (/** @type {Piece} */ piece) => (piece.decision === "keep" ? 1 : 0);
  return [...pieces].sort((a, b) => rank(a) - rank(b) || lengthMm(b) - lengthMm(a) || a.number - b.number);
}

/** @param {Piece} piece @returns {number} */
export const lengthMm = (piece) => piece.measures.length_mm ?? 0;

/** @param {Piece} piece @returns {number} */
const areaPx = (piece) => piece.measures.area_px ?? 0;

/**
 * What applying would do as things stand; pieces still open count as staying.
 * @param {Piece[]} pieces
 * @returns {{undecided: number, goingPieces: number, goingMm: number, totalMm: number, dice: number | null}}
 *   dice between the label before and after; null where the label is empty
 */
export function sumUp(pieces) {
  const going = pieces.filter((piece) => fateOf(piece) === "goes");
  const sum = (/** @type {Piece[]} */ some, /** @type {(piece: Piece) => number} */ of) =>
    some.reduce((total, piece) => total + of(piece), 0);
  const before = sum(pieces, areaPx);
  const after = before - sum(going, areaPx); // pieces share no pixel, and what is after is a part of what was before
  return {
    undecided: pieces.filter(isUndecided).length,
    goingPieces: going.length,
    goingMm: sum(going, lengthMm),
    totalMm: sum(pieces, lengthMm),
    dice: before ? (2 * after) / (before + after) : null,
  };
}

/**
 * Join masks two by two, so that a label of thousands of pieces costs little more than one of few.
 * @param {Runs[]} masks
 * @param {number} rows
 * @param {number} columns
 * @returns {Runs}
 */
export function unionOf(masks, rows, columns) {
  if (masks.length <= 1) return masks[0] ?? empty(rows, columns);
  const middle = masks.length >> 1;
  return union(unionOf(masks.slice(0, middle), rows, columns), unionOf(masks.slice(middle), rows, columns));
}

/**
 * @param {Piece[]} pieces
 * @param {number} row image px
 * @param {number} column image px
 * @param {(piece: Piece) => Runs} maskOf
 * @returns {Piece | undefined} the piece under a pixel
 */
export function pieceAt(pieces, row, column, maskOf) {
  return pieces.find((piece) => {
    const [row0, column0, row1, column1] = piece.box;
    const isInBox = row0 <= row && row < row1 && column0 <= column && column < column1;
    return isInBox && covers(maskOf(piece), row, column);
  });
}

/**
 * @param {Runs} mask
 * @param {number} row
 * @param {number} column
 * @returns {boolean}
 */
function covers({ runs }, row, column) {
  for (let i = 0; i < runs.length; i += 3) {
    if (runs[i] === row && runs[i + 1] <= column && column < runs[i + 2]) return true;
  }
  return false;
}
