import { cssToCanvas } from "../geometry.js";
import { Tool } from "./tool.js";

const CLICK_PX = 4; // css px: less movement than this is a click
const TAP_PX = 10; // a finger is never quite still

/** Moves the image with the pointer: the place it took hold of stays below it. */
export class PanTool extends Tool {
  name = "pan";
  /** @type {import("../geometry.js").Point} image px */
  #held = { x: 0, y: 0 };
  #began = { x: 0, y: 0 };
  #isClick = false;

  /** @param {import("../image_panel.js").ImagePanel} panel */
  constructor(panel) {
    super();
    this.panel = panel;
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.#held = this.panel.imagePointOf(event);
    this.#began = { x: event.clientX, y: event.clientY };
    this.#isClick = true;
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    const { clientX: x, clientY: y, pointerType } = events[events.length - 1];
    const movedPx = Math.hypot(x - this.#began.x, y - this.#began.y);
    if (movedPx >= (pointerType === "touch" ? TAP_PX : CLICK_PX)) this.#isClick = false;
    const { panel } = this;
    const box = panel.canvas.getBoundingClientRect();
    panel.viewport.hold(this.#held, cssToCanvas({ x: x - box.left, y: y - box.top }, panel.pixelRatio));
    panel.renderer.request();
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (this.#isClick) this.panel.reportClick(event);
  }
}
