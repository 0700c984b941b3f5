/**
 * UUID version 7 (RFC 9562, 5.7): time first, so that ids made by one page sort in the order they were made.
 * Knows no DOM.
 */

import { now } from "./clock.js";

let lastMs = 0;
let counter = 0;

/**
 * @param {number} [nowMs]
 * @returns {string}
 */
export function uuid7(nowMs = Math.floor(now())) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = ((bytes[6] & 0x07) << 8) | bytes[7]; // upper half left free to count within the millisecond
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(lastMs / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * @param {string} id UUIDv7
 * @returns {number} ms since 1970
 */
export function timeOfUuid7(id) {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
