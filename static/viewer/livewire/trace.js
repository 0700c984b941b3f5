/**
 * Live-wire: the way along a vessel from an anchor to wherever the pointer is, with the vessel's width. Looks at
 * stored pixels alone, so the same two points give the same line at any window. Knows no DOM.
 */

import { Crop } from "./crop.js";
import { distance, normalAt, resample, smoothLine, smoothWeighted } from "./line.js";
import { measureProfiles, quantile } from "./profile.js";
import { RidgeTiles } from "./ridge_tiles.js";
import { ShortestPaths } from "./shortest_paths.js";
import { SNAP_MM, vesselAt, WALLS_MM } from "./vessel.js";

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
const CREST_MM = /** @type {const} */ ([0.4, 1.2]); // least, and where nothing is known of the vessel
const NEIGHBOURHOOD_MM = 6;
const STEP_MM = 0.25; // between the points of the line
const SMOOTHING_STEPS = 3;
const TANGENT_STEPS = 4; // of the line, for its direction at an end
// Profiles across the line.
/** How far to both sides a line is looked at. */
export const REACH_MM = 4;
const RADIUS_MM = /** @type {const} */ ([0.7, 1.8]); // edges are looked for so far, at least and at most
const NICK_MM = 0.6; // a darker gap so narrow does not part a vessel from its neighbour
const PROFILE_STEP_MM = 0.1;
const ALONG_STEPS = 2.5; // averaged along the line
const EDGE_SMOOTHING_STEPS = 5;
const LEAST_CLEARNESS = 3;
const BRIGHT_PARTS = 0.8; // quantile of the contrast along the line that others are compared with
const EDGE_SHARE = 0.25;
const BRIGHTER = 2; // than the line usually is
const CALCIUM_SHARE = 0.4;
const WARM_UP_MM = 44;
const WARM_UP_ROUNDS = 16;
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
    this.anchor = anchor;
    const vessel = vesselAt(crop, mmPerPx, this.factor, anchor);
    this.radiusMm = radiusMmOf(vessel);
    this.ridge = new RidgeTiles(crop, this.factor, scalesFor(vessel, mmPerPx * this.factor));
    this.paths = new ShortestPaths(this.ridge, this.#snap(vessel.middle));
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
    return measured(this.crop, this.mmPerPx, centred.reverse(), this.radiusMm);
  }

  /**
   * Moves a line sideways to the middle between the vessel's edges, where these are clear.
   * @param {Point[]} line
   */
  #centred(line) {
    const profiles = profilesOf(this.crop, this.mmPerPx, line, this.radiusMm);
    const offsets = profiles.map(({ left, right }) => (left + right) / 2);
    const trust = itsOwn(profiles).map((isOwn) => isOwn + LEAST_TRUST);
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
    let best = row * this.ridge.columns + column;
    let most = -Infinity;
    for (let y = Math.max(0, Math.ceil(row - reach)); y <= Math.min(this.ridge.rows - 1, row + reach); y++) {
      for (let x = Math.max(0, Math.ceil(column - reach)); x <= Math.min(this.ridge.columns - 1, column + reach); x++) {
        const node = y * this.ridge.columns + x;
        const near = 1 - ((y - row) ** 2 + (x - column) ** 2) / (reach * reach);
        this.ridge.need(y, x);
        if (near < 0 || this.ridge.level[node] * near <= most) continue;
        best = node;
        most = this.ridge.level[node] * near;
      }
    }
    return best;
  }

  /** @param {Point} point image px */
  #nodeAt({ x, y }) {
    const clip = (/** @type {number} */ value, /** @type {number} */ count) => Math.min(count - 1, Math.max(0, Math.floor(value)));
    return {
      row: clip((y - this.crop.box.row0) / this.factor, this.ridge.rows),
      column: clip((x - this.crop.box.column0) / this.factor, this.ridge.columns),
    };
  }

  /** @param {number} node @returns {Point} image px of its middle */
  #pointOf(node) {
    const row = Math.floor(node / this.ridge.columns);
    return {
      x: this.crop.box.column0 + (node - row * this.ridge.columns + 0.5) * this.factor,
      y: this.crop.box.row0 + (row + 0.5) * this.factor,
    };
  }
}

// A vessel grows narrower and wider along its way, and is filled in one place and has two walls in the next.
const NARROWER = 0.65;
const WIDER = 1.4;
const BLUR_SHARE = 0.6; // of its size: a Gaussian that is wider takes the neighbour in
const BESIDE_MM = 0.4;
// What is about as strong as the vessel at the click is as good as a brighter neighbour.
const LIKE_ANCHOR = 0.7;
const PERFECT = /** @type {const} */ ([6, 30]); // times what is usual, at least and at most

/** @param {import("./vessel.js").Vessel} vessel @returns {number} from its middle, within which its edges lie */
function radiusMmOf({ sizeMm }) {
  if (sizeMm === null) return RADIUS_MM[1];
  return Math.min(RADIUS_MM[1], Math.max(RADIUS_MM[0], (WIDER * sizeMm) / 2 + BESIDE_MM));
}

/**
 * @param {import("./vessel.js").Vessel} vessel
 * @param {number} nodeMm
 * @returns {import("./ridge.js").Scales}
 */
function scalesFor({ sizeMm, isWalls, strength }, nodeMm) {
  const ridgesMm = RIDGES_MM.filter((mm, k) => !k || sizeMm === null || mm <= BLUR_SHARE * sizeMm);
  const leastMm = isWalls && sizeMm ? Math.max(WALLS_MM[0], NARROWER * sizeMm) : WALLS_MM[0];
  const mostMm = sizeMm === null ? WALLS_MM[1] : Math.min(WALLS_MM[1], WIDER * sizeMm);
  const crestMm = sizeMm === null ? CREST_MM[1] : Math.min(CREST_MM[1], Math.max(CREST_MM[0], sizeMm / 2 + SNAP_MM / 6));
  return {
    ridgesPx: ridgesMm.map((mm) => mm / nodeMm),
    wallsPx: [leastMm / nodeMm, mostMm / nodeMm],
    crestPx: crestMm / nodeMm,
    perfect: Math.min(PERFECT[1], Math.max(PERFECT[0], LIKE_ANCHOR * strength)),
    neighbourhoodPx: NEIGHBOURHOOD_MM / nodeMm,
  };
}

/**
 * Run everything a few times, so that the first click of the reader finds it compiled.
 * @returns {Generator<void>} a round each, so that a click that comes sooner waits for one round at most
 */
export function* warmUp() {
  const side = WARM_UP_MM / NODE_MM;
  const box = { row0: 0, column0: 0, row1: side, column1: side };
  const values = Uint16Array.from({ length: side * side }, (_, i) => (i * i) % 1021);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    new Trace(new Crop(values, box, false), NODE_MM, { x: 0, y: 0 }).to({ x: side, y: side });
    yield;
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
 * @param {number} [radiusMm] within which the edges lie
 * @returns {TracePoint[]} the line in even steps, with its width
 */
export function measured(crop, mmPerPx, line, radiusMm = RADIUS_MM[1]) {
  const even = resample(line, STEP_MM / mmPerPx);
  const profiles = profilesOf(crop, mmPerPx, even, radiusMm);
  const widths = smoothWeighted(profiles.map(({ left, right }) => right - left), itsOwn(profiles), EDGE_SMOOTHING_STEPS);
  const calcified = clear(profiles, CALCIUM_SHARE);
  return even.map(({ x, y }, i) => ({ x, y, widthPx: widths[i], isCalcified: calcified[i] === 1 }));
}

/**
 * @param {Crop} crop
 * @param {number} mmPerPx
 * @param {Point[]} line image px, in even steps
 * @param {number} radiusMm within which the edges lie
 */
function profilesOf(crop, mmPerPx, line, radiusMm) {
  return measureProfiles(crop, line, {
    reachPx: REACH_MM / mmPerPx,
    radiusPx: radiusMm / mmPerPx,
    nickPx: NICK_MM / mmPerPx,
    stepPx: Math.max(0.5, PROFILE_STEP_MM / mmPerPx),
    alongSteps: ALONG_STEPS,
  });
}

/**
 * @param {import("./profile.js").Profile[]} profiles
 * @returns {number[]} 1 where the edges are clear and not those of something brighter that crosses, else 0
 */
function itsOwn(profiles) {
  const most = BRIGHTER * quantile(profiles.map(({ contrast }) => contrast), 0.5);
  return clear(profiles, EDGE_SHARE).map((isClear, i) => (isClear && profiles[i].contrast <= most ? 1 : 0));
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
