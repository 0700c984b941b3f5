/**
 * Worker: one PNG in, its pyramid out. Buffers are handed over, not copied.
 */

import { decodePng } from "./png.js";
import { buildPyramid } from "./pyramid.js";

/**
 * @typedef {{bytes: ArrayBuffer, rule: "mean" | "max", padding: import("./pyramid.js").Padding}} Request
 * @typedef {{levels: import("./pyramid.js").Level<Uint8Array | Uint16Array>[]} | {error: string}} Reply
 */

self.onmessage = async (/** @type {MessageEvent<Request>} */ event) => {
  const { bytes, rule, padding } = event.data;
  try {
    const { values, rows, columns } = await decodePng(new Uint8Array(bytes));
    // Grey values are shown from a 16-bit texture, probabilities from an 8-bit one.
    const grey = rule === "mean" ? new Uint16Array(values) : values;
    const levels = buildPyramid(grey, rows, columns, rule, padding);
    self.postMessage({ levels }, { transfer: levels.map((level) => level.values.buffer) });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};
