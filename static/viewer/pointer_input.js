/**
 * Turns mouse, pen, fingers and the wheel into calls of the tool.
 *
 * Mouse and pen use the tool. Whatever the tool: the wheel zooms at the pointer, the middle button, Space or Alt
 * pans, the right button changes the window. Nothing needs the right button: there is a window tool.
 *
 * One finger pans, or uses the tool where `isFingerDrawing`; two fingers pan and zoom, and take back a stroke that
 * the first of them had just begun. While a pen draws or hovers, a touch is the palm of the hand that holds it.
 */

import { cssToCanvas } from "./geometry.js";
import { Grip } from "./pinch.js";
import { PanTool } from "./tools/pan_tool.js";
import { WindowTool } from "./tools/window_tool.js";

/** @typedef {import("./tools/tool.js").Tool} Tool */

const ZOOM_PER_PX = 0.0015; // natural logarithm of the scale per css px of the wheel
const WHEEL_LINE_PX = 16;
const WHEEL_PAGE_PX = 400;
const JUST_BEGUN_MS = 250; // a second finger may come so much later than the first
const JUST_BEGUN_PX = 10; // css px: or as long as the first one has hardly moved
const PALM_MS = 500; // after the pen was last seen near the glass

/** One per panel. Event "tool" when another tool was chosen. */
export class PointerInput extends EventTarget {
  /** True where one finger uses the tool instead of panning. */
  isFingerDrawing = false;
  /** @type {Tool | null} the tool of the gesture under way */
  #held = null;
  /** @type {PointerEvent | null} that began the gesture under way */
  #began = null;
  /** @type {Map<number, PointerEvent>} fingers on the glass that are no palm, where they were last */
  #fingers = new Map();
  /** @type {Grip | null} two fingers, and the one that stays when the other was lifted */
  #grip = null;
  #penSeenAt = -Infinity;
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

  /** Break it off, and keep what is drawn so far. */
  finish() {
    this.#held?.finish();
    this.#held = null;
  }

  /** @param {HTMLElement} element */
  #listen(element) {
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", (event) => this.#up(event));
    element.addEventListener("pointercancel", (event) => this.#lose(event));
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
    event.preventDefault();
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); // keys go to the image now
    if (event.pointerType === "touch") return this.#fingerDown(event);
    if (event.pointerType === "pen") this.#dropFingers();
    if (!this.#held) this.#begin(event);
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    this.#held = this.#toolFor(event);
    this.#began = event;
    this.panel.element.setPointerCapture(event.pointerId);
    this.#held.down(event);
  }

  /** @param {PointerEvent} event */
  #fingerDown(event) {
    const isBusy = this.#held !== null && this.#began?.pointerType !== "touch";
    if (isBusy || event.timeStamp - this.#penSeenAt < PALM_MS) return;
    if (this.#held && !this.#isJustBegun(event)) return; // a finger that comes to rest beside the one that draws
    this.#fingers.set(event.pointerId, event);
    if (this.#fingers.size === 1) return this.#begin(event);
    this.panel.element.setPointerCapture(event.pointerId);
    this.cancel();
    this.tool.leave();
    this.#grasp();
  }

  /**
   * @param {PointerEvent} event of a second finger
   * @returns {boolean} true if the first one may have meant to hold the image, not to draw
   */
  #isJustBegun(event) {
    if (!this.#began || this.#held !== this.tool || this.tool === this.pan) return true;
    return event.timeStamp - this.#began.timeStamp < JUST_BEGUN_MS || this.#movedPx < JUST_BEGUN_PX;
  }

  /** @returns {number} css px between the finger that began the gesture and where it is */
  get #movedPx() {
    if (!this.#began) return 0;
    const now = this.#fingers.get(this.#began.pointerId) ?? this.#began;
    return Math.hypot(now.clientX - this.#began.clientX, now.clientY - this.#began.clientY);
  }

  /** The pen takes over: what lies on the glass is the hand that holds it. */
  #dropFingers() {
    this.#fingers.clear();
    this.#grip = null;
    if (this.#began?.pointerType === "touch") this.cancel();
  }

  #grasp() {
    this.#grip = this.#fingers.size ? new Grip(this.panel.viewport, this.#fingersOnCanvas()) : null;
  }

  #fingersOnCanvas() {
    return [...this.#fingers.values()].map((event) => this.#onCanvas(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerType === "pen") this.#penSeenAt = event.timeStamp;
    const isFinger = this.#fingers.has(event.pointerId);
    if (isFinger) this.#fingers.set(event.pointerId, event);
    if (this.#grip) return isFinger ? this.#moveGrip(this.#grip) : undefined;
    if (!this.#held) return event.pointerType === "touch" ? undefined : this.tool.hover(event);
    if (event.pointerId !== this.#began?.pointerId) return;
    const events = event.getCoalescedEvents?.() ?? []; // a fast stroke: several positions in one frame
    this.#held.drag(events.length ? events : [event]);
    if (this.#held !== this.tool && !isFinger) this.tool.hover(event);
  }

  /** @param {Grip} grip */
  #moveGrip(grip) {
    grip.move(this.#fingersOnCanvas());
    this.panel.renderer.request();
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (this.#liftFinger(event) || event.pointerId !== this.#began?.pointerId) return;
    const held = this.#held;
    this.#held = null;
    held?.up(event);
    if (event.pointerType === "touch") this.tool.leave();
  }

  /** @param {PointerEvent} event the browser took the pointer away; a touch that hardly moved was a palm */
  #lose(event) {
    const isPalm = event.pointerType === "touch" && this.#movedPx < JUST_BEGUN_PX;
    if (this.#liftFinger(event) || event.pointerId !== this.#began?.pointerId) return;
    if (isPalm) this.cancel();
    else this.finish();
  }

  /**
   * @param {PointerEvent} event
   * @returns {boolean} true if the finger was one that holds the image
   */
  #liftFinger(event) {
    this.#fingers.delete(event.pointerId);
    if (!this.#grip) return false;
    this.#grasp();
    return true;
  }

  /**
   * @param {PointerEvent} event
   * @returns {Tool}
   */
  #toolFor(event) {
    if (event.button === 2) return this.window;
    if (event.button === 1 || this.#isSpaceDown || event.altKey) return this.pan;
    return event.pointerType === "touch" && !this.isFingerDrawing ? this.pan : this.tool;
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const unitPx = [1, WHEEL_LINE_PX, WHEEL_PAGE_PX][event.deltaMode];
    this.panel.viewport.zoomAt(this.#onCanvas(event), Math.exp(-event.deltaY * unitPx * ZOOM_PER_PX));
    this.panel.renderer.request();
  }

  /** @param {MouseEvent} event @returns {import("./geometry.js").Point} canvas px */
  #onCanvas(event) {
    const box = this.panel.element.getBoundingClientRect();
    return cssToCanvas({ x: event.clientX - box.left, y: event.clientY - box.top }, this.panel.pixelRatio);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {boolean} isDown
   */
  #space(event, isDown) {
    if (event.key !== " " || (event.target instanceof Element && event.target.closest("input, button, select, a, summary"))) return;
    if (isDown) event.preventDefault(); // or the page scrolls
    this.#setSpace(isDown);
  }

  /** @param {boolean} isDown */
  #setSpace(isDown) {
    this.#isSpaceDown = isDown;
    this.panel.element.toggleAttribute("data-panning", isDown);
  }
}
