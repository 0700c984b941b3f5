/** What is said of the pieces of a proposal. Knows no DOM. */

import { areaText } from "./area_words.js";
import { areaPx } from "./runs.js";

/**
 * @typedef {object} PiecesState
 * @property {boolean} isChecking the label
 * @property {boolean} isReadOnly
 * @property {boolean} isSubmitted
 * @property {"none" | "running" | "fetching" | "unseen" | "shown" | "hidden"} proposal unseen: made, and not fetched
 * @property {number} waiting pieces of the proposal, shown or hidden
 * @property {import("./proposed_pieces.js").ProposedPiece[]} pieces that can be stepped through
 * @property {import("./proposed_pieces.js").ProposedPiece | null} current
 * @property {string} showKey shows the proposal
 */

/**
 * @param {PiecesState} state
 * @param {[number, number] | null | undefined} spacingMm
 * @returns {string}
 */
export function piecesText({ isChecking, isReadOnly, isSubmitted, proposal, waiting, pieces, current, showKey }, spacingMm) {
  if (isSubmitted) return "Submitted. Look only.";
  if (isReadOnly) return "Look only.";
  if (isChecking) return "Checking the label";
  if (current) {
    const act = current.effect === "add" ? "Add" : "Remove";
    return `${pieces.indexOf(current) + 1} of ${pieces.length}. ${act} ${areaText(areaPx(current.mask), spacingMm)}: ${current.words}`;
  }
  const wait = (/** @type {number} */ count) => `${count} ${count === 1 ? "piece waits" : "pieces wait"} for your word.`;
  if (pieces.length) return wait(pieces.length);
  if (proposal === "running") return "The model is not done yet.";
  if (proposal === "fetching") return "The proposal is on its way.";
  if (proposal === "unseen") return "The last proposal is not shown yet.";
  if (proposal === "none") return "There is no proposal for this image yet.";
  if (proposal === "hidden") return waiting ? `${wait(waiting)} The proposal is hidden: press ${showKey} to show it.` : "The proposal is hidden. Nothing of it waits for your word.";
  return "Nothing waits for your word.";
}
