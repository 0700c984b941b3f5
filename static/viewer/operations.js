/**
 * What is sent to the server: one small record for each act of the reader. Knows no DOM.
 */

import { BAC_PRESENT } from "./answers.js";
import { fromBase64, toCompactBase64 } from "./codec.js";
import { xor } from "./runs.js";
import { timeOfUuid7, uuid7 } from "./uuid.js";

/** @typedef {import("./labels.js").LabelName} LabelName */
/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {import("./finding.js").Finding} Finding */
/** @typedef {import("./finding.js").RemovedFinding} RemovedFinding */
/**
 * @typedef {"brush" | "eraser" | "polyline" | "follow" | "tube" | "join" | "split" | "fill" | "lasso" | "reclassify"
 *   | "trim" | "accept_prediction" | "accept_correction" | "merge" | "restore" | "clear" | "undo" | "redo"} ToolName
 */
/** @typedef {"yes" | "no" | "uncertain"} AnswerValue */
/** @typedef {{s: number, c: number, w: number}} ViewState canvas px for each image px, window center and width */
/**
 * What else is told of an operation. `act`: the id that operations made as one share; `undoes`, `redoes`: the id of
 * the act taken back or made again.
 * @typedef {{[name: string]: unknown, act?: string, undoes?: string, redoes?: string, view?: ViewState}} Details
 */
/** @typedef {Record<LabelName, Runs>} Masks */
/**
 * @typedef {{id: string, kind: "mask", label: LabelName, tool: ToolName, patch: string, details: Details, made_at: string}} MaskOperation
 * @typedef {{id: string, kind: "answer", answer: {question: string, value: string}, details: Details, made_at: string}} AnswerOperation
 * @typedef {{id: string, kind: "finding", finding: Finding | RemovedFinding, details: Details, made_at: string}} FindingOperation
 * @typedef {MaskOperation | AnswerOperation | FindingOperation} Operation
 */

/**
 * @param {LabelName} label
 * @param {Runs} patch the pixels that change
 * @param {ToolName} tool
 * @param {Details} details
 * @param {string} [id] UUIDv7
 * @returns {MaskOperation}
 */
export function maskOperation(label, patch, tool, details, id = uuid7()) {
  return { id, kind: "mask", label, tool, patch: toCompactBase64(patch), details, made_at: madeAt(id) };
}

/**
 * @param {string} value
 * @param {Details} [details]
 * @param {string} [question]
 * @returns {AnswerOperation}
 */
export function answerOperation(value, details = {}, question = BAC_PRESENT) {
  const id = uuid7();
  return { id, kind: "answer", answer: { question, value }, details, made_at: madeAt(id) };
}

/**
 * @param {Finding | RemovedFinding} finding
 * @param {Details} details
 * @param {string} [id] UUIDv7
 * @returns {FindingOperation}
 */
export function findingOperation(finding, details, id = uuid7()) {
  return { id, kind: "finding", finding, details, made_at: madeAt(id) };
}

/**
 * @param {string} id UUIDv7
 * @returns {string} the time in it, so that it need not be sent beside it
 */
const madeAt = (id) => new Date(timeOfUuid7(id)).toISOString();

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
