/**
 * Puts what a branch holds on what is shown: strokes and findings as one act that can be undone, and its answers.
 * Knows no DOM.
 */

import { mergeChanges } from "./branch.js";
import { findingChanges, withFinding } from "./finding.js";

/** @typedef {import("./branch.js").BranchOperation} BranchOperation */
/** @typedef {import("./finding.js").Findings} Findings */

/**
 * Each operation that this makes names the branch. Whether they got into the annotation, or overlapped once more, the
 * server knows.
 * @param {import("./reading.js").Reading} reading
 * @param {{id: string, operations: BranchOperation[]}} branch
 * @returns {boolean} true if anything is different by it
 */
export function merge(reading, branch) {
  const { editor } = reading;
  const details = { branch: branch.id };
  const findings = findingChanges(editor.findings, findingsWith(editor.findings, branch.operations));
  const changes = [...mergeChanges(editor.masks, branch.operations), ...findings];
  editor.changeAll(changes, "merge", details);
  const answers = Object.entries(branchAnswers(branch.operations)).filter(([question, value]) => value !== reading.answers[question]);
  for (const [question, value] of answers) reading.setAnswer(value, details, question);
  return changes.length > 0 || answers.length > 0;
}

/**
 * @param {Findings} findings as shown
 * @param {BranchOperation[]} operations of a branch
 * @returns {Findings} with all of them on top
 */
function findingsWith(findings, operations) {
  return operations.reduce(
    (result, { kind, content }) => (kind === "finding" && content ? withFinding(result, /** @type {any} */ (content)) : result),
    findings,
  );
}

/**
 * @param {BranchOperation[]} operations of a branch
 * @returns {import("./answers.js").Answers} the last word on each question
 */
export function branchAnswers(operations) {
  const told = operations.flatMap(({ kind, content }) => (kind === "answer" && content ? [[content.question, content.value]] : []));
  return Object.fromEntries(told);
}
