import { LineOverlay } from "../line_overlay.js";
import { bandOf, drawLine, pointInside, wordsOf } from "../livewire/drawn_line.js";
import { measuredOn } from "../livewire/live_wire.js";
import { Tool } from "./tool.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../livewire/trace.js").TracePoint} TracePoint */

/**
 * A line point by point that takes its width from the image. Enter or a double click draws it, Escape drops it,
 * Backspace takes the last point back. Choosing another tool draws it too: nothing traced is lost.
 */
export class TubeTool extends Tool {
  name = "tube";
  /** @type {Point[]} image px */
  #points = [];
  /** @type {TracePoint[]} along these points */
  #measured = [];
  /** @type {Point | null} image px */
  #over = null;

  /**
   * @param {import("../seat.js").Bench} bench
   * @param {import("../livewire/line_options.js").LineOptions} options
   */
  constructor(bench, options) {
    super();
    this.bench = bench;
    this.options = options;
    this.overlay = new LineOverlay(bench.panel, "draft");
    options.addEventListener("change", () => this.#show());
    bench.size.addEventListener("change", () => this.#show());
    bench.panel.element.addEventListener("dblclick", () => this.#finish());
  }

  /** @param {PointerEvent} event */
  down(event) {
    const { panel, room } = this.bench;
    if (panel.greyAt(0, 0) === null) return room.tell("The image is still on its way. Click again in a moment.");
    const point = pointInside(panel, event);
    const last = this.#points[this.#points.length - 1];
    if (!last || last.x !== point.x || last.y !== point.y) this.#points.push(point); // not twice for a double click
    this.#measure();
    this.hover(event);
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    this.hover(events[events.length - 1]);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    this.#over = pointInside(this.bench.panel, event);
    this.#show();
  }

  leave() {
    this.#over = null;
    this.bench.panel.overlay.setCursor(null);
    this.#show();
  }

  cancel() {
    this.#points = [];
    this.#measured = [];
    this.#show();
  }

  putAway() {
    this.#finish();
    this.leave();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.#points.length) return false;
    if (event.key === "Enter") this.#finish();
    else if (event.key === "Escape") this.cancel();
    else if (event.key === "Backspace") this.#points.pop();
    else return false;
    this.#measure();
    this.#show();
    return true;
  }

  /** @param {1 | -1} by */
  resize(by) {
    this.options.resize(by);
    return true;
  }

  #finish() {
    const points = this.#measured;
    this.cancel();
    drawLine(this.bench, points, this.options, "tube");
  }

  #measure() {
    this.#measured = this.#points.length > 1 ? measuredOn(this.bench.panel, this.#points) : [];
  }

  #show() {
    const { panel, size } = this.bench;
    const band = bandOf(this.#measured, panel, this.options, size);
    const widthPx = band.widthsPx[band.widthsPx.length - 1] ?? size.diameterPx;
    const bands = [{ ...band, knots: this.#points }];
    const last = this.#points[this.#points.length - 1];
    if (last && this.#over) bands.push({ points: [last, this.#over], widthsPx: [widthPx, widthPx], knots: [] });
    this.overlay.show(bands);
    if (!this.#over) return;
    const text = wordsOf(this.#measured, widthPx, this.options, size);
    panel.overlay.setCursor({ centre: this.#over, radiusPx: widthPx / 2, text, kind: this.name });
  }
}
