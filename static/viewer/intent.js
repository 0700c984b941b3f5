/**
 * What an operation means apart from the mask it was made on. A patch flips pixels, so it is right on that very
 * mask only; which pixels the reader turned on, and which off, holds on any mask. Knows no DOM.
 */

import { fromBase64, toBase64 } from "./codec.js";
import { replay } from "./operations.js";
import { difference, intersection, union, xor } from "./runs.js";

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./operations.js").Masks} Masks */
/** @typedef {{sets: string, clears: string}} Intent masks as base64 */
/**
 * @typedef {object} Pending an operation that the server has not acknowledged
 * @property {Operation} operation
 * @property {Intent | null} intent null where it says itself what shall be: an answer, a finding
 * @property {number} version of the annotation that the operation was made on
 */

/**
 * @param {Operation} operation
 * @param {Masks} masks before the operation
 * @param {number} version
 * @returns {Pending}
 */
export function pendingOf(operation, masks, version) {
  if (operation.kind !== "mask") return { operation, intent: null, version };
  const patch = fromBase64(operation.patch);
  const mask = masks[operation.label];
  const intent = { sets: toBase64(difference(patch, mask)), clears: toBase64(intersection(patch, mask)) };
  return { operation, intent, version };
}

/**
 * Make the patches anew, one on top of the other. On masks that hold some of the first ones already, these
 * become empty and the result is the same.
 * @param {Pending[]} pending oldest first
 * @param {Masks} masks of the server
 * @param {number} version of these masks
 * @returns {Pending[]} with the same ids and intents
 */
export function rebase(pending, masks, version) {
  let running = masks;
  return pending.map(({ operation, intent }, i) => {
    const moved = intent ? onMasks(operation, intent, running) : operation;
    running = replay(running, [moved]);
    return { operation: moved, intent, version: version + i };
  });
}

/**
 * @param {Operation} operation
 * @param {Intent} intent
 * @param {Masks} masks
 * @returns {Operation}
 */
function onMasks(operation, { sets, clears }, masks) {
  if (operation.kind !== "mask") return operation;
  const mask = masks[operation.label];
  const wanted = difference(union(mask, fromBase64(sets)), fromBase64(clears));
  return { ...operation, patch: toBase64(xor(mask, wanted)) };
}
