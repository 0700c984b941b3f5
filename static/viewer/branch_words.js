/** What stands beside an image, in words. Knows no DOM. */

import { BAC_PRESENT } from "./answers.js";
import { branchAnswers } from "./merging.js";

/** @typedef {import("./branch.js").Branch} Branch */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const REASONS = {
  overlap: "Lies on what was changed elsewhere at that time.",
  late: "Came too late: the image was submitted.",
};
const ANSWERS = { yes: "present", no: "not present", uncertain: "uncertain" };
const DECISIONS = { merged: "Merged", left_aside: "Left aside" };

/**
 * @param {{kind: string}[]} operations
 * @param {string | number} madeAt
 * @returns {string} as "3 strokes of 21 Nov 14:03"
 */
export function strokesWords(operations, madeAt) {
  const noun = operations.every(({ kind }) => kind === "mask") ? "stroke" : "change";
  return `${operations.length} ${noun}${operations.length === 1 ? "" : "s"} of ${momentWords(new Date(madeAt))}`;
}

/**
 * @param {{operation: import("./operations.js").AnswerOperation}[]} refused about the exam, at least one
 * @returns {string} as "2 answers about the exam of 21 Nov 14:03"
 */
export function examAnswersTitle(refused) {
  const noun = refused.length === 1 ? "answer" : "answers";
  return `${refused.length} ${noun} about the exam of ${momentWords(new Date(refused[0].operation.made_at))}`;
}

/**
 * @param {{operation: import("./operations.js").AnswerOperation}[]} refused
 * @returns {string} what she had answered, each by itself
 */
export function examAnswersText(refused) {
  return `It says: ${refused.map(({ operation: { answer } }) => `${answer.question} ${answer.value}`).join(", ")}.`;
}

/**
 * @param {Branch} branch
 * @returns {string}
 */
export function branchTitle({ operations, stored_at }) {
  return strokesWords(operations, operations[0]?.made_at ?? stored_at);
}

/**
 * @param {Branch} branch
 * @returns {string} why it stands beside the image, and what was decided
 */
export function branchState({ reason, decision, operations }) {
  if (!decision) return REASONS[reason] + answersText(branchAnswers(operations));
  return `${DECISIONS[decision.value]} by ${decision.reader}, ${momentWords(new Date(decision.decided_at))}.`;
}

/**
 * @param {import("./answers.js").Answers} answers
 * @returns {string} "" where there is none
 */
function answersText(answers) {
  const told = Object.entries(answers).map(([question, value]) => {
    const words = /** @type {Record<string, string>} */ (ANSWERS)[value] ?? value;
    return question === BAC_PRESENT ? `BAC ${words}` : `${question} ${value}`;
  });
  return told.length ? ` It answers: ${told.join(", ")}.` : "";
}

/**
 * @param {Date} date
 * @returns {string} local, as "21 Nov 14:03"
 */
function momentWords(date) {
  const [hours, minutes] = [date.getHours(), date.getMinutes()].map((number) => String(number).padStart(2, "0"));
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${hours}:${minutes}`;
}
