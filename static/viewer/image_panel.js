/**
 * One mammogram on the page: image, labels, zoom and pan. The viewer draws on it; the correction and comparison
 * pages only show on it.
 *
 *     const panel = new ImagePanel(document.querySelector("#image"));
 *     panel.setStyle(0, { colour: tokenColour("--label-bac"), outline: "dashed" });
 *     await panel.load(mammogramId);
 *     panel.setMask(0, fromBase64(annotation.masks.bac.runs));
 *     panel.focus({ row0: 120, column0: 300, row1: 180, column1: 420 });
 *     panel.addEventListener("point", (event) => console.log(event.detail.row, event.detail.column));
 */

import * as api from "./api.js";
import { cssToImage, imageToCanvas, imageToCss, pixelAt, pixelCentre } from "./geometry.js";
import { DrawnProbability } from "./drawn_probability.js";
import { loadImage } from "./image_loader.js";
import { LabelPlanes } from "./label_planes.js";
import { PanelRenderer } from "./panel_renderer.js";
import { PointerInput } from "./pointer_input.js";
import { PointerOverlay } from "./pointer_overlay.js";
import { buildPyramid } from "./pyramid.js";
import { greyScaleOf, readPresets } from "./presentation.js";
import { empty, xor } from "./runs.js";
import { Viewport } from "./viewport.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {import("./runs.js").Box} Box */
/** @typedef {import("./window_level.js").Windowing} Windowing */
/** @typedef {import("./mask_layer.js").PlaneStyle} PlaneStyle */
/** @typedef {import("./pyramid.js").Level<Uint8Array | Uint16Array>} Level */
/** @typedef {import("./presentation.js").WindowPreset} WindowPreset */

/**
 * Events:
 *  "point"    detail {x, y, row, column, grey}: the pointer is over the image (image px); detail null: it left
 *  "click"    detail {x, y, row, column, grey}: pressed and released in one place, with the pan tool
 *  "window"   the window changed
 *  "view"     zoom or offset changed, after the frame was drawn
 *  "loaded"   all grey levels have arrived
 *  "trouble"  detail: text for the reader, or "" when it is over
 */
export class ImagePanel extends EventTarget {
  /** @type {import("./api.js").Mammogram | null} */
  mammogram = null;
  /** @type {LabelPlanes} */
  planes = new LabelPlanes(1, 1);
  /** @type {Runs[]} masks set by `setMask` */
  #masks = [];
  /** @type {Level | null} the grey values */
  #full = null;
  /** @type {Level[] | null} */
  probabilityLevels = null;
  /** @type {DrawnProbability | null} */
  #drawn = null;
  /** @type {WindowPreset[]} windows and tables of the file, then one from the histogram; never empty once loaded */
  presets = [];
  viewport = new Viewport();
  pixelRatio = 1;
  /** @type {{view: import("./geometry.js").View | null, factor: number}} shown last; a view is never changed in place */
  #followed = { view: null, factor: 1 };
  /** @type {DOMRect | null} of the canvas, asked once a frame: asking after something changed costs a layout */
  #box = null;

  /** @param {HTMLElement} element an empty box; its size is the panel's size */
  constructor(element) {
    super();
    this.element = element;
    element.classList.add("image-panel");
    this.canvas = document.createElement("canvas");
    element.append(this.canvas);
    this.renderer = new PanelRenderer(this.canvas, this.viewport);
    this.overlay = new PointerOverlay(this);
    element.append(this.overlay.svg, this.overlay.cursor);
    this.input = new PointerInput(this);
    this.#listen();
  }

  /**
   * Fetch and show a mammogram. Resolves when every grey level is here.
   * @param {string} id
   */
  async load(id) {
    await this.open(id);
    await this.loadPixels();
  }

  /**
   * Fetch what is known of a mammogram and make room for it: masks can be set from here on.
   * @param {string} id
   */
  async open(id) {
    this.prepare(await api.readMammogram(id));
  }

  /**
   * Make room for an image of which all is known already, or for a part of one.
   * @param {import("./api.js").Mammogram} mammogram
   */
  prepare(mammogram) {
    const { rows, columns } = mammogram;
    this.mammogram = mammogram;
    this.planes = new LabelPlanes(rows, columns);
    this.#masks = [];
    this.#full = null;
    this.#resize();
    this.viewport.setImage(rows, columns);
    this.renderer.masks.setPlanes(this.planes);
    this.renderer.image.scale = greyScaleOf(mammogram);
    this.setProbability(null);
  }

  /** Fetch and show the grey values of the mammogram opened before. */
  async loadPixels() {
    const mammogram = /** @type {import("./api.js").Mammogram} */ (this.mammogram);
    await this.showPixels(await loadImage(mammogram.pixels_url, "mean", mammogram.pixel_padding));
  }

  /**
   * Show the grey values of the image that room was made for.
   * @param {Level[]} levels the full image first
   */
  async showPixels(levels) {
    const mammogram = /** @type {import("./api.js").Mammogram} */ (this.mammogram);
    if (levels[0].rows !== mammogram.rows || levels[0].columns !== mammogram.columns) {
      throw new RangeError(
        `The image has ${levels[0].rows} x ${levels[0].columns} pixels; ` +
          `the server announced ${mammogram.rows} x ${mammogram.columns}.`,
      );
    }
    this.#full = levels[0];
    this.renderer.image.setLevels(levels, ({ values, rows, columns }) => {
      return buildPyramid(values, rows, columns, "mean", mammogram.pixel_padding);
    });
    this.presets = await readPresets(mammogram, levels[levels.length - 1].values);
    this.setWindowing(this.presets[0].windowing);
    this.dispatchEvent(new Event("loaded"));
  }

  /**
   * Show a mask in one of four planes, in place of what was there.
   * @param {number} plane 0 to 3
   * @param {Runs} mask
   */
  setMask(plane, mask) {
    const shown = this.#masks[plane] ?? empty(mask.rows, mask.columns);
    this.planes.apply(plane, xor(shown, mask), "flip");
    this.#masks[plane] = mask;
    this.renderer.requestLabels();
  }

  /**
   * @param {number} plane 0 to 3
   * @param {Partial<PlaneStyle>} style what is left out stays
   */
  setStyle(plane, style) {
    Object.assign(this.renderer.masks.styles[plane], style);
    this.renderer.request();
  }

  /** @param {Windowing} windowing in rescaled values */
  setWindowing(windowing) {
    this.renderer.image.windowing = windowing;
    this.renderer.request();
    this.dispatchEvent(new Event("window"));
  }

  /** Turn black and white round, whatever the header says. */
  invert() {
    const { image } = this.renderer;
    image.scale = { ...image.scale, inverted: !image.scale.inverted };
    this.renderer.request();
    this.dispatchEvent(new Event("window"));
  }

  /** @param {import("./panel_renderer.js").Loupe | null} loupe null takes it away */
  setLoupe(loupe) {
    if (!loupe && !this.renderer.loupe) return; // nothing to draw anew
    this.renderer.loupe = loupe;
    this.renderer.request();
  }

  get windowing() {
    return this.renderer.image.windowing;
  }

  /** @param {Level[] | null} levels maxima of a probability map; null takes it away */
  setProbability(levels) {
    this.probabilityLevels = levels;
    this.#drawn = levels && new DrawnProbability(levels);
    this.renderer.probability.setLevels(this.#drawn?.levels ?? null);
    this.renderer.request();
  }

  /** @param {Runs} settled pixels of the probability map that are drawn no more */
  settleProbability(settled) {
    const boxes = this.#drawn?.settle(settled) ?? [];
    this.renderer.probability.refresh(boxes);
    if (boxes.length) this.renderer.request();
  }

  /** Show the whole image. */
  fit() {
    this.viewport.fit();
    this.renderer.request();
  }

  /** @param {Point} [point] image px to bring to the middle */
  oneToOne(point) {
    this.viewport.oneToOne(point);
    this.renderer.request();
  }

  /** @param {Box} box image px to bring to the middle, enlarged at most four times */
  focus(box) {
    this.viewport.focus(box);
    this.renderer.request();
  }

  /**
   * @param {number} row
   * @param {number} column
   * @returns {number | null} stored value; null outside the image or before it is here
   */
  greyAt(row, column) {
    if (!this.#full) return null;
    const { rows, columns, values } = this.#full;
    const isInside = row >= 0 && row < rows && column >= 0 && column < columns;
    return isInside ? values[row * columns + column] : null;
  }

  /**
   * @param {Box} box image px, inside the image
   * @returns {Uint8Array | Uint16Array | null} (rows, columns) a copy of the stored values; null before they are here
   */
  greysIn({ row0, column0, row1, column1 }) {
    if (!this.#full) return null;
    const { columns, values } = this.#full;
    const width = column1 - column0;
    const copy = values.slice(0, (row1 - row0) * width);
    for (let row = row0; row < row1; row++) {
      copy.set(values.subarray(row * columns + column0, row * columns + column1), (row - row0) * width);
    }
    return copy;
  }

  /** @param {MouseEvent} event @returns {Point} image px */
  imagePointOf(event) {
    const { box } = this;
    return cssToImage({ x: event.clientX - box.left, y: event.clientY - box.top }, this.viewport.view, this.pixelRatio);
  }

  /** Where the canvas lies in the visible part of the page, css px. */
  get box() {
    if (!this.#box) {
      this.#box = this.canvas.getBoundingClientRect();
      requestAnimationFrame(() => {
        this.#box = null;
      });
    }
    return this.#box;
  }

  /** @param {Point} point image px @returns {Point} css px from the top left of the page's visible part */
  clientPointOf(point) {
    const { box } = this;
    const inside = imageToCss(point, this.viewport.view, this.pixelRatio);
    return { x: inside.x + box.left, y: inside.y + box.top };
  }

  /**
   * @param {number} row
   * @param {number} column
   * @returns {[number, number, number]} what the canvas shows there, red, green, blue
   */
  renderedPixel(row, column) {
    return this.renderer.readPixel(imageToCanvas(pixelCentre(row, column), this.viewport.view));
  }

  #listen() {
    new ResizeObserver(() => this.#resize()).observe(this.element);
    this.renderer.addEventListener("draw", () => this.#followView());
    const trouble = (/** @type {string} */ detail) => this.dispatchEvent(new CustomEvent("trouble", { detail }));
    this.renderer.addEventListener("lost", () => trouble("The graphics card was interrupted. The image comes back by itself; drawing is off until then."));
    this.renderer.addEventListener("restored", () => trouble(""));
    // Before the tool gets it: what a tool writes on the page would have to be laid out to tell where the pointer is.
    this.element.addEventListener("pointermove", (event) => this.#report("point", event), { capture: true });
    this.element.addEventListener("pointerleave", () => this.dispatchEvent(new CustomEvent("point", { detail: null })));
  }

  /** What lies above the image and words about it change with the view; a change of window leaves them alone. */
  #followView() {
    const factor = this.renderer.loupe?.factor ?? 1;
    if (this.viewport.view === this.#followed.view && factor === this.#followed.factor) return;
    this.#followed = { view: this.viewport.view, factor };
    this.overlay.render();
    this.dispatchEvent(new Event("view"));
  }

  /**
   * @param {"point" | "click"} type
   * @param {MouseEvent} event
   */
  #report(type, event) {
    const { x, y } = this.imagePointOf(event);
    const { row, column } = pixelAt({ x, y });
    const grey = this.greyAt(row, column);
    this.dispatchEvent(new CustomEvent(type, { detail: { x, y, row, column, grey } }));
  }

  /** @param {MouseEvent} event told by the pan tool */
  reportClick(event) {
    this.#report("click", event);
  }

  #resize() {
    this.#box = null;
    const { width, height } = this.element.getBoundingClientRect();
    this.pixelRatio = devicePixelRatio;
    const sizeOf = (/** @type {number} */ side) => Math.max(1, Math.round(side * devicePixelRatio));
    // An image that nobody has opened takes no memory for its picture.
    this.canvas.width = this.mammogram ? sizeOf(width) : 1;
    this.canvas.height = this.mammogram ? sizeOf(height) : 1;
    const linePx = Math.max(1, Math.round(devicePixelRatio));
    this.renderer.masks.linePx = linePx;
    this.renderer.probability.linePx = linePx;
    this.viewport.setCanvas(this.canvas.width, this.canvas.height);
    this.renderer.request();
  }
}
