import { capsule } from "../drawing.js";
import { pixelAt, pixelCentre } from "../geometry.js";
import { isDarkBright } from "../presentation.js";
import { gated } from "./gate.js";
import { Tool } from "./tool.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../runs.js").Runs} Runs */
/** @typedef {import("../seat.js").Bench} Bench */
/** @typedef {import("./gate.js").Gate} Gate */

const FOOTPRINT_SCALE = 4; // canvas px per image px from which single pixels can be told apart
const GATED_FOOTPRINT_SCALE = 1; // the gate has a ragged edge that a circle does not show
const GATED_FOOTPRINT_PX = 64; // image px of radius: a wider gate has more edges than can be drawn in a frame

/** Paints the active label with a round brush: a capsule from each pointer position to the next. */
export class BrushTool extends Tool {
  /** @type {"brush" | "eraser"} */
  name = "brush";
  /** @type {"set" | "clear"} */
  how = "set";
  /** @type {Point} image px */
  #last = { x: 0, y: 0 };
  /** @type {{point: Point, radiusPx: number} | null} image px */
  #over = null;
  #isDown = false;

  /**
   * @param {Bench} bench
   * @param {Gate | null} gate null: it works on every pixel
   */
  constructor(bench, gate) {
    super();
    this.bench = bench;
    this.gate = gate;
    bench.size.addEventListener("change", () => {
      if (this.#over) this.#over.radiusPx = bench.size.radiusPx; // seen at once, before the pointer moves
      this.#showCursor();
    });
    gate?.addEventListener("change", () => this.#showCursor());
    bench.panel.addEventListener("view", () => this.#showCursor()); // zoomed in far enough, or no longer
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (this.gate && (this.gate.isPicking || event.ctrlKey)) return this.#pickLevel(event);
    this.#isDown = true;
    this.#begin();
    this.#last = this.#pointOf(event);
    this.#paintTo(event);
    this.hover(event);
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    for (const event of events) this.#paintTo(event);
    this.hover(events[events.length - 1]);
  }

  /** @param {PointerEvent} _event */
  up(_event) {
    this.finish();
  }

  finish() {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.bench.editor.end(this.name, this.#details());
  }

  #begin() {
    this.bench.editor.begin(this.name, () => this.#details());
  }

  #details() {
    const { size } = this.bench;
    const level = this.#level();
    return {
      radius_px: size.radiusPx,
      ...(size.isPressureOn && { pressure: "on" }),
      ...(level !== null && { gate: level }),
    };
  }

  /** @param {PointerEvent} event */
  hover(event) {
    this.#over = { point: this.#pointOf(event), radiusPx: this.bench.size.radiusOf(event) };
    this.#showCursor();
  }

  leave() {
    this.#over = null;
    this.bench.panel.overlay.setCursor(null);
    this.bench.panel.overlay.setFootprint(null);
  }

  cancel() {
    this.#isDown = false;
    this.bench.editor.abort();
  }

  putAway() {
    this.finish();
    this.leave();
  }

  /** @param {PointerEvent} event */
  #paintTo(event) {
    if (!this.#isDown) return;
    const { editor, panel, size } = this.bench;
    if (!editor.isDrawing) this.#begin(); // the stroke was ended under her hand: it goes on as another one
    const point = this.#pointOf(event);
    editor.paint(this.#covered(this.#last, point, size.radiusOf(event)), this.how);
    panel.renderer.requestLabels();
    this.#last = point;
  }

  /**
   * @param {Point} a image px
   * @param {Point} b image px
   * @param {number} radiusPx
   * @returns {Runs} what the brush changes on its way
   */
  #covered(a, b, radiusPx) {
    const { panel } = this.bench;
    const mask = capsule(panel.planes.rows, panel.planes.columns, a, b, radiusPx);
    const level = this.#level();
    if (level === null) return mask;
    return gated(mask, (row, column) => panel.greyAt(row, column), level, isDarkBright(panel.mammogram));
  }

  /** @returns {number | null} stored value; null where every pixel is painted */
  #level() {
    return this.gate?.isOn ? this.gate.levelOf(this.bench.panel) : null;
  }

  /** @param {PointerEvent} event */
  #pickLevel(event) {
    const { row, column } = pixelAt(this.bench.panel.imagePointOf(event));
    const grey = this.bench.panel.greyAt(row, column);
    if (grey === null) return;
    this.gate?.setLevel(this.bench.panel, grey);
    this.gate?.set(true);
  }

  /**
   * A brush finer than a pixel would often touch no pixel's centre: it moves from centre to centre.
   * @param {PointerEvent} event
   * @returns {Point} image px
   */
  #pointOf(event) {
    const point = this.bench.panel.imagePointOf(event);
    if (this.bench.size.radiusOf(event) >= 1) return point;
    const { row, column } = pixelAt(point);
    return pixelCentre(row, column);
  }

  #showCursor() {
    const { panel, size } = this.bench;
    if (!this.#over) return;
    const { point, radiusPx } = this.#over;
    const level = this.#level();
    const { scale } = panel.viewport.view;
    const isFootprint = level === null ? scale >= FOOTPRINT_SCALE : scale >= GATED_FOOTPRINT_SCALE && radiusPx <= GATED_FOOTPRINT_PX;
    panel.overlay.setFootprint(isFootprint ? this.#covered(point, point, radiusPx) : null);
    panel.overlay.setCursor({ centre: point, radiusPx, text: this.#textOf(radiusPx, level), kind: this.name });
  }

  /**
   * @param {number} radiusPx
   * @param {number | null} level
   * @returns {string} at the pointer
   */
  #textOf(radiusPx, level) {
    const { size, panel } = this.bench;
    if (this.gate?.isPicking) return "Press where it is just bright enough";
    const parts = [size.textOf(radiusPx)];
    if (level !== null) parts.push(`${isDarkBright(panel.mammogram) ? "≤" : "≥"} ${level}`);
    if (size.isPressureOn) parts.push("pressure");
    return parts.join(" · ");
  }
}
