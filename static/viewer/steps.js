/**
 * The log of operations as the steps it tells of: what undo and redo go along. Knows no DOM.
 */

import { fromBase64 } from "./codec.js";
import { withFinding } from "./finding.js";

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./finding.js").Findings} Findings */
/** @typedef {import("./history.js").Step} Step */
/** @typedef {import("./history.js").Change} Change */
/** @typedef {Step & {madeAt: string, isCopy: boolean}} ToldStep `isCopy`: of the label that this one was made from */

/**
 * @param {Operation[]} operations of an annotation from its first one on
 * @returns {ToldStep[]} operations made as one act are one step; answers are none
 */
export function stepsOf(operations) {
  /** @type {Findings} */
  let findings = new Map();
  /** @type {ToldStep[]} */
  const steps = [];
  for (const operation of operations) {
    const change = changeOf(operation, findings);
    if (operation.kind === "finding") findings = withFinding(findings, operation.finding);
    if (!change) continue;
    const { act, undoes, redoes } = operation.details;
    if (act !== undefined && steps.at(-1)?.id === act) steps.at(-1)?.changes.push(change);
    else {
      const [id, madeAt, tool] = [act ?? operation.id, operation.made_at, toolOf(operation)];
      steps.push({ id, changes: [change], undoes, redoes, tool, madeAt, isCopy: "copied_from" in operation.details });
    }
  }
  return steps;
}

/**
 * @param {Operation} operation
 * @param {Findings} before
 * @returns {Change | null}
 */
function changeOf(operation, before) {
  if (operation.kind === "mask") {
    const patch = fromBase64(operation.patch);
    return patch.isEmpty ? null : { label: operation.label, patch };
  }
  if (operation.kind === "answer") return null;
  const { finding } = operation;
  return { finding: finding.id, before: before.get(finding.id) ?? null, after: "removed" in finding ? null : finding };
}

/** @param {Operation} operation */
const toolOf = (operation) => (operation.kind === "mask" ? operation.tool : undefined);
