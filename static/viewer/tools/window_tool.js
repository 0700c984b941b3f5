import { adjusted } from "../window_level.js";
import { Tool } from "./tool.js";

const WIDTH_PER_PX = 0.005; // relative, per css px to the right
const CENTER_PER_PX = 0.003; // of the width, per css px downwards

/** Window and level: to the right is wider (softer), downwards is darker. */
export class WindowTool extends Tool {
  name = "window";
  #last = { x: 0, y: 0 };

  /** @param {import("../image_panel.js").ImagePanel} panel */
  constructor(panel) {
    super();
    this.panel = panel;
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.#last = { x: event.clientX, y: event.clientY };
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    const { clientX: x, clientY: y } = events[events.length - 1];
    const { windowing, renderer } = this.panel;
    const darker = renderer.image.scale.inverted ? -1 : 1;
    const addCenter = darker * (y - this.#last.y) * CENTER_PER_PX * windowing.width;
    this.panel.setWindowing(adjusted(windowing, addCenter, Math.exp((x - this.#last.x) * WIDTH_PER_PX)));
    this.#last = { x, y };
  }
}
