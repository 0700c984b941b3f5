import { capsule } from "../drawing.js";
import { Tool } from "./tool.js";

/** @typedef {import("../geometry.js").Point} Point */
/**
 * @typedef {object} Bench what drawing tools work with
 * @property {import("../image_panel.js").ImagePanel} panel
 * @property {import("../label_editor.js").LabelEditor} editor
 * @property {import("./brush_size.js").BrushSize} size
 */

/** Paints the active label with a round brush: a capsule from each pointer position to the next. */
export class BrushTool extends Tool {
  /** @type {"brush" | "eraser"} */
  name = "brush";
  /** @type {"set" | "clear"} */
  how = "set";
  /** @type {Point} image px */
  #last = { x: 0, y: 0 };
  /** @type {Point | null} image px */
  #over = null;
  #isDown = false;

  /** @param {Bench} bench */
  constructor(bench) {
    super();
    this.bench = bench;
    bench.size.addEventListener("change", () => this.#showCursor());
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.#isDown = true;
    this.bench.editor.begin();
    this.#last = this.bench.panel.imagePointOf(event);
    this.#paintTo(this.#last);
    this.hover(event);
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    for (const event of events) this.#paintTo(this.bench.panel.imagePointOf(event));
    this.hover(events[events.length - 1]);
  }

  /** @param {PointerEvent} _event */
  up(_event) {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.bench.editor.end(this.name, { radius_px: this.bench.size.radiusPx });
  }

  /** @param {PointerEvent} event */
  hover(event) {
    this.#over = this.bench.panel.imagePointOf(event);
    this.#showCursor();
  }

  leave() {
    this.#over = null;
    this.bench.panel.overlay.setCursor(null);
  }

  cancel() {
    this.#isDown = false;
    this.bench.editor.abort();
  }

  putAway() {
    if (this.#isDown) this.cancel();
    this.leave();
  }

  /** @param {Point} point image px */
  #paintTo(point) {
    if (!this.#isDown) return;
    const { editor, panel, size } = this.bench;
    const { rows, columns } = panel.planes;
    editor.paint(capsule(rows, columns, this.#last, point, size.radiusPx), this.how);
    panel.renderer.requestLabels();
    this.#last = point;
  }

  #showCursor() {
    const { panel, size } = this.bench;
    if (!this.#over) return;
    panel.overlay.setCursor({ centre: this.#over, radiusPx: size.radiusPx, text: size.text, kind: this.name });
  }
}
