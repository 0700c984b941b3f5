import { groupFinding } from "../finding_shapes.js";
import { AreaTool } from "./area_tool.js";

/** @typedef {import("../geometry.js").Point} Point */

/** Marks a group of microcalcifications by the ring that is drawn around it. */
export class GroupTool extends AreaTool {
  name = "group";
  /** @type {Point[]} image px */
  #ring = [];

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
    this.#ring = [this.pointOf(event)];
    this.tell("");
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    if (!this.#ring.length) return;
    for (const event of events) this.#ring.push(this.pointOf(event));
    this.bench.panel.overlay.setArea(this.#ring);
    this.hover(events[events.length - 1]);
  }

  /** @param {PointerEvent} _event */
  up(_event) {
    const ring = this.#ring;
    this.cancel();
    if (!ring.length) return;
    const { editor, panel } = this.bench;
    const group = groupFinding(ring, this.desk.assessment, panel.planes);
    if (!group) return this.tell("Draw a ring around the group, with the button held.");
    editor.putFinding(group);
    this.desk.select(group.id);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const isKnown = [...this.bench.editor.findings.values()].some(({ shape }) => shape === "group");
    this.showText(this.pointOf(event), isKnown ? "" : "Ring around a group");
  }

  cancel() {
    this.#ring = [];
    this.bench.panel.overlay.setArea([]);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || !this.#ring.length) return false;
    this.cancel();
    return true;
  }
}
