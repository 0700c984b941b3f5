/**
 * What is sent to the server: one small record for each act of the reader. Knows no DOM.
 */

import { fromBase64, toBase64 } from "./codec.js";
import { xor } from "./runs.js";
import { uuid7 } from "./uuid.js";

/** @typedef {import("./labels.js").LabelName} LabelName */
/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {"brush" | "eraser" | "polyline" | "undo" | "redo" | "accept_prediction" | "clear"} ToolName */
/** @typedef {"yes" | "no" | "uncertain"} AnswerValue */
/** @typedef {Record<string, string | number>} Details */
/** @typedef {Record<LabelName, Runs>} Masks */
/**
 * @typedef {{id: string, kind: "mask", label: LabelName, tool: ToolName, patch: string, details: Details, made_at: string}} MaskOperation
 * @typedef {{id: string, kind: "answer", answer: {question: "bac_present", value: AnswerValue}, details: Details, made_at: string}} AnswerOperation
 * @typedef {MaskOperation | AnswerOperation} Operation
 */

/**
 * @param {LabelName} label
 * @param {Runs} patch the pixels that change
 * @param {ToolName} tool
 * @param {Details} details
 * @returns {MaskOperation}
 */
export function maskOperation(label, patch, tool, details) {
  return { id: uuid7(), kind: "mask", label, tool, patch: toBase64(patch), details, made_at: new Date().toISOString() };
}

/**
 * @param {AnswerValue} value
 * @returns {AnswerOperation}
 */
export function answerOperation(value) {
  const answer = { question: /** @type {const} */ ("bac_present"), value };
  return { id: uuid7(), kind: "answer", answer, details: {}, made_at: new Date().toISOString() };
}

/**
 * @param {Masks} masks
 * @param {Operation[]} operations
 * @returns {Masks} new masks with the operations replayed
 */
export function replay(masks, operations) {
  const result = { ...masks };
  for (const operation of operations) {
    if (operation.kind === "mask") result[operation.label] = xor(result[operation.label], fromBase64(operation.patch));
  }
  return result;
}
