/**
 * Draws the layers of one panel, at most once a frame, and feeds the graphics card in small portions. When the
 * card forgets everything (context lost) it is fed again from the copies kept here.
 */

import { boxOnCanvas, loupeView } from "./geometry.js";
import { openContext } from "./gl.js";
import { ImageLayer } from "./image_layer.js";
import { MapLayer } from "./map_layer.js";
import { MaskLayer } from "./mask_layer.js";
import { ProbabilityLayer } from "./probability_layer.js";

const UPLOAD_MS = 6; // of a frame; the rest waits for the next one

const MARGIN_PX = 4; // canvas px around changed labels: their outline, and what rounding moves

/** @typedef {import("./runs.js").Box} Box */
/** @typedef {{x: number, y: number, radius: number, factor: number}} Loupe canvas px, and how much larger it shows */

/** Events: "draw" after each frame of the whole canvas, "lost" and "restored" of the graphics card. */
export class PanelRenderer extends EventTarget {
  #frame = 0;
  #isImageMarked = false;
  #isWholeNeeded = false;
  /** @type {Loupe | null} */
  loupe = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./viewport.js").Viewport} viewport
   */
  constructor(canvas, viewport) {
    super();
    this.canvas = canvas;
    this.viewport = viewport;
    this.gl = openContext(canvas);
    this.image = new ImageLayer(this.gl);
    this.map = new MapLayer(this.gl);
    this.probability = new ProbabilityLayer(this.gl);
    this.masks = new MaskLayer(this.gl);
    this.layers = [this.image, this.map, this.probability, this.masks]; // from the bottom to the top
    canvas.addEventListener("webglcontextlost", (event) => this.#lose(event));
    canvas.addEventListener("webglcontextrestored", () => this.#restore());
  }

  get isSettled() {
    return !this.layers.some((layer) => layer.isUploading);
  }

  /** Draw everything in the next frame. */
  request() {
    this.#isWholeNeeded = true;
    this.requestLabels();
  }

  /** Draw in the next frame what changed in the labels since the last one. */
  requestLabels() {
    this.#frame ||= requestAnimationFrame(() => this.#onFrame());
  }

  /**
   * Draw now.
   * @param {Box | null} [part] image px; everything if left out
   */
  draw(part = null) {
    const { gl, canvas } = this;
    if (gl.isContextLost()) return;
    gl.viewport(0, 0, canvas.width, canvas.height);
    if (part) this.#limitTo(part);
    else gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA); // the layers give colours already multiplied by their opacity
    for (const layer of this.layers) layer.draw(this.viewport.view, canvas);
    if (this.loupe) this.#drawLoupe(this.loupe);
  }

  /** @param {Loupe} loupe a second picture on the same canvas, from the same textures */
  #drawLoupe({ x, y, radius, factor }) {
    const { gl, canvas } = this;
    const side = Math.ceil(2 * radius);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(Math.floor(x - radius), Math.floor(canvas.height - y - radius), side + 1, side + 1);
    const view = loupeView(this.viewport.view, { x, y }, radius, factor);
    for (const layer of this.layers) layer.draw(view, canvas);
  }

  /**
   * Draw and read one canvas pixel back.
   * @param {import("./geometry.js").Point} point canvas px
   * @returns {[number, number, number]} red, green, blue, 0 to 255
   */
  readPixel(point) {
    const { gl } = this;
    while (!this.isSettled) this.layers.forEach((layer) => layer.upload());
    this.draw();
    const pixel = new Uint8Array(4);
    const fromBottom = this.canvas.height - 1 - Math.floor(point.y);
    gl.readPixels(Math.floor(point.x), fromBottom, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    return [pixel[0], pixel[1], pixel[2]];
  }

  /**
   * Draw and read the whole canvas back.
   * @returns {Uint8Array} red, green, blue, alpha of each pixel, the bottom row first
   */
  readCanvas() {
    const { gl, canvas } = this;
    while (!this.isSettled) this.layers.forEach((layer) => layer.upload());
    this.draw();
    const pixels = new Uint8Array(canvas.width * canvas.height * 4);
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    return pixels;
  }

  #onFrame() {
    this.#frame = 0;
    if (this.gl.isContextLost()) return;
    if (!this.layers.every((layer) => layer.program.isReady)) return this.requestLabels();
    const changed = this.#upload();
    if (this.#isWholeNeeded) {
      this.#isWholeNeeded = false;
      this.draw();
      this.#markImage();
      this.dispatchEvent(new Event("draw"));
    } else if (changed) {
      this.draw(changed);
    }
    if (!this.isSettled) this.requestLabels();
  }

  /** Leave the time of the first picture in the browser's own record of the page. */
  #markImage() {
    if (this.#isImageMarked || !this.image.texture) return;
    this.#isImageMarked = true;
    performance.mark("image-shown");
  }

  /** @returns {Box | null} the labels that changed, image px */
  #upload() {
    const end = performance.now() + UPLOAD_MS;
    let changed = null;
    while (this.masks.isUploading && performance.now() < end) changed = hull(changed, this.masks.upload());
    for (const layer of [this.image, this.map, this.probability]) {
      while (layer.isUploading && performance.now() < end) {
        if (layer.upload()) this.#isWholeNeeded = true;
      }
    }
    return changed;
  }

  /** @param {Box} box image px */
  #limitTo(box) {
    const { gl, canvas, viewport } = this;
    const part = boxOnCanvas(box, viewport.view);
    const [left, top] = [Math.floor(part.left) - MARGIN_PX, Math.floor(part.top) - MARGIN_PX];
    const [right, bottom] = [Math.ceil(part.right) + MARGIN_PX, Math.ceil(part.bottom) + MARGIN_PX];
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(left, canvas.height - bottom, right - left, bottom - top); // counted from the bottom
  }

  /** @param {Event} event */
  #lose(event) {
    event.preventDefault(); // asks the browser to restore it
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.dispatchEvent(new Event("lost"));
  }

  #restore() {
    for (const layer of this.layers) layer.restore();
    this.dispatchEvent(new Event("restored"));
    this.request();
  }
}

/**
 * @param {Box | null} a
 * @param {Box | null} b
 * @returns {Box | null} the smallest box around both
 */
function hull(a, b) {
  if (!a || !b) return a ?? b;
  return {
    row0: Math.min(a.row0, b.row0),
    column0: Math.min(a.column0, b.column0),
    row1: Math.max(a.row1, b.row1),
    column1: Math.max(a.column1, b.column1),
  };
}
