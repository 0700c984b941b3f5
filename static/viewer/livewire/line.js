/**
 * Lines as points: even steps, smoothing, offsets across. Knows no DOM.
 */

/** @typedef {import("../geometry.js").Point} Point */

/**
 * @param {Point[]} points
 * @returns {number} of the straight pieces together
 */
export function lengthOf(points) {
  let length = 0;
  for (let i = 1; i < points.length; i++) length += distance(points[i - 1], points[i]);
  return length;
}

/**
 * @param {Point} a
 * @param {Point} b
 */
export function distance(a, b) {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/**
 * @param {Point[]} points at least one
 * @param {number} step about so far apart
 * @returns {Point[]} evenly spaced, both ends kept
 */
export function resample(points, step) {
  const total = lengthOf(points);
  const count = Math.max(1, Math.round(total / step));
  const even = [points[0]];
  let i = 1;
  let passed = 0; // length up to point i - 1
  for (let k = 1; k < count; k++) {
    const wanted = (k * total) / count;
    while (i < points.length - 1 && passed + distance(points[i - 1], points[i]) < wanted) {
      passed += distance(points[i - 1], points[i]);
      i++;
    }
    const t = (wanted - passed) / (distance(points[i - 1], points[i]) || 1);
    even.push(between(points[i - 1], points[i], t));
  }
  if (total > 0) even.push(points[points.length - 1]);
  return even;
}

/**
 * @param {Point} a
 * @param {Point} b
 * @param {number} t 0 at a, 1 at b
 * @returns {Point}
 */
export function between(a, b, t) {
  return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
}

/**
 * @param {Point[]} points evenly spaced
 * @param {number} sigma of the Gaussian, in steps
 * @returns {Point[]} smoothed, both ends kept
 */
export function smoothLine(points, sigma) {
  const x = smoothEnds(points.map((point) => point.x), sigma);
  const y = smoothEnds(points.map((point) => point.y), sigma);
  return points.map((_, i) => ({ x: x[i], y: y[i] }));
}

/**
 * @param {number[]} values
 * @param {number} sigma in steps
 * @returns {number[]} smoothed; beyond the ends the values go on mirrored through the end, so that ends stay
 */
function smoothEnds(values, sigma) {
  const last = values.length - 1;
  const at = (/** @type {number} */ i) => {
    if (i < 0) return 2 * values[0] - values[Math.min(last, -i)];
    if (i > last) return 2 * values[last] - values[Math.max(0, 2 * last - i)];
    return values[i];
  };
  const kernel = kernelOf(sigma);
  return values.map((_, i) => weightedMean((k) => at(i + k), kernel));
}

/**
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} weights 0 or more
 * @param {number} sigma in steps
 * @returns {number[]} smoothed by trust; NaN where nothing near has any weight
 */
export function smoothWeighted(values, weights, sigma) {
  const kernel = kernelOf(sigma);
  const reach = kernel.length - 1;
  return Array.from(values, (_, i) => {
    let sum = 0;
    let total = 0;
    for (let k = Math.max(0, i - reach); k <= Math.min(values.length - 1, i + reach); k++) {
      const weight = weights[k] * kernel[Math.abs(k - i)];
      if (!weight) continue;
      sum += weight * values[k];
      total += weight;
    }
    return sum / total;
  });
}

/**
 * @param {number} sigma
 * @returns {Float64Array} weights of the place itself and of those 1, 2, ... beside it
 */
export function kernelOf(sigma) {
  return Float64Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, k) => Math.exp(-(k * k) / (2 * sigma * sigma)));
}

/**
 * @param {(k: number) => number} at
 * @param {Float64Array} kernel
 */
function weightedMean(at, kernel) {
  let sum = kernel[0] * at(0);
  let total = kernel[0];
  for (let k = 1; k < kernel.length; k++) {
    sum += kernel[k] * (at(-k) + at(k));
    total += 2 * kernel[k];
  }
  return sum / total;
}

/**
 * @param {Point[]} points
 * @param {number} i
 * @returns {Point} of length 1, to the side that y has from x
 */
export function normalAt(points, i) {
  const a = points[Math.max(0, i - 2)];
  const b = points[Math.min(points.length - 1, i + 2)];
  const length = distance(a, b) || 1;
  return { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
}
