import { cutAlong, cutAt } from "../split.js";
import { AreaTool } from "./area_tool.js";

/** @typedef {import("../geometry.js").Point} Point */

/** Cuts a piece of the active label in two: along a line drawn across it, or where it is narrowest at a click. */
export class SplitTool extends AreaTool {
  name = "split";
  /** @type {Point | null} image px */
  #from = null;
  /** @type {Point} image px */
  #to = { x: 0, y: 0 };

  /** @param {PointerEvent} event */
  down(event) {
    this.#from = this.#to = this.pointOf(event);
    this.tell("");
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    if (!this.#from) return;
    this.#to = this.pointOf(events[events.length - 1]);
    this.bench.panel.overlay.setLine([this.#from, this.#to], 0);
  }

  /** @param {PointerEvent} _event */
  up(_event) {
    const [from, to] = [this.#from, this.#to];
    this.cancel();
    if (!from) return;
    const isClick = Math.hypot(to.x - from.x, to.y - from.y) < this.clickPx;
    const removed = isClick ? cutAt(this.mask, from, this.reachPx) : cutAlong(this.mask, from, to);
    if (removed.isEmpty) {
      this.tell("Nothing was cut. Draw a line right across one piece of the active label, or press on a narrow place.");
      return;
    }
    const { editor } = this.bench;
    editor.change(editor.active, removed, "split", { how: isClick ? "click" : "line" });
  }

  /** @param {PointerEvent} event */
  hover(event) {
    this.showText(this.pointOf(event), "Cut");
  }

  cancel() {
    this.#from = null;
    this.bench.panel.overlay.setLine([], 0);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || !this.#from) return false;
    this.cancel();
    return true;
  }
}
