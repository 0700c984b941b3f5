/** How much goes to the server in one request. Knows no DOM. */

/** @typedef {import("./intent.js").Pending} Pending */

const BATCH_CHARACTERS = 1_000_000;

export const BATCH_OPERATIONS = 50;

/**
 * @template {Pending} T
 * @param {T[]} pending
 * @param {number} limit
 * @returns {T[]} as many of the oldest as go into one request; at least one
 */
export function nextBatch(pending, limit) {
  const batch = [];
  let characters = 0;
  for (const each of pending.slice(0, limit)) {
    characters += each.operation.kind === "mask" ? each.operation.patch.length : 0;
    if (batch.length && characters > BATCH_CHARACTERS) break;
    batch.push(each);
  }
  return batch;
}
