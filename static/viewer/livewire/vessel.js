/**
 * What a click means: the one bright vessel under it, or the vessel whose two calcified walls lie around it. Its
 * width tells which walls can belong together farther on, so that the dark between two neighbours is not taken for
 * the inside of one. Knows no DOM.
 */

import { acrossOf, turnBetween } from "./directions.js";
import { quantile } from "./profile.js";
import { ridgeAtScale } from "./ridge.js";
import { LEAST_LIKENESS, WALL_DIRECTIONS } from "./walls.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("./crop.js").Crop} Crop */
/**
 * @typedef {object} Vessel
 * @property {Point} middle image px
 * @property {number | null} sizeMm from edge to edge where it is one bright band, else from wall to wall; null: nothing
 *   clear is near
 * @property {boolean} isWalls
 * @property {number} strength times what is usual around
 */

const WINDOW_MM = 7; // looked at to every side, to know what is usual
const WALL_SCALE_MM = 0.3;
const NEIGHBOURHOOD_MM = 6;
/** Least and greatest distance between two walls of one vessel. */
export const WALLS_MM = /** @type {const} */ ([0.6, 3.2]);
/** A click so near to a vessel means the vessel. */
export const SNAP_MM = 1.2;
const LEAST_STRENGTH = 3; // times what is usual, of a ridge that is one
const CREST_SHARE = 0.5; // of the strongest ridge around, that others have at least
const MIDDLE_SHARE = 0.8; // a middle between walls so much nearer than any ridge is meant
const THIN_MM = 0.42; // a wall alone; what is wider is a vessel filled with calcium
const HALF_PROFILE_MM = 2.5;
const PROFILE_STEP_MM = 0.05;
const PROFILE_ALONG_MM = 0.6; // to both sides of the click
const BACKGROUND = 0.25; // quantile across

/** @typedef {{x: number, y: number, direction: number, strength: number}} Crest nodes from the window's corner */
/** @typedef {{middle: Point, apart: number, likeness: number, strength: number, one: Crest, other: Crest}} Pair */

const NOTHING = { sizeMm: null, isWalls: false, strength: Infinity };

/**
 * @param {Crop} crop
 * @param {number} mmPerPx
 * @param {number} factor pixels to a node
 * @param {Point} point image px
 * @returns {Vessel}
 */
export function vesselAt(crop, mmPerPx, factor, point) {
  const nodeMm = mmPerPx * factor;
  const box = windowAround(crop, factor, point, WINDOW_MM / nodeMm);
  const ridge = ridgeAtScale(crop.reduced(factor, box), WALL_SCALE_MM / nodeMm, NEIGHBOURHOOD_MM / nodeMm);
  const click = { x: (point.x - crop.box.column0) / factor - box.column0 - 0.5, y: (point.y - crop.box.row0) / factor - box.row0 - 0.5 };
  const away = (/** @type {Point} */ { x, y }) => Math.hypot(x - click.x, y - click.y) * nodeMm;
  const onImage = (/** @type {Point} */ { x, y }) => ({
    x: (x + box.column0 + 0.5) * factor + crop.box.column0,
    y: (y + box.row0 + 0.5) * factor + crop.box.row0,
  });
  const crests = crestsNear(ridge, away);
  const nearest = crests[0];
  if (!nearest || away(nearest) > SNAP_MM + WALLS_MM[1] / 2) return { ...NOTHING, middle: point };
  const pairs = pairsOf(ridge, crests, nodeMm);
  const around = least(pairs, ({ middle, likeness }) => away(middle) / likeness);
  if (around && away(around.middle) < MIDDLE_SHARE * away(nearest)) {
    return { middle: onImage(around.middle), sizeMm: around.apart * nodeMm, isWalls: true, strength: around.strength };
  }
  if (away(nearest) > SNAP_MM) return { ...NOTHING, middle: point };
  const widthMm = widthAcross(crop, mmPerPx, onImage(nearest), nearest.direction);
  const partner = least(pairs.filter(({ one, other }) => one === nearest || other === nearest), ({ apart, likeness }) => apart / likeness);
  if (widthMm < THIN_MM && partner) {
    return { middle: onImage(partner.middle), sizeMm: partner.apart * nodeMm, isWalls: true, strength: partner.strength };
  }
  return { middle: onImage(nearest), sizeMm: widthMm, isWalls: false, strength: nearest.strength };
}

/**
 * @param {Crop} crop
 * @param {number} factor
 * @param {Point} point image px
 * @param {number} reach nodes
 * @returns {import("../runs.js").Box} nodes
 */
function windowAround(crop, factor, point, reach) {
  const [rows, columns] = [Math.max(1, Math.floor(crop.rows / factor)), Math.max(1, Math.floor(crop.columns / factor))];
  const row = Math.min(rows - 1, Math.max(0, Math.floor((point.y - crop.box.row0) / factor)));
  const column = Math.min(columns - 1, Math.max(0, Math.floor((point.x - crop.box.column0) / factor)));
  return {
    row0: Math.max(0, Math.floor(row - reach)),
    column0: Math.max(0, Math.floor(column - reach)),
    row1: Math.min(rows, Math.ceil(row + reach) + 1),
    column1: Math.min(columns, Math.ceil(column + reach) + 1),
  };
}

/**
 * @param {import("./ridge.js").Ridge} ridge
 * @param {(node: Point) => number} away mm from the click
 * @returns {Crest[]} where the ridge is stronger than on both its sides, the nearest first
 */
function crestsNear({ strength, direction, rows, columns }, away) {
  const crests = [];
  for (let y = 1; y < rows - 1; y++) {
    for (let x = 1; x < columns - 1; x++) {
      const i = y * columns + x;
      if (strength[i] < LEAST_STRENGTH || away({ x, y }) > SNAP_MM + WALLS_MM[1]) continue;
      const across = acrossOf(direction[i]);
      const beside = Math.round(across.y) * columns + Math.round(across.x);
      if (strength[i] < strength[i + beside] || strength[i] < strength[i - beside]) continue;
      crests.push({ x, y, direction: direction[i], strength: strength[i] });
    }
  }
  const near = crests.filter((crest) => away(crest) < SNAP_MM);
  const strongest = Math.max(0, ...near.map((crest) => crest.strength));
  return crests.filter((crest) => crest.strength >= CREST_SHARE * strongest).sort((a, b) => away(a) - away(b));
}

/**
 * @param {import("./ridge.js").Ridge} ridge
 * @param {Crest[]} crests
 * @param {number} nodeMm
 * @returns {Pair[]} that may be the walls of one vessel: alike, abreast, at its distance, and dark between
 */
function pairsOf({ strength, columns }, crests, nodeMm) {
  /** @type {Pair[]} */
  const pairs = [];
  crests.forEach((one, k) => {
    const across = acrossOf(one.direction);
    for (const other of crests.slice(k + 1)) {
      const [dx, dy] = [other.x - one.x, other.y - one.y];
      const apart = Math.abs(dx * across.x + dy * across.y);
      if (apart * nodeMm < WALLS_MM[0] || apart * nodeMm > WALLS_MM[1]) continue;
      if (Math.abs(dx * across.y - dy * across.x) > 1) continue;
      if (turnBetween(one.direction, other.direction) > WALL_DIRECTIONS) continue;
      const [fainter, brighter] = [Math.min(one.strength, other.strength), Math.max(one.strength, other.strength)];
      const middle = { x: one.x + dx / 2, y: one.y + dy / 2 };
      if (fainter < LEAST_LIKENESS * brighter || strength[Math.round(middle.y) * columns + Math.round(middle.x)] > fainter) continue;
      pairs.push({ middle, apart, likeness: fainter / brighter, strength: (fainter + brighter) / 2, one, other });
    }
  });
  return pairs;
}

/**
 * @param {Crop} crop
 * @param {number} mmPerPx
 * @param {Point} middle image px
 * @param {number} direction
 * @returns {number} mm at half maximum
 */
function widthAcross(crop, mmPerPx, middle, direction) {
  const across = acrossOf(direction);
  const half = Math.round(HALF_PROFILE_MM / PROFILE_STEP_MM);
  const alongPx = Math.ceil(PROFILE_ALONG_MM / mmPerPx);
  const profile = Float64Array.from({ length: 2 * half + 1 }, (_, k) => {
    const offsetPx = ((k - half) * PROFILE_STEP_MM) / mmPerPx;
    let sum = 0;
    for (let s = -alongPx; s <= alongPx; s++) {
      sum += crop.at(middle.x + offsetPx * across.x + s * across.y, middle.y + offsetPx * across.y - s * across.x);
    }
    return sum / (2 * alongPx + 1);
  });
  const reach = Math.round(WALL_SCALE_MM / PROFILE_STEP_MM);
  let peak = half - reach;
  for (let k = peak; k <= half + reach; k++) if (profile[k] > profile[peak]) peak = k;
  const level = (profile[peak] + quantile(profile, BACKGROUND)) / 2;
  let [left, right] = [peak, peak];
  while (left > 0 && profile[left] > level) left--;
  while (right < 2 * half && profile[right] > level) right++;
  return (right - left - 1) * PROFILE_STEP_MM;
}

/**
 * @template T
 * @param {T[]} list
 * @param {(item: T) => number} by
 * @returns {T | null} the one with the least, the first of equals
 */
function least(list, by) {
  return list.reduce((/** @type {T | null} */ best, item) => (best && by(best) <= by(item) ? best : item), null);
}
