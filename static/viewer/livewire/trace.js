/**
 * Live-wire: the way along a vessel from an anchor to wherever the pointer is, with the vessel's width. Looks at
 * stored pixels alone, so the same two points give the same line at any window. Knows no DOM.
 */

import { Crop } from "./crop.js";
import { distance, normalAt, resample, smoothLine, smoothWeighted } from "./line.js";
import { measureProfiles, quantile } from "./profile.js";
import { measureRidge } from "./ridge.js";
import { ShortestPaths } from "./shortest_paths.js";

/** @typedef {import("../geometry.js").Point} Point */

/**
 * @typedef {object} TracePoint
 * @property {number} x image px
 * @property {number} y image px
 * @property {number} widthPx of the calcium across; NaN where none is seen anywhere near
 * @property {boolean} isCalcified
 */

// Arteries of the breast are one to three millimetres across, calcified walls a few tenths of one thick.
const NODE_MM = 0.22; // the search runs on pixels of at most this size
const RIDGES_MM = [0.3, 0.5, 0.9];
const WALLS_MM = /** @type {const} */ ([0.6, 3.2]);
const CREST_MM = 1.2;
const NEIGHBOURHOOD_MM = 6;
const SNAP_MM = 1.2; // a click so near to a vessel means the vessel
const STEP_MM = 0.25; // between the points of the line
const SMOOTHING_STEPS = 3;
const TANGENT_STEPS = 4; // of the line, for its direction at an end
// Profiles across the line.
/** How far to both sides a line is looked at. */
export const REACH_MM = 4;
const RADIUS_MM = 1.8;
const NICK_MM = 0.6; // a darker gap so narrow does not part a vessel from its neighbour
const PROFILE_STEP_MM = 0.1;
const ALONG_STEPS = 2.5; // averaged along the line
const EDGE_SMOOTHING_STEPS = 5;
const LEAST_CLEARNESS = 3;
const BRIGHT_PARTS = 0.8; // quantile of the contrast along the line that others are compared with
const EDGE_SHARE = 0.25;
const CALCIUM_SHARE = 0.4;
const WARM_UP_MM = 44;
const WARM_UP_ROUNDS = 5;
const LEAST_TRUST = 0.02; // of edges that are not clear

/** From one anchor, inside one crop. */
export class Trace {
  /**
   * @param {Crop} crop
   * @param {number} mmPerPx
   * @param {Point} anchor image px
   */
  constructor(crop, mmPerPx, anchor) {
    this.crop = crop;
    this.mmPerPx = mmPerPx;
    this.factor = Math.max(1, Math.floor(NODE_MM / mmPerPx + 1e-6));
    const image = crop.reduced(this.factor);
    this.rows = image.rows;
    this.columns = image.columns;
    const nodesPerMm = 1 / (mmPerPx * this.factor);
    this.ridge = measureRidge(image, {
      ridgesPx: RIDGES_MM.map((mm) => mm * nodesPerMm),
      wallsPx: [WALLS_MM[0] * nodesPerMm, WALLS_MM[1] * nodesPerMm],
      crestPx: CREST_MM * nodesPerMm,
      neighbourhoodPx: NEIGHBOURHOOD_MM * nodesPerMm,
    });
    this.anchor = anchor;
    this.paths = new ShortestPaths(this.ridge, this.rows, this.columns, this.#snap(anchor));
  }

  /**
   * @param {Point} point image px
   * @returns {TracePoint[]}
   */
  to(point) {
    const nodes = this.paths.pathTo(this.#snap(point)).map((node) => this.#pointOf(node));
    const stepPx = STEP_MM / this.mmPerPx;
    const line = smoothLine(resample(nodes, stepPx), SMOOTHING_STEPS);
    const centred = this.#centred(line);
    endAt(centred, this.anchor);
    endAt(centred.reverse(), point);
    return measured(this.crop, this.mmPerPx, centred.reverse());
  }

  /**
   * Moves a line sideways to the middle between the vessel's edges, where these are clear.
   * @param {Point[]} line
   */
  #centred(line) {
    const profiles = profilesOf(this.crop, this.mmPerPx, line);
    const offsets = profiles.map(({ left, right }) => (left + right) / 2);
    const trust = clear(profiles, EDGE_SHARE).map((isClear) => isClear + LEAST_TRUST);
    const smooth = smoothWeighted(offsets, trust, EDGE_SMOOTHING_STEPS);
    const moved = line.map(({ x, y }, i) => {
      const normal = normalAt(line, i);
      return { x: x + smooth[i] * normal.x, y: y + smooth[i] * normal.y };
    });
    return smoothLine(resample(moved, STEP_MM / this.mmPerPx), SMOOTHING_STEPS);
  }

  /**
   * @param {Point} point image px
   * @returns {number} node: clear, and near the point
   */
  #snap(point) {
    const { row, column } = this.#nodeAt(point);
    const reach = SNAP_MM / (this.mmPerPx * this.factor);
    let best = row * this.columns + column;
    let most = -Infinity;
    for (let y = Math.max(0, Math.ceil(row - reach)); y <= Math.min(this.rows - 1, row + reach); y++) {
      for (let x = Math.max(0, Math.ceil(column - reach)); x <= Math.min(this.columns - 1, column + reach); x++) {
        const node = y * this.columns + x;
        const near = 1 - ((y - row) ** 2 + (x - column) ** 2) / (reach * reach);
        if (near < 0 || this.ridge.strength[node] * near <= most) continue;
        best = node;
        most = this.ridge.strength[node] * near;
      }
    }
    return best;
  }

  /** @param {Point} point image px */
  #nodeAt({ x, y }) {
    const clip = (/** @type {number} */ value, /** @type {number} */ count) => Math.min(count - 1, Math.max(0, Math.floor(value)));
    return {
      row: clip((y - this.crop.box.row0) / this.factor, this.rows),
      column: clip((x - this.crop.box.column0) / this.factor, this.columns),
    };
  }

  /** @param {number} node @returns {Point} image px of its middle */
  #pointOf(node) {
    const row = Math.floor(node / this.columns);
    return {
      x: this.crop.box.column0 + (node - row * this.columns + 0.5) * this.factor,
      y: this.crop.box.row0 + (row + 0.5) * this.factor,
    };
  }
}

/** Run everything a few times, so that the first click of the reader does not wait for it. */
export function warmUp() {
  const side = WARM_UP_MM / NODE_MM;
  const box = { row0: 0, column0: 0, row1: side, column1: side };
  const values = Uint16Array.from({ length: side * side }, (_, i) => (i * i) % 1021);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    new Trace(new Crop(values, box, false), NODE_MM, { x: 0, y: 0 }).to({ x: side, y: side });
  }
}

/**
 * Shorten or lengthen the beginning of a line until it lies abreast of a point: the search began beside it.
 * @param {Point[]} line changed
 * @param {Point} point image px
 */
function endAt(line, point) {
  if (line.length < 2) return;
  const [first, later] = [line[0], line[Math.min(TANGENT_STEPS, line.length - 1)]];
  const length = distance(first, later) || 1;
  const along = { x: (later.x - first.x) / length, y: (later.y - first.y) / length };
  const ahead = (/** @type {Point} */ from) => (point.x - from.x) * along.x + (point.y - from.y) * along.y;
  if (ahead(first) < 0) line.unshift({ x: first.x + ahead(first) * along.x, y: first.y + ahead(first) * along.y });
  else while (line.length > 2 && ahead(line[1]) > 0) line.shift();
}

/**
 * @param {Crop} crop
 * @param {number} mmPerPx
 * @param {Point[]} line image px
 * @returns {TracePoint[]} the line in even steps, with its width
 */
export function measured(crop, mmPerPx, line) {
  const even = resample(line, STEP_MM / mmPerPx);
  const profiles = profilesOf(crop, mmPerPx, even);
  const widths = smoothWeighted(profiles.map(({ left, right }) => right - left), clear(profiles, EDGE_SHARE), EDGE_SMOOTHING_STEPS);
  const calcified = clear(profiles, CALCIUM_SHARE);
  return even.map(({ x, y }, i) => ({ x, y, widthPx: widths[i], isCalcified: calcified[i] === 1 }));
}

/**
 * @param {Crop} crop
 * @param {number} mmPerPx
 * @param {Point[]} line image px, in even steps
 */
function profilesOf(crop, mmPerPx, line) {
  return measureProfiles(crop, line, {
    reachPx: REACH_MM / mmPerPx,
    radiusPx: RADIUS_MM / mmPerPx,
    nickPx: NICK_MM / mmPerPx,
    stepPx: Math.max(0.5, PROFILE_STEP_MM / mmPerPx),
    alongSteps: ALONG_STEPS,
  });
}

/**
 * @param {import("./profile.js").Profile[]} profiles
 * @param {number} share of the contrast that the bright parts of the line have
 * @returns {number[]} 1 where the vessel stands out so much, else 0
 */
function clear(profiles, share) {
  const least = share * quantile(profiles.map(({ contrast }) => contrast), BRIGHT_PARTS);
  return profiles.map(({ contrast, clearness }) => (clearness > LEAST_CLEARNESS && contrast > least ? 1 : 0));
}
