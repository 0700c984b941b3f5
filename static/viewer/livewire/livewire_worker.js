/**
 * Worker: finds ways along vessels, so that the page stays free. It gets the stored pixels around the anchor, never
 * the whole image unless the way is as long.
 */

import { Crop } from "./crop.js";
import { Trace, warmUp } from "./trace.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../runs.js").Box} Box */
/**
 * @typedef {object} HoldRequest look at these pixels from now on, under this name
 * @property {"hold"} kind
 * @property {string} name
 * @property {string | null} drop a name not asked for any more
 * @property {Uint8Array | Uint16Array} values (rows, columns), handed over
 * @property {Box} box image px
 * @property {boolean} isDarkBright
 * @property {number} mmPerPx
 * @property {Point} anchor image px
 */
/** @typedef {{kind: "path", name: string, number: number, point: Point}} PathRequest */
/** @typedef {{number: number, points: import("./trace.js").TracePoint[]}} Reply */

/** @type {Map<string, Trace>} */
const traces = new Map();

const rounds = warmUp();
function warmUpUntilAsked() {
  if (!traces.size && !rounds.next().done) setTimeout(warmUpUntilAsked);
}
warmUpUntilAsked();

self.onmessage = (/** @type {MessageEvent<HoldRequest | PathRequest>} */ { data }) => {
  if (data.kind === "hold") {
    if (data.drop) traces.delete(data.drop);
    traces.set(data.name, new Trace(new Crop(data.values, data.box, data.isDarkBright), data.mmPerPx, data.anchor));
    return;
  }
  const trace = /** @type {Trace} */ (traces.get(data.name));
  self.postMessage(/** @type {Reply} */ ({ number: data.number, points: trace.to(data.point) }));
};
