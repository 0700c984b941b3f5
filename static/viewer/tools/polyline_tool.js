import { difference } from "../runs.js";
import { polyline } from "../drawing.js";
import { Tool } from "./tool.js";

/** @typedef {import("../geometry.js").Point} Point */

/**
 * A line with the width of the brush, point by point. Enter or a double click draws it, Escape drops it,
 * Backspace takes the last point back. Choosing another tool draws it too: nothing traced is lost.
 */
export class PolylineTool extends Tool {
  name = "polyline";
  /** @type {Point[]} image px */
  #points = [];
  /** @type {Point | null} image px */
  #over = null;

  /** @param {import("./brush_tool.js").Bench} bench */
  constructor(bench) {
    super();
    this.bench = bench;
    bench.size.addEventListener("change", () => this.#show());
    bench.panel.element.addEventListener("dblclick", () => this.#finish());
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.#points.push(this.bench.panel.imagePointOf(event));
    this.hover(event);
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    this.hover(events[events.length - 1]);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    this.#over = this.bench.panel.imagePointOf(event);
    this.#show();
  }

  leave() {
    this.#over = null;
    this.bench.panel.overlay.setCursor(null);
    if (this.#points.length) this.#show();
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
    if (!this.#points.length) return false;
    if (event.key === "Enter") this.#finish();
    else if (event.key === "Escape") this.cancel();
    else if (event.key === "Backspace") this.#points.pop();
    else return false;
    this.#show();
    return true;
  }

  #finish() {
    const points = this.#points;
    this.#points = [];
    this.#show();
    if (points.length < 2) return;
    const { editor, panel, size } = this.bench;
    const { rows, columns } = panel.planes;
    const drawn = polyline(rows, columns, points, size.diameterPx);
    const details = { width_px: size.diameterPx, points: points.length };
    editor.change(editor.active, difference(drawn, editor.masks[editor.active]), "polyline", details);
  }

  #show() {
    const { panel, size } = this.bench;
    const draft = this.#over && this.#points.length ? [...this.#points, this.#over] : this.#points;
    panel.overlay.setLine(draft, size.diameterPx);
    if (!this.#over) return;
    panel.overlay.setCursor({ centre: this.#over, radiusPx: size.radiusPx, text: size.text, kind: this.name });
  }
}
