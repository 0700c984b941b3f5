import { pixelAt } from "../geometry.js";
import { Tool } from "./tool.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../runs.js").Runs} Runs */
/** @typedef {import("../seat.js").Bench} Bench */

const REACH_PX = 8; // css px: so near a speck is pointed at
const CLICK_PX = 4; // css px: less movement than this is a click

/** What the tools share that change a whole area at once: where the pointer is, and what they have to say. */
export class AreaTool extends Tool {
  #hasSpoken = false;

  /** @param {Bench} bench */
  constructor(bench) {
    super();
    this.bench = bench;
  }

  /** @returns {Runs} the active label */
  get mask() {
    const { editor } = this.bench;
    return editor.masks[editor.active];
  }

  get reachPx() {
    return REACH_PX * this.#imagePxPerCssPx;
  }

  get clickPx() {
    return CLICK_PX * this.#imagePxPerCssPx;
  }

  get #imagePxPerCssPx() {
    const { pixelRatio, viewport } = this.bench.panel;
    return pixelRatio / viewport.view.scale;
  }

  /** @param {PointerEvent} event @returns {Point} image px */
  pointOf(event) {
    return this.bench.panel.imagePointOf(event);
  }

  /** @param {PointerEvent} event */
  pixelOf(event) {
    return pixelAt(this.pointOf(event));
  }

  /** @param {string} text why nothing happened and what to do; "" takes it away */
  tell(text) {
    if (text || this.#hasSpoken) this.bench.room.tell(text);
    this.#hasSpoken = Boolean(text);
  }

  /**
   * @param {Point} centre image px
   * @param {string} text at the pointer
   */
  showText(centre, text) {
    this.bench.panel.overlay.setCursor({ centre, radiusPx: 0, text, kind: this.name });
  }

  leave() {
    const { overlay } = this.bench.panel;
    overlay.setCursor(null);
    overlay.setFootprint(null);
  }

  putAway() {
    this.cancel();
    this.leave();
    this.tell("");
  }
}
