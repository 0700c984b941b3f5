/**
 * `window.tramline`: what browser tests (and a curious person in the console) may ask of the page. Reading only.
 *
 *  ready            promise, resolved when image and labels are shown; rejected with what went wrong
 *  isReady          true from then on
 *  imageToCss(x, y) image px to css px of the page, for the mouse
 *  maskDigest(label), maskRuns(label)   SHA-256 and base64 of the label as shown, strokes not saved included
 *  pending          operations the server has not acknowledged
 *  greyAt(row, column)                  stored value
 *  windowing        {center, width, voiFunction}
 *  renderedPixel(row, column)           [red, green, blue] on the canvas, read back after a draw
 */

import { digest, toBase64 } from "./codec.js";

/** @typedef {import("./labels.js").LabelName} LabelName */

/**
 * @param {import("./image_panel.js").ImagePanel} panel
 * @param {Promise<import("./reading.js").Reading>} ready
 */
export function exposeForInspection(panel, ready) {
  /** @type {import("./reading.js").Reading | null} */
  let reading = null;
  const masks = () => {
    if (!reading) throw new Error("The page is not ready yet; await tramline.ready first.");
    return reading.editor.masks;
  };
  const isReady = ready.then((result) => {
    reading = result;
  });
  isReady.catch(() => {}); // told to the reader elsewhere
  const inspection = {
    ready: isReady,
    get isReady() {
      return reading !== null;
    },
    get pending() {
      return reading?.saver?.pendingCount ?? 0;
    },
    get windowing() {
      return panel.windowing;
    },
    imageToCss: (/** @type {number} */ x, /** @type {number} */ y) => panel.clientPointOf({ x, y }),
    maskDigest: (/** @type {LabelName} */ label) => digest(masks()[label]),
    maskRuns: (/** @type {LabelName} */ label) => toBase64(masks()[label]),
    greyAt: (/** @type {number} */ row, /** @type {number} */ column) => panel.greyAt(row, column),
    renderedPixel: (/** @type {number} */ row, /** @type {number} */ column) => panel.renderedPixel(row, column),
  };
  Object.defineProperty(window, "tramline", { value: Object.freeze(inspection) });
}
