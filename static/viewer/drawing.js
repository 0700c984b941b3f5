/**
 * Brush strokes and lines as runs, twin of ml/masks: a capsule from a to b with radius r covers the pixels
 * whose centre (column + 0.5, row + 0.5) lies at distance <= r of the segment; a tube has a radius that changes
 * along it. Knows no DOM.
 */

import { Runs, RunsBuilder } from "./runs.js";

const ROUNDING = 1e-6; // too generous is harmless: the pixels at the ends of a span are tested

/** @typedef {{x: number, y: number}} Point image px: x = column, y = row */

/**
 * @param {number} rows
 * @param {number} columns
 * @param {Point} a
 * @param {Point} b
 * @param {number} radiusPx
 * @returns {Runs}
 */
export function capsule(rows, columns, a, b, radiusPx) {
  const builder = new RunsBuilder(rows, columns);
  const first = Math.max(0, Math.floor(Math.min(a.y, b.y) - radiusPx - 0.5));
  const last = Math.min(rows - 1, Math.ceil(Math.max(a.y, b.y) + radiusPx));
  for (let row = first; row <= last; row++) {
    const span = spanOfRow(row + 0.5, a, b, radiusPx);
    if (!span) continue;
    const isInside = (/** @type {number} */ column) => covers(column + 0.5, row + 0.5, a, b, radiusPx, radiusPx);
    // The span is exact up to rounding; the pixels at its ends are asked one by one.
    let start = Math.max(0, Math.floor(span[0] - 0.5) - 1);
    let end = Math.min(columns, Math.ceil(span[1] - 0.5) + 2);
    while (start < end && !isInside(start)) start++;
    while (end > start && !isInside(end - 1)) end--;
    if (start < end) builder.add(row, start, end);
  }
  return builder.build();
}

/**
 * @param {number} rows
 * @param {number} columns
 * @param {Point[]} points
 * @param {number} widthPx
 * @returns {Runs} the union of the capsules between neighbours; one point gives a disc, none gives nothing
 */
export function polyline(rows, columns, points, widthPx) {
  return tube(rows, columns, points, new Array(points.length).fill(widthPx));
}

/**
 * A line whose width changes along it, such as a vessel: the radius between two points is that of the place on
 * the segment nearest to the pixel.
 * @param {number} rows
 * @param {number} columns
 * @param {Point[]} points
 * @param {number[]} widthsPx at each point
 * @returns {Runs} one point gives a disc, none gives nothing
 */
export function tube(rows, columns, points, widthsPx) {
  /** @type {[number, number, number][]} */
  const spans = [];
  const segments = points.length === 1 ? 1 : points.length - 1;
  for (let i = 0; i < segments; i++) {
    const j = Math.min(points.length - 1, i + 1);
    addSegment(spans, rows, columns, { a: points[i], b: points[j], radiusA: widthsPx[i] / 2, radiusB: widthsPx[j] / 2 });
  }
  spans.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const builder = new RunsBuilder(rows, columns);
  for (const [row, start, end] of spans) builder.add(row, start, end);
  return builder.build();
}

/** @typedef {{a: Point, b: Point, radiusA: number, radiusB: number}} Segment image px */

/**
 * @param {[number, number, number][]} spans (row, start, end), appended
 * @param {number} rows
 * @param {number} columns
 * @param {Segment} segment
 */
function addSegment(spans, rows, columns, { a, b, radiusA, radiusB }) {
  const reach = Math.max(radiusA, radiusB) + 1; // one pixel more than needed: rounding cannot lose a centre
  const first = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach));
  const past = Math.min(rows, Math.ceil(Math.max(a.y, b.y) + reach));
  for (let row = first; row < past; row++) {
    const [low, high] = columnsInReach(row + 0.5, a, b, reach);
    let start = -1;
    const stop = Math.min(columns, Math.ceil(high));
    for (let column = Math.max(0, Math.floor(low)); column <= stop; column++) {
      const isCovered = column < stop && covers(column + 0.5, row + 0.5, a, b, radiusA, radiusB);
      if (isCovered && start < 0) start = column;
      if (isCovered || start < 0) continue;
      spans.push([row, start, column]);
      start = -1;
    }
  }
}

/**
 * @param {number} y image px
 * @param {Point} a
 * @param {Point} b
 * @param {number} reach
 * @returns {[number, number]} image px between which the line at height y can be near enough to the segment
 */
function columnsInReach(y, a, b, reach) {
  const clip = (/** @type {number} */ t) => Math.min(1, Math.max(0, t));
  const step = b.y - a.y;
  const above = step ? clip((y - reach - a.y) / step) : 0;
  const below = step ? clip((y + reach - a.y) / step) : 1;
  const one = a.x + above * (b.x - a.x);
  const other = a.x + below * (b.x - a.x);
  return [Math.min(one, other) - reach, Math.max(one, other) + reach];
}

/**
 * The arithmetic is part of docs/mask_format.md and has the order that ml/masks has, to agree on the last bit.
 * @param {number} x image px
 * @param {number} y image px
 * @param {Point} a
 * @param {Point} b
 * @param {number} radiusA image px
 * @param {number} radiusB image px
 * @returns {boolean}
 */
function covers(x, y, a, b, radiusA, radiusB) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const lengthSquared = dx * dx + dy * dy;
  const along = lengthSquared > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / lengthSquared : 0;
  const t = Math.min(1, Math.max(0, along));
  const ex = x - (a.x + t * dx);
  const ey = y - (a.y + t * dy);
  const radius = radiusA + t * (radiusB - radiusA);
  return ex * ex + ey * ey <= radius * radius;
}

/**
 * Where the line at height y crosses the capsule: the hull of its crossings with both discs and with the
 * rectangle between them, because a capsule is convex.
 * @param {number} y image px
 * @param {Point} a
 * @param {Point} b
 * @param {number} radiusPx
 * @returns {[number, number] | null} image px
 */
function spanOfRow(y, a, b, radiusPx) {
  let low = Infinity;
  let high = -Infinity;
  const include = (/** @type {number} */ x) => {
    low = Math.min(low, x);
    high = Math.max(high, x);
  };
  for (const centre of [a, b]) {
    const squared = radiusPx * radiusPx - (y - centre.y) * (y - centre.y);
    if (squared < -ROUNDING) continue;
    const half = Math.sqrt(Math.max(0, squared));
    include(centre.x - half);
    include(centre.x + half);
  }
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length > 0) {
    const side = { x: (-(b.y - a.y) / length) * radiusPx, y: ((b.x - a.x) / length) * radiusPx };
    for (const sign of [1, -1]) {
      const t = (y - a.y - sign * side.y) / (b.y - a.y);
      if (t >= -ROUNDING && t <= 1 + ROUNDING) include(a.x + sign * side.x + t * (b.x - a.x));
    }
  }
  return low <= high ? [low, high] : null;
}
