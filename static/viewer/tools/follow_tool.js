import { LineOverlay } from "../line_overlay.js";
import { Draft } from "../livewire/draft.js";
import { bandOf, drawLine, pointInside, wordsOf } from "../livewire/drawn_line.js";
import { Tool } from "./tool.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../livewire/trace.js").TracePoint} TracePoint */

const DRAG_PX = 12; // css px: a press that moves farther before it ends gives both ends of the line

/**
 * Follows a vessel from one click to the next, with its width. Click the start, move, click the end. A click with
 * Shift fixes the way so far; Backspace takes that back, Escape drops the line, Enter ends it at the pointer.
 */
export class FollowTool extends Tool {
  name = "follow";
  /** @type {Draft | null} */
  #draft = null;
  /** @type {Set<Draft>} ended by a click, the last way not known yet */
  #ending = new Set();
  /** @type {Point | null} image px */
  #over = null;
  #pressedAt = { x: 0, y: 0 }; // css px
  #isFirstPress = false;

  /**
   * @param {import("../seat.js").Bench} bench
   * @param {import("../livewire/live_wire.js").LiveWire} wire
   * @param {import("../livewire/line_options.js").LineOptions} options
   */
  constructor(bench, wire, options) {
    super();
    this.bench = bench;
    this.wire = wire;
    this.options = options;
    this.overlay = new LineOverlay(bench.panel, "draft");
    options.addEventListener("change", () => this.#show());
    bench.size.addEventListener("change", () => this.#show());
    // The second press of a double click on the end would begin another line.
    bench.panel.element.addEventListener("dblclick", () => {
      if (this.#draft?.isNew) this.cancel();
    });
  }

  /** @param {PointerEvent} event */
  down(event) {
    const point = pointInside(this.bench.panel, event);
    this.#pressedAt = { x: event.clientX, y: event.clientY };
    this.#isFirstPress = !this.#draft;
    this.#over = point;
    if (!this.#draft) this.#begin(point);
    else if (event.shiftKey) this.#draft.fix(point);
    else this.#finish(point);
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    this.hover(events[events.length - 1]);
  }

  /** @param {PointerEvent} event */
  up(event) {
    const moved = Math.hypot(event.clientX - this.#pressedAt.x, event.clientY - this.#pressedAt.y);
    if (this.#isFirstPress && moved > DRAG_PX) this.#finish(pointInside(this.bench.panel, event));
  }

  /** @param {PointerEvent} event */
  hover(event) {
    this.wire.wake();
    this.#over = pointInside(this.bench.panel, event);
    this.#draft?.moveTo(this.#over);
    this.#show();
  }

  leave() {
    this.#over = null;
    this.bench.panel.overlay.setCursor(null);
  }

  cancel() {
    this.#draft = null;
    this.#show();
  }

  /** What was fixed, or ended a moment ago, is drawn: nothing traced is lost. */
  putAway() {
    for (const draft of this.#ending) this.#draw(draft.points);
    this.#ending.clear();
    if (this.#draft) this.#draw(this.#draft.fixed);
    this.cancel();
    this.leave();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.#draft) return false;
    if (event.key === "Enter") this.#finish(this.#over);
    else if (event.key === "Escape") this.cancel();
    else if (event.key === "Backspace") this.#takeBack(this.#draft);
    else return false;
    return true;
  }

  /** @param {1 | -1} by */
  resize(by) {
    this.options.resize(by);
    return true;
  }

  /** @param {Point} point */
  #begin(point) {
    const { room, panel } = this.bench;
    if (panel.greyAt(0, 0) === null) return room.tell("The image is still on its way. Click again in a moment.");
    this.#draft = new Draft((anchor) => this.wire.from(panel, anchor), point, () => this.#show());
    this.#show();
  }

  /** @param {Draft} draft */
  #takeBack(draft) {
    if (!draft.takeBack()) return this.cancel();
    if (this.#over) draft.moveTo(this.#over);
    this.#show();
  }

  /** @param {Point | null} point where the line ends; null: where it was last seen */
  async #finish(point) {
    const draft = this.#draft;
    if (!draft) return;
    this.#draft = null;
    this.#ending.add(draft);
    try {
      if (point) await draft.finish(point);
      if (this.#ending.has(draft)) this.#draw(draft.points);
    } catch (error) {
      this.bench.room.say(/** @type {Error} */ (error).message);
    }
    this.#ending.delete(draft);
    this.#show();
  }

  /** @param {TracePoint[]} points */
  #draw(points) {
    drawLine(this.bench, points, this.options, "follow");
  }

  #show() {
    const { panel, size } = this.bench;
    const drafts = [...this.#ending, ...(this.#draft ? [this.#draft] : [])];
    const bands = drafts.map(({ points, anchors }) => ({ ...bandOf(points, panel, this.options, size), knots: anchors }));
    this.overlay.show(bands);
    if (!this.#over) return;
    const points = this.#draft?.points ?? [];
    const widths = bands[bands.length - 1]?.widthsPx ?? [];
    const widthPx = widths[widths.length - 1] ?? size.diameterPx;
    const text = wordsOf(points, widthPx, this.options, size);
    panel.overlay.setCursor({ centre: this.#over, radiusPx: widthPx / 2, text, kind: this.name });
  }
}
