import { centreOf, dotFinding, isOnImage, movedTo, nearestDot } from "../finding_shapes.js";
import { AreaTool } from "./area_tool.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../finding.js").Finding} Finding */

/** Marks single microcalcifications: a press sets a dot; one that is there is taken hold of, to move it. */
export class DotTool extends AreaTool {
  name = "dot";
  /** @type {{dot: Finding, from: Point, to: Point} | null} image px */
  #grip = null;

  /**
   * @param {import("../seat.js").Bench} bench
   * @param {import("../finding_desk.js").FindingDesk} desk
   */
  constructor(bench, desk) {
    super(bench);
    this.desk = desk;
  }

  /** @param {PointerEvent} event */
  down(event) {
    const point = this.pointOf(event);
    const { editor, panel } = this.bench;
    let dot = this.#dotAt(point);
    if (dot) {
      this.#grip = { dot, from: point, to: point };
    } else if (isOnImage(point, panel.planes)) {
      dot = dotFinding(point, this.desk.assessment, panel.planes);
      editor.putFinding(dot);
    }
    this.desk.select(dot?.id ?? null);
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    const last = events[events.length - 1];
    if (this.#grip) {
      this.#grip.to = this.pointOf(last);
      this.bench.panel.overlay.setLine([centreOf(this.#grip.dot), this.#grip.to], 0);
    }
    this.hover(last);
  }

  /** @param {PointerEvent} _event */
  up(_event) {
    const grip = this.#grip;
    this.cancel();
    if (!grip || Math.hypot(grip.to.x - grip.from.x, grip.to.y - grip.from.y) < this.clickPx) return;
    const { editor, panel } = this.bench;
    if (isOnImage(grip.to, panel.planes)) editor.putFinding(movedTo(grip.dot, grip.to, panel.planes));
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const point = this.pointOf(event);
    this.showText(point, this.#grip || this.#dotAt(point) ? "Drag to move" : "Dot");
  }

  cancel() {
    this.#grip = null;
    this.bench.panel.overlay.setLine([], 0);
  }

  /** @param {Point} point image px */
  #dotAt(point) {
    return nearestDot(this.bench.editor.findings.values(), point, this.reachPx);
  }
}
