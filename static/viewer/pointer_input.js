/**
 * Turns pointers and the wheel into calls of the tool. Whatever the tool: the wheel zooms at the pointer, the
 * middle button, Space or Alt pans, the right button changes the window. Nothing needs the right button: there
 * is a window tool.
 */

import { cssToCanvas } from "./geometry.js";
import { PanTool } from "./tools/pan_tool.js";
import { WindowTool } from "./tools/window_tool.js";

/** @typedef {import("./tools/tool.js").Tool} Tool */

const ZOOM_PER_PX = 0.0015; // natural logarithm of the scale per css px of the wheel
const WHEEL_LINE_PX = 16;
const WHEEL_PAGE_PX = 400;

/** One per panel. Event "tool" when another tool was chosen. */
export class PointerInput extends EventTarget {
  /** @type {Tool | null} the tool of the gesture under way */
  #held = null;
  #pointerId = -1;
  #isSpaceDown = false;

  /** @param {import("./image_panel.js").ImagePanel} panel */
  constructor(panel) {
    super();
    this.panel = panel;
    this.pan = new PanTool(panel);
    this.window = new WindowTool(panel);
    /** @type {Tool} */
    this.tool = this.pan;
    this.#listen(panel.element);
    this.choose(this.pan);
  }

  /** @param {Tool} tool */
  choose(tool) {
    if (tool !== this.tool) this.tool.putAway();
    this.tool = tool;
    this.panel.element.dataset.tool = tool.name;
    this.dispatchEvent(new Event("tool"));
  }

  /** Break the gesture under way off, as if it had not begun. */
  cancel() {
    this.#held?.cancel();
    this.#held = null;
  }

  /** @param {HTMLElement} element */
  #listen(element) {
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", (event) => this.#up(event));
    element.addEventListener("pointercancel", () => this.cancel());
    element.addEventListener("pointerleave", () => {
      if (!this.#held) this.tool.leave();
    });
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    window.addEventListener("keydown", (event) => this.#space(event, true));
    window.addEventListener("keyup", (event) => this.#space(event, false));
    window.addEventListener("blur", () => this.#setSpace(false));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.#held) return;
    event.preventDefault();
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); // keys go to the image now
    this.#held = this.#toolFor(event);
    this.#pointerId = event.pointerId;
    this.panel.element.setPointerCapture(event.pointerId);
    this.#held.down(event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#held) return this.tool.hover(event);
    if (event.pointerId !== this.#pointerId) return;
    const events = event.getCoalescedEvents?.() ?? []; // a fast stroke: several positions in one frame
    this.#held.drag(events.length ? events : [event]);
    if (this.#held !== this.tool) this.tool.hover(event);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerId !== this.#pointerId) return;
    const held = this.#held;
    this.#held = null;
    held?.up(event);
  }

  /**
   * @param {PointerEvent} event
   * @returns {Tool}
   */
  #toolFor(event) {
    if (event.button === 2) return this.window;
    if (event.button === 1 || this.#isSpaceDown || event.altKey) return this.pan;
    return this.tool;
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const unitPx = [1, WHEEL_LINE_PX, WHEEL_PAGE_PX][event.deltaMode];
    const box = this.panel.element.getBoundingClientRect();
    const at = cssToCanvas({ x: event.clientX - box.left, y: event.clientY - box.top }, this.panel.pixelRatio);
    this.panel.viewport.zoomAt(at, Math.exp(-event.deltaY * unitPx * ZOOM_PER_PX));
    this.panel.renderer.request();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {boolean} isDown
   */
  #space(event, isDown) {
    if (event.key !== " " || (event.target instanceof Element && event.target.closest("input, button, select, a"))) return;
    if (isDown) event.preventDefault(); // or the page scrolls
    this.#setSpace(isDown);
  }

  /** @param {boolean} isDown */
  #setSpace(isDown) {
    this.#isSpaceDown = isDown;
    this.panel.element.toggleAttribute("data-panning", isDown);
  }
}
