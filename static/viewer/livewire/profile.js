/**
 * What lies across a line: where the calcium of a vessel begins and ends to both sides, and how clearly. From
 * stored pixels, by full width at half maximum above the background on both sides. Knows no DOM.
 */

import { kernelOf, normalAt } from "./line.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("./crop.js").Crop} Crop */

/**
 * @typedef {object} Profile one per point of the line
 * @property {number} left offset of the edge on the side of minus the normal, px, mostly negative
 * @property {number} right px
 * @property {number} contrast grey levels between background and the brightest place of the vessel
 * @property {number} clearness contrast over the unrest of the background
 */

const BACKGROUND_SHARE = 0.35; // of each side's places that are darker than what is taken for background
const EDGE_SHARE = 0.5; // of the contrast: half maximum
const SPREAD_OF_MEDIAN = 1.4826; // standard deviation of a normal distribution over its median deviation

/**
 * @param {Crop} crop
 * @param {Point[]} points image px, evenly spaced
 * @param {{reachPx: number, radiusPx: number, nickPx: number, stepPx: number, alongSteps: number}} scale how far to
 *   look for background and for edges, which gap is too narrow to be one, how finely to look, and over how many points
 *   to average along the line
 * @returns {Profile[]}
 */
export function measureProfiles(crop, points, scale) {
  const { stepPx } = scale;
  const half = Math.ceil(scale.reachPx / stepPx);
  const width = 2 * half + 1;
  const sampled = sampleAcross(crop, points, half, stepPx);
  const averaged = averageAlong(sampled, points.length, width, scale.alongSteps);
  const inside = Math.round(scale.radiusPx / stepPx);
  const nick = Math.round(scale.nickPx / stepPx);
  return points.map((_, i) => profileOf(averaged.subarray(i * width, (i + 1) * width), { half, inside, nick, stepPx }));
}

/**
 * @param {Crop} crop
 * @param {Point[]} points
 * @param {number} half places to each side
 * @param {number} stepPx
 * @returns {Float32Array} (points, 2 half + 1) bright is calcium
 */
function sampleAcross(crop, points, half, stepPx) {
  const width = 2 * half + 1;
  const sampled = new Float32Array(points.length * width);
  points.forEach((point, i) => {
    const normal = normalAt(points, i);
    for (let k = -half; k <= half; k++) {
      sampled[i * width + k + half] = crop.at(point.x + k * stepPx * normal.x, point.y + k * stepPx * normal.y);
    }
  });
  return sampled;
}

/**
 * @param {Float32Array} sampled (count, width)
 * @param {number} count
 * @param {number} width
 * @param {number} sigma in points
 * @returns {Float32Array} (count, width)
 */
function averageAlong(sampled, count, width, sigma) {
  const kernel = kernelOf(sigma);
  const reach = kernel.length - 1;
  const averaged = new Float32Array(sampled.length);
  const sums = new Float64Array(width);
  for (let i = 0; i < count; i++) {
    let total = 0;
    sums.fill(0);
    for (let near = Math.max(0, i - reach); near <= Math.min(count - 1, i + reach); near++) {
      const weight = kernel[Math.abs(near - i)];
      total += weight;
      for (let k = 0; k < width; k++) sums[k] += weight * sampled[near * width + k];
    }
    for (let k = 0; k < width; k++) averaged[i * width + k] = sums[k] / total;
  }
  return averaged;
}

/** @typedef {{half: number, inside: number, nick: number, stepPx: number}} Places index of the middle, and counts */

/**
 * @param {Float32Array} values across
 * @param {Places} places
 * @returns {Profile}
 */
function profileOf(values, places) {
  const { half, inside, stepPx } = places;
  const [before, after] = [values.subarray(0, half), values.subarray(half + 1)];
  const [leftBase, rightBase] = [quantile(before, BACKGROUND_SHARE), quantile(after, BACKGROUND_SHARE)];
  const slope = (rightBase - leftBase) / half;
  const above = values.map((value, k) => value - (leftBase + rightBase) / 2 - slope * (k - half));
  let peak = half;
  for (let k = half - inside; k <= half + inside; k++) if (above[k] > above[peak]) peak = k;
  const contrast = above[peak];
  const level = EDGE_SHARE * contrast;
  const { left, right } = edgesAround(above, places, level);
  return {
    left: (left - half - crossing(above, left, left - 1, level)) * stepPx,
    right: (right - half + crossing(above, right, right + 1, level)) * stepPx,
    contrast,
    clearness: contrast / (unrest(above, half, inside) || 1),
  };
}

/**
 * The vessel lies where the line is bright. Where the middle is dark between two bright sides, these are its walls;
 * what is bright beyond a bright middle and a dark gap is another vessel.
 * @param {Float32Array} above
 * @param {Places} places
 * @param {number} level
 * @returns {{left: number, right: number}} first and last place of the vessel
 */
function edgesAround(above, { half, inside, nick }, level) {
  const bright = [];
  for (let k = half - inside; k <= half + inside; k++) {
    if (above[k] < level) continue;
    const last = bright[bright.length - 1];
    if (last && k - last.right <= nick + 1) last.right = k;
    else bright.push({ left: k, right: k });
  }
  const before = bright.filter(({ right }) => right < half).pop();
  const after = bright.find(({ left }) => left > half);
  const at = bright.find(({ left, right }) => left <= half && right >= half);
  if (at) return at;
  return { left: (before ?? after)?.left ?? half, right: (after ?? before)?.right ?? half };
}

/**
 * @param {Float32Array} values
 * @param {number} inner place that reaches the level
 * @param {number} outer the next one
 * @param {number} level
 * @returns {number} how far from inner to outer the level is crossed, 0 to 1
 */
function crossing(values, inner, outer, level) {
  const fall = values[inner] - values[outer];
  return fall > 0 ? Math.min(1, Math.max(0, (values[inner] - level) / fall)) : 0;
}

/**
 * @param {Float32Array} above
 * @param {number} half
 * @param {number} inside
 * @returns {number} standard deviation, robust, of the places beside the vessel
 */
function unrest(above, half, inside) {
  const beside = new Float32Array(2 * (half - inside));
  beside.set(above.subarray(0, half - inside));
  beside.set(above.subarray(half + inside + 1), half - inside);
  for (let i = 0; i < beside.length; i++) beside[i] = Math.abs(beside[i]);
  return SPREAD_OF_MEDIAN * quantile(beside, 0.5);
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} share 0 to 1
 * @returns {number}
 */
export function quantile(values, share) {
  return nthSmallest(Float64Array.from(values), Math.round(share * (values.length - 1)));
}

/**
 * Hoare's selection: a few looks at each value, where sorting takes many.
 * @param {Float64Array} values put into another order
 * @param {number} n from 0
 * @returns {number}
 */
function nthSmallest(values, n) {
  let [left, right] = [0, values.length - 1];
  while (left < right) {
    const pivot = values[n];
    let [i, j] = [left, right];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      [values[i], values[j]] = [values[j], values[i]];
      i++;
      j--;
    }
    if (j < n) left = i;
    if (i > n) right = j;
  }
  return values[n];
}
