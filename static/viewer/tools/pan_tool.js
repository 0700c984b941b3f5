import { Tool } from "./tool.js";

const CLICK_PX = 4; // css px: less movement than this is a click

/** Moves the image with the pointer. */
export class PanTool extends Tool {
  name = "pan";
  #last = { x: 0, y: 0 };
  #moved = 0;

  /** @param {import("../image_panel.js").ImagePanel} panel */
  constructor(panel) {
    super();
    this.panel = panel;
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.#last = { x: event.clientX, y: event.clientY };
    this.#moved = 0;
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    const { clientX: x, clientY: y } = events[events.length - 1];
    const [dx, dy] = [x - this.#last.x, y - this.#last.y];
    this.#moved += Math.abs(dx) + Math.abs(dy);
    this.#last = { x, y };
    this.panel.viewport.panBy(dx * this.panel.pixelRatio, dy * this.panel.pixelRatio);
    this.panel.renderer.request();
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (this.#moved < CLICK_PX) this.panel.reportClick(event);
  }
}
