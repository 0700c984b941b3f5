import { curveThrough, lengthMm } from "../curve.js";
import { LineOverlay } from "../line_overlay.js";
import { lengthOf } from "../livewire/line.js";
import { pointInside } from "../livewire/drawn_line.js";
import { Tool } from "./tool.js";

/** @typedef {import("../geometry.js").Point} Point */

const NEAR_PX = 4; // css px: two presses so near are one double click

/**
 * Measures along a smooth curve, point by point; two points measure straight. Enter or a double click ends it,
 * Backspace takes the last point back, Escape takes the line under way away, then all rulers. Nothing is stored and
 * nothing becomes part of a label.
 */
export class RulerTool extends Tool {
  name = "ruler";
  /** @type {Point[][]} ended, image px */
  #rulers = [];
  /** @type {Point[]} image px */
  #points = [];
  /** @type {Point | null} image px */
  #over = null;

  /** @param {import("../seat.js").Bench} bench its editor is not used */
  constructor({ panel }) {
    super();
    this.panel = panel;
    this.overlay = new LineOverlay(panel, "ruler");
    panel.element.addEventListener("dblclick", () => this.#finish());
  }

  /** @param {PointerEvent} event */
  down(event) {
    const point = pointInside(this.panel, event);
    const last = this.#points[this.#points.length - 1];
    const { scale } = this.panel.viewport.view;
    const nearPx = (NEAR_PX * this.panel.pixelRatio) / scale;
    if (!last || Math.hypot(point.x - last.x, point.y - last.y) > nearPx) this.#points.push(point);
    this.hover(event);
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    this.hover(events[events.length - 1]);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    this.#over = pointInside(this.panel, event);
    this.#show();
  }

  leave() {
    this.#over = null;
    this.#show();
  }

  cancel() {
    this.#points = [];
    this.#show();
  }

  putAway() {
    this.#finish();
    this.leave();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.#points.length && !this.#rulers.length) return false;
    if (event.key === "Enter") this.#finish();
    else if (event.key === "Backspace") this.#points.pop();
    else if (event.key === "Escape") this.#takeAway();
    else return false;
    this.#show();
    return true;
  }

  #takeAway() {
    if (this.#points.length) this.#points = [];
    else this.#rulers = [];
  }

  #finish() {
    if (this.#points.length > 1) this.#rulers.push(this.#points);
    this.#points = [];
    this.#show();
  }

  #all() {
    const underWay = this.#over && this.#points.length ? [...this.#points, this.#over] : this.#points;
    return underWay.length ? [...this.#rulers, underWay] : this.#rulers;
  }

  #show() {
    const bands = this.#all().map((knots) => {
      const points = curveThrough(knots);
      return { points, widthsPx: points.map(() => 0), knots, text: this.#text(points) };
    });
    this.overlay.show(bands);
  }

  /** @param {Point[]} curve image px */
  #text(curve) {
    const spacing = this.panel.mammogram?.length_spacing_mm ?? null;
    if (!spacing) return `${lengthOf(curve).toFixed(0)} px`;
    return `${lengthMm(curve, spacing).toFixed(1)} mm`;
  }
}
