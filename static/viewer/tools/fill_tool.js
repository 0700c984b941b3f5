import { holeAt } from "../holes.js";
import { runAt } from "../components.js";
import { AreaTool } from "./area_tool.js";

/** @typedef {import("../runs.js").Runs} Runs */

/** Fills the hole of the active label under the pointer. One that is not closed is not filled: it says so. */
export class FillTool extends AreaTool {
  name = "fill";
  /** @type {{mask: Runs, hole: Runs} | null} what is outlined now */
  #shown = null;

  /** @param {PointerEvent} event */
  down(event) {
    const { row, column } = this.pixelOf(event);
    const hole = holeAt(this.mask, row, column);
    this.tell(hole ? "" : this.#refusal(row, column));
    if (!hole) return;
    const { editor } = this.bench;
    editor.change(editor.active, hole, "fill", {});
    this.hover(event);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const { row, column } = this.pixelOf(event);
    if (this.#shown?.mask !== this.mask || runAt(this.#shown.hole, row, column) < 0) {
      const hole = holeAt(this.mask, row, column);
      this.#shown = hole && { mask: this.mask, hole };
    }
    this.bench.panel.overlay.setFootprint(this.#shown?.hole ?? null);
    this.showText(this.pointOf(event), this.#shown ? "Fill" : "");
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  #refusal(row, column) {
    if (runAt(this.mask, row, column) >= 0) return "This is the label itself. Press inside the area that it surrounds.";
    return "This area is not closed. Close the gap in its outline, or draw around it with the lasso.";
  }
}
