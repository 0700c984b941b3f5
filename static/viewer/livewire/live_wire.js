/**
 * The page's side of the live-wire: starts the Worker, hands it the pixels around an anchor, and more of them when
 * the pointer goes farther. The rectangle depends on anchor and pointer alone, not on the way the pointer took, so
 * that the same two clicks always give the same line.
 */

import { pxToMm } from "../geometry.js";
import { isDarkBright } from "../presentation.js";
import { Crop } from "./crop.js";
import { measured, REACH_MM } from "./trace.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../runs.js").Box} Box */
/** @typedef {import("../image_panel.js").ImagePanel} ImagePanel */
/** @typedef {import("./trace.js").TracePoint} TracePoint */

const CELL_MM = 25; // the pixels looked at change when the pointer enters another square of this size
const MARGIN_MM = 15; // around the anchor and the pointer's square: a vessel may swing out
const MOST_HELD = 2; // rectangles that the Worker keeps

/** One for all images of the page. */
export class LiveWire {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, {resolve: (points: TracePoint[]) => void, reject: (error: Error) => void}>} */
  #asked = new Map();
  /** @type {string[]} names of what the Worker holds, the oldest first */
  #held = [];
  #number = 0;

  /**
   * @param {ImagePanel} panel with its pixels
   * @param {Point} anchor image px
   * @returns {Wire}
   */
  from(panel, anchor) {
    return new Wire(this, panel, anchor, `${this.#number++}`);
  }

  /** Start the Worker before it is asked: the first click shall not wait for it. */
  wake() {
    this.#worker ??= this.#start();
  }

  /**
   * @param {string} name
   * @param {() => Omit<import("./livewire_worker.js").HoldRequest, "kind" | "name" | "drop">} pixels asked for if
   *   the Worker does not hold them
   * @param {Point} point image px
   * @returns {Promise<TracePoint[]>}
   */
  ask(name, pixels, point) {
    const worker = (this.#worker ??= this.#start());
    if (!this.#held.includes(name)) {
      const drop = this.#held.length < MOST_HELD ? null : /** @type {string} */ (this.#held.shift());
      const request = pixels();
      worker.postMessage({ kind: "hold", name, drop, ...request }, [request.values.buffer]);
      this.#held.push(name);
    }
    const number = this.#number++;
    worker.postMessage({ kind: "path", name, number, point });
    return new Promise((resolve, reject) => this.#asked.set(number, { resolve, reject }));
  }

  #start() {
    const worker = new Worker(new URL("./livewire_worker.js", import.meta.url), { type: "module" });
    worker.onmessage = (/** @type {MessageEvent<import("./livewire_worker.js").Reply>} */ { data }) => {
      this.#asked.get(data.number)?.resolve(data.points);
      this.#asked.delete(data.number);
    };
    worker.onerror = () => this.#giveUp();
    return worker;
  }

  /** What was asked is answered with an error; the next question starts anew. */
  #giveUp() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#held = [];
    for (const { reject } of this.#asked.values()) reject(new Error("The vessel could not be followed. Click again, or use the line."));
    this.#asked.clear();
  }
}

/** The ways from one anchor. */
export class Wire {
  /**
   * @param {LiveWire} owner
   * @param {ImagePanel} panel
   * @param {Point} anchor image px
   * @param {string} name
   */
  constructor(owner, panel, anchor, name) {
    this.owner = owner;
    this.panel = panel;
    this.anchor = anchor;
    this.name = name;
    this.mmPerPx = mmPerPxOf(panel);
  }

  /**
   * @param {Point} point image px
   * @returns {Promise<TracePoint[]>} from the anchor to the point
   */
  to(point) {
    const { across, down } = cellOf(this.anchor, point, this.mmPerPx);
    return this.owner.ask(`${this.name} ${across} ${down}`, () => this.#pixelsFor(point), point);
  }

  /** @param {Point} point */
  #pixelsFor(point) {
    const { panel, anchor, mmPerPx } = this;
    const box = boxFor(panel.planes, anchor, point, mmPerPx);
    const values = /** @type {Uint8Array | Uint16Array} */ (panel.greysIn(box));
    return { values, box, isDarkBright: isDarkBright(panel.mammogram), mmPerPx, anchor };
  }
}

/**
 * @param {Point} anchor image px
 * @param {Point} point image px
 * @param {number} mmPerPx
 * @returns {{across: number, down: number}} the square that the point is in, counted from the anchor's
 */
function cellOf(anchor, point, mmPerPx) {
  const cellPx = CELL_MM / mmPerPx;
  return { across: Math.round((point.x - anchor.x) / cellPx), down: Math.round((point.y - anchor.y) / cellPx) };
}

/**
 * @param {{rows: number, columns: number}} image
 * @param {Point} anchor image px
 * @param {Point} point image px
 * @param {number} mmPerPx
 * @returns {Box} what is looked at for a line from the anchor to the point
 */
export function boxFor(image, anchor, point, mmPerPx) {
  const { across, down } = cellOf(anchor, point, mmPerPx);
  const cellPx = CELL_MM / mmPerPx;
  const far = { x: anchor.x + across * cellPx, y: anchor.y + down * cellPx };
  return boxAround(image, [anchor, far], cellPx / 2 + MARGIN_MM / mmPerPx);
}

/**
 * @param {ImagePanel} panel with its pixels
 * @param {Point[]} points image px
 * @returns {TracePoint[]} the straight pieces between the points, with the width of what lies along them
 */
export function measuredOn(panel, points) {
  const mmPerPx = mmPerPxOf(panel);
  const box = boxAround(panel.planes, points, REACH_MM / mmPerPx);
  const values = /** @type {Uint8Array | Uint16Array} */ (panel.greysIn(box));
  return measured(new Crop(values, box, isDarkBright(panel.mammogram)), mmPerPx, points);
}

/**
 * @param {{rows: number, columns: number}} image
 * @param {Point[]} points image px
 * @param {number} reachPx
 * @returns {Box} as far as it lies in the image
 */
function boxAround({ rows, columns }, points, reachPx) {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return {
    row0: Math.max(0, Math.floor(Math.min(...ys) - reachPx)),
    column0: Math.max(0, Math.floor(Math.min(...xs) - reachPx)),
    row1: Math.min(rows, Math.ceil(Math.max(...ys) + reachPx)),
    column1: Math.min(columns, Math.ceil(Math.max(...xs) + reachPx)),
  };
}

const USUAL_HEIGHT_MM = 260; // of a film or detector: what an image of unknown spacing is taken for

/**
 * @param {ImagePanel} panel
 * @returns {number} to know how wide vessels are; no length is told from a guess
 */
export function mmPerPxOf({ mammogram, planes }) {
  return pxToMm(1, mammogram?.length_spacing_mm ?? null) ?? USUAL_HEIGHT_MM / Math.max(planes.rows, planes.columns);
}
