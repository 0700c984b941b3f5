/**
 * Operations as they travel: a stroke in some two hundred bytes. What says nothing new is left out, and the server
 * puts it back. Knows no DOM.
 */

import { timeOfUuid7 } from "./uuid.js";

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./operations.js").Details} Details */
/** @typedef {import("./operations.js").ViewState} ViewState */

/**
 * @param {number} baseVersion
 * @param {Operation[]} operations
 * @returns {object} the body of the request; `view` is that of every operation without one
 */
export function requestOf(baseVersion, operations) {
  const view = operations.every(({ details }) => details.view) ? operations[0]?.details.view : undefined;
  return { base_version: baseVersion, view, operations: operations.map((operation) => onWire(operation, view)) };
}

/**
 * @param {Operation} operation
 * @param {ViewState} [view] told already
 * @returns {object} a stroke as a row of id, label, tool, patch and details, whatever else by name
 */
function onWire(operation, view) {
  const { made_at: madeAt, ...rest } = operation;
  const details = withoutView(operation.details, view);
  if (Date.parse(madeAt) !== timeOfUuid7(operation.id)) return { ...operation, details }; // of an earlier page
  if (operation.kind !== "mask") return { ...rest, details };
  return [operation.id, operation.label, operation.tool, operation.patch, details];
}

/**
 * @param {Details} details
 * @param {ViewState} [told]
 * @returns {Details}
 */
function withoutView(details, told) {
  const { view, ...rest } = details;
  const isTold = told !== undefined && view?.s === told.s && view.c === told.c && view.w === told.w;
  return isTold ? rest : details;
}
