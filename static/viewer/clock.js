/**
 * The time, by the server's clock: this computer's own may be wrong by hours. Knows no DOM.
 */

let aheadMs = 0; // of the server's clock before this computer's

/** @returns {number} ms since 1970; by this computer's clock until the server has said the time */
export function now() {
  return Date.now() + aheadMs;
}

/** @param {number} serverMs ms since 1970 at the server, told just now */
export function setServerTime(serverMs) {
  if (Number.isFinite(serverMs)) aheadMs = serverMs - Date.now();
}
