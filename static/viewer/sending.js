/** What becomes of a request that failed: whether it is tried again, when, and what the reader is told. */

/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {"logged_out" | "refused" | "waiting"} Trouble */

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const OPERATION_REFUSED = [400, 413, 422]; // what is wrong with the person or the address is not the operation's fault
const PASSING = [0, 408, 409, 412, 425, 429];

/** @param {ApiError} error @returns {boolean} true where the server will never take what was sent */
export const isForGood = ({ status }) => OPERATION_REFUSED.includes(status);

/** @param {ApiError} error @returns {Trouble} of something that is tried again */
export function troubleOf({ status, code }) {
  if (status === 401 || code === "not_authenticated") return "logged_out";
  return PASSING.includes(status) || status >= 500 ? "waiting" : "refused";
}

/**
 * @param {number} failures one after the other, this one included
 * @param {ApiError} error
 * @param {number} random 0 to 1: apart, so that many pages do not return at one moment
 */
export function retryMs(failures, { retryAfterMs = 0 }, random) {
  return retryAfterMs + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)) * (0.5 + random);
}
