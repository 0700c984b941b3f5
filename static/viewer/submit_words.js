/** What speaks against submitting an image as it is, in words. Knows no DOM. */

import { areaText } from "./area_words.js";

/** @typedef {import("./operations.js").AnswerValue} AnswerValue */

/**
 * @param {AnswerValue | null} answer to whether BAC is present
 * @param {number} areaPx of the BAC label
 * @param {[number, number] | null} spacingMm of a pixel
 * @returns {string} where answer and label contradict each other; "" where they do not
 */
export function answerDoubt(answer, areaPx, spacingMm) {
  if (answer === "no" && areaPx > 0) return `You drew ${areaText(areaPx, spacingMm)} of BAC and answered No.`;
  if (answer === "yes" && areaPx === 0) return "You answered Yes and drew no BAC.";
  return "";
}

/**
 * @param {number} waiting pieces of a model's proposal that nobody has decided on
 * @param {number} total
 * @returns {string}
 */
export function piecesDoubt(waiting, total) {
  if (!waiting) return "";
  return `${waiting} of ${total} ${total === 1 ? "piece" : "pieces"} of the proposal ${waiting === 1 ? "waits" : "wait"} for your word.`;
}

/**
 * @param {string[]} doubts
 * @returns {string} all of them and the way on; "" where there is none
 */
export function doubtsText(doubts) {
  const said = doubts.filter(Boolean);
  return said.length ? `${said.join(" ")} Change it, or submit once more to submit it as it is.` : "";
}
