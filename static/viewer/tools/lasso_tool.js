import { fromPolygons } from "../polygons.js";
import { difference, intersection } from "../runs.js";
import { AreaTool } from "./area_tool.js";

/** @typedef {import("../geometry.js").Point} Point */

/** Fills the area that is drawn around; with Shift it takes the label away there. */
export class LassoTool extends AreaTool {
  name = "lasso";
  /** @type {Point[]} image px */
  #ring = [];
  #isTakingAway = false;

  /** @param {PointerEvent} event */
  down(event) {
    this.#ring = [this.pointOf(event)];
    this.#isTakingAway = event.shiftKey;
    this.#show();
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    if (!this.#ring.length) return;
    for (const event of events) this.#ring.push(this.pointOf(event));
    this.#show();
    this.hover(events[events.length - 1]);
  }

  /** @param {PointerEvent} _event */
  up(_event) {
    const ring = this.#ring;
    this.cancel();
    if (ring.length < 3) return;
    const { editor, panel } = this.bench;
    const area = fromPolygons(panel.planes.rows, panel.planes.columns, [ring]);
    const patch = this.#isTakingAway ? intersection(area, this.mask) : difference(area, this.mask);
    editor.change(editor.active, patch, "lasso", { points: ring.length, how: this.#isTakingAway ? "clear" : "set" });
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const isTakingAway = this.#ring.length ? this.#isTakingAway : event.shiftKey;
    this.showText(this.pointOf(event), isTakingAway ? "Take away inside" : "Fill inside");
  }

  cancel() {
    this.#ring = [];
    this.#show();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || !this.#ring.length) return false;
    this.cancel();
    return true;
  }

  #show() {
    const { overlay } = this.bench.panel;
    overlay.setArea(this.#ring);
    overlay.svg.toggleAttribute("data-taking-away", this.#isTakingAway);
  }
}
