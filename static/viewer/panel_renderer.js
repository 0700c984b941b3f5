/**
 * Draws the layers of one panel, at most once a frame, and feeds the graphics card in small portions. When the
 * card forgets everything (context lost) it is fed again from the copies kept here.
 */

import { openContext } from "./gl.js";
import { ImageLayer } from "./image_layer.js";
import { MaskLayer } from "./mask_layer.js";
import { ProbabilityLayer } from "./probability_layer.js";

const UPLOAD_MS = 6; // of a frame; the rest waits for the next one

/** Events: "draw" after each frame, "lost" and "restored" of the graphics card. */
export class PanelRenderer extends EventTarget {
  #frame = 0;

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
    this.probability = new ProbabilityLayer(this.gl);
    this.masks = new MaskLayer(this.gl);
    this.layers = [this.image, this.probability, this.masks]; // from the bottom to the top
    canvas.addEventListener("webglcontextlost", (event) => this.#lose(event));
    canvas.addEventListener("webglcontextrestored", () => this.#restore());
  }

  get isSettled() {
    return !this.layers.some((layer) => layer.isUploading);
  }

  /** Draw in the next frame. */
  request() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#upload();
      this.draw();
      this.dispatchEvent(new Event("draw"));
      if (!this.isSettled) this.request();
    });
  }

  /** Draw now. */
  draw() {
    const { gl, canvas } = this;
    if (gl.isContextLost()) return;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA); // the layers give colours already multiplied by their opacity
    for (const layer of this.layers) layer.draw(this.viewport.view, canvas);
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

  #upload() {
    if (this.gl.isContextLost()) return;
    const end = performance.now() + UPLOAD_MS;
    for (const layer of this.layers) {
      while (layer.isUploading && performance.now() < end) layer.upload();
    }
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
