/**
 * Worker: one PNG in, its pyramid out. Buffers are handed over, not copied.
 */

import { decodePng } from "./png.js";
import { buildPyramid } from "./pyramid.js";

/**
 * @typedef {{bytes: ArrayBuffer} | {rule: "mean" | "max", padding: import("./pyramid.js").Padding}} Request the file,
 *   which is decoded at once, then what to make of it
 * @typedef {{levels: import("./pyramid.js").Level<Uint8Array | Uint16Array>[]} | {error: string}} Reply
 */

/** @type {Promise<import("./png.js").GreyImage> | null} */
let decoding = null;

self.onmessage = async (/** @type {MessageEvent<Request>} */ { data }) => {
  if ("bytes" in data) {
    decoding = decodePng(new Uint8Array(data.bytes));
    decoding.catch(() => {}); // told in the reply
    return;
  }
  try {
    const { values, rows, columns } = await /** @type {Promise<import("./png.js").GreyImage>} */ (decoding);
    // Grey values are shown from a 16-bit texture, probabilities from an 8-bit one.
    const grey = data.rule === "mean" && values instanceof Uint8Array ? new Uint16Array(values) : values;
    const levels = buildPyramid(grey, rows, columns, data.rule, data.padding);
    self.postMessage({ levels }, { transfer: levels.map((level) => level.values.buffer) });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};
