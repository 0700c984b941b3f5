/**
 * `window.tramline`: what browser tests (and a curious person in the console) may ask of the page. Reading only;
 * everything but `ready` and `pending` is about the active image.
 *
 *  ready            promise, resolved when the first image and its labels are shown; rejected with what went wrong
 *  isReady          true from then on, while the active image is shown
 *  active           id of its mammogram
 *  imageToCss(x, y) image px to css px of the page, for the mouse
 *  maskDigest(label), maskRuns(label)   SHA-256 and base64 of the label as shown, strokes not saved included
 *  pending          operations that the server has not acknowledged, of all images and of the exam
 *  canUndo, canRedo whether there is, as far as the page knows yet, something to undo or redo
 *  greyAt(row, column)                  stored value
 *  windowing        {center, width, voiFunction}
 *  view             {scale, x, y, axes}: which part of the image the canvas shows
 *  views            {scale, x, y, axes, isOpen} of all images, by view as read on film
 *  renderedCanvas() {width, height, pixels}: base64 of red, green, blue, alpha, the bottom row first
 *  renderedPixel(row, column)           [red, green, blue] on the canvas, read back after a draw
 */

import { digest, toBase64 } from "./codec.js";

/** @typedef {import("./labels.js").LabelName} LabelName */

/**
 * @param {import("./room.js").Room} room
 * @param {Promise<void>} ready
 */
export function exposeForInspection(room, ready) {
  ready.catch(() => {}); // told to the reader elsewhere
  const panel = () => room.active.panel;
  const masks = () => {
    if (!room.active.editor) throw new Error("The page is not ready yet; await tramline.ready first.");
    return room.active.editor.masks;
  };
  const inspection = {
    ready,
    get isReady() {
      return room.active.isOpen;
    },
    get active() {
      return room.active.image.mammogram;
    },
    get pending() {
      return room.savers.reduce((sum, { pendingCount }) => sum + pendingCount, 0);
    },
    get canUndo() {
      return room.active.editor?.history.canUndo ?? false;
    },
    get canRedo() {
      return room.active.editor?.history.canRedo ?? false;
    },
    get windowing() {
      return panel().windowing;
    },
    get view() {
      return panel().viewport.view;
    },
    get views() {
      return Object.fromEntries(room.seats.map(({ image, panel: own, isOpen }) => [image.view, { ...own.viewport.view, isOpen }]));
    },
    renderedCanvas: () => {
      const { width, height } = panel().canvas;
      return { width, height, pixels: bytesToBase64(panel().renderer.readCanvas()) };
    },
    imageToCss: (/** @type {number} */ x, /** @type {number} */ y) => panel().clientPointOf({ x, y }),
    maskDigest: (/** @type {LabelName} */ label) => digest(masks()[label]),
    maskRuns: (/** @type {LabelName} */ label) => toBase64(masks()[label]),
    greyAt: (/** @type {number} */ row, /** @type {number} */ column) => panel().greyAt(row, column),
    renderedPixel: (/** @type {number} */ row, /** @type {number} */ column) => panel().renderedPixel(row, column),
  };
  Object.defineProperty(window, "tramline", { value: Object.freeze(inspection) });
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} base64
 */
function bytesToBase64(bytes) {
  const part = 2 ** 15; // as many arguments as a call may have
  let text = "";
  for (let i = 0; i < bytes.length; i += part) text += String.fromCharCode(...bytes.subarray(i, i + part));
  return btoa(text);
}
