import { tube } from "../drawing.js";
import { closestPixels, endNear, piecesNear } from "../joining.js";
import { pointInside } from "../livewire/drawn_line.js";
import { mmPerPxOf } from "../livewire/live_wire.js";
import { difference } from "../runs.js";
import { Tool } from "./tool.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../runs.js").Runs} Runs */

const REACH_MM = 20; // from the click to the pieces: a gap of up to twice this
const TOUCH_MM = 3; // from either end of a drag to the piece that is meant
const END_MM = 1.5; // how far inside a piece its middle is looked for
const DRAG_PX = 12; // css px

/**
 * Joins two pieces of the active label along the vessel between them. Click into the gap; or press on one piece and
 * release on the other.
 */
export class JoinTool extends Tool {
  name = "join";
  /** @type {Point | null} image px */
  #pressed = null;
  #pressedAt = { x: 0, y: 0 }; // css px

  /**
   * @param {import("../seat.js").Bench} bench
   * @param {import("../livewire/live_wire.js").LiveWire} wire
   */
  constructor(bench, wire) {
    super();
    this.bench = bench;
    this.wire = wire;
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.#pressed = pointInside(this.bench.panel, event);
    this.#pressedAt = { x: event.clientX, y: event.clientY };
    this.hover(event);
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    const { panel } = this.bench;
    const event = events[events.length - 1];
    this.hover(event);
    if (this.#pressed) panel.overlay.setLine([this.#pressed, pointInside(panel, event)], 0);
  }

  /** @param {PointerEvent} event */
  up(event) {
    const pressed = this.#pressed;
    this.cancel();
    if (!pressed) return;
    const moved = Math.hypot(event.clientX - this.#pressedAt.x, event.clientY - this.#pressedAt.y);
    const released = pointInside(this.bench.panel, event);
    const pair = moved > DRAG_PX ? this.#piecesOf(pressed, released) : this.#piecesAround(released);
    if (typeof pair === "string") this.bench.room.tell(pair);
    else this.#join(pair);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const { panel } = this.bench;
    const centre = pointInside(panel, event);
    panel.overlay.setCursor({ centre, radiusPx: 0, text: "click the gap, or drag from piece to piece", kind: this.name });
  }

  leave() {
    this.bench.panel.overlay.setCursor(null);
  }

  cancel() {
    this.#pressed = null;
    this.bench.panel.overlay.setLine([], 0);
  }

  putAway() {
    this.cancel();
    this.leave();
  }

  /**
   * @param {Point} point
   * @returns {[Runs, Runs] | string} the two pieces, or why there are none
   */
  #piecesAround(point) {
    const pieces = piecesNear(this.#mask, point, this.#px(REACH_MM));
    if (pieces.length >= 2) return [pieces[0], pieces[1]];
    const found = pieces.length ? "Only one piece" : "No piece";
    return `${found} of this label lies within ${this.#lengthText(REACH_MM)} of the click. Click into a gap between two pieces.`;
  }

  /**
   * @param {Point} from
   * @param {Point} to
   * @returns {[Runs, Runs] | string}
   */
  #piecesOf(from, to) {
    const [one, other] = [from, to].map((point) => piecesNear(this.#mask, point, this.#px(TOUCH_MM))[0]);
    if (!one || !other) return "One end of the drag touches no piece of this label. Press on one piece and release on the other.";
    const isSame = one.runs.length === other.runs.length && one.runs.every((value, i) => value === other.runs[i]);
    return isSame ? "Both ends of the drag lie on the same piece." : [one, other];
  }

  /** @param {[Runs, Runs]} pieces in any order: the bridge is the same */
  async #join(pieces) {
    const { editor, panel, room } = this.bench;
    const [one, other] = pieces.sort((a, b) => a.runs[0] - b.runs[0] || a.runs[1] - b.runs[1]);
    const label = editor.active;
    const { from, to } = closestPixels(one, other);
    const ends = [endNear(one, from, this.#px(END_MM)), endNear(other, to, this.#px(END_MM))];
    try {
      const way = await this.wire.from(panel, ends[0].point).to(ends[1].point);
      const points = [ends[0].point, ...way, ends[1].point];
      const widthsPx = points.map((_, i) => ends[0].widthPx + (i / (points.length - 1)) * (ends[1].widthPx - ends[0].widthPx));
      const drawn = tube(one.rows, one.columns, points, widthsPx);
      room.tell("");
      editor.change(label, difference(drawn, editor.masks[label]), "join", { points: points.length });
    } catch (error) {
      room.say(/** @type {Error} */ (error).message);
    }
  }

  get #mask() {
    const { editor } = this.bench;
    return editor.masks[editor.active];
  }

  /** @param {number} mm */
  #px(mm) {
    return mm / mmPerPxOf(this.bench.panel);
  }

  /** @param {number} mm */
  #lengthText(mm) {
    return this.bench.panel.mammogram?.length_spacing_mm ? `${mm} mm` : `${Math.round(this.#px(mm))} px`;
  }
}
