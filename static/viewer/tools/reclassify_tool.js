import { componentAt, nearestPixel, runAt } from "../components.js";
import { LABELS, labelByName } from "../labels.js";
import { difference } from "../runs.js";
import { AreaTool } from "./area_tool.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../labels.js").LabelName} LabelName */
/** @typedef {import("../runs.js").Runs} Runs */
/** @typedef {{label: LabelName, piece: Runs}} Pointed */

/** Moves the piece under the pointer to the other label, in one act. */
export class ReclassifyTool extends AreaTool {
  name = "reclassify";
  /** @type {(Pointed & {mask: Runs}) | null} what is outlined now */
  #shown = null;

  /** @param {PointerEvent} event */
  down(event) {
    if (!this.moveAt(this.pointOf(event))) this.tell("There is no piece of a label here. Press on one to change its label.");
    this.hover(event);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const point = this.pointOf(event);
    const pointed = this.#pieceAt(point);
    this.bench.panel.overlay.setFootprint(pointed?.piece ?? null);
    this.showText(point, pointed ? `To ${labelByName(otherLabel(pointed.label)).title}` : "");
  }

  /**
   * @param {Point} point image px
   * @returns {boolean} false where there is no piece
   */
  moveAt(point) {
    const pointed = this.#pieceAt(point);
    if (!pointed) return false;
    this.tell("");
    const { editor } = this.bench;
    const { label, piece } = pointed;
    const to = otherLabel(label);
    const patches = [{ label, patch: piece }, { label: to, patch: difference(piece, editor.masks[to]) }];
    editor.changeAll(patches, "reclassify", { to });
    return true;
  }

  /**
   * @param {Point} point image px
   * @returns {Pointed | null} of the active label, if both are near
   */
  #pieceAt(point) {
    const { editor } = this.bench;
    for (const label of [editor.active, otherLabel(editor.active)]) {
      const mask = editor.masks[label];
      const pixel = nearestPixel(mask, point, this.reachPx);
      if (!pixel) continue;
      const isShown = this.#shown?.mask === mask && runAt(this.#shown.piece, pixel.row, pixel.column) >= 0;
      if (isShown && this.#shown) return this.#shown;
      const piece = componentAt(mask, pixel.row, pixel.column);
      this.#shown = piece && { label, piece, mask };
      return this.#shown;
    }
    return null;
  }
}

/** @param {LabelName} label @returns {LabelName} */
function otherLabel(label) {
  return LABELS[1 - labelByName(label).plane].name;
}
