/**
 * Brush strokes and lines as runs, twin of ml/masks: a capsule from a to b with radius r covers the pixels
 * whose centre (column + 0.5, row + 0.5) lies at distance <= r of the segment. Knows no DOM.
 */

import { Runs, RunsBuilder, empty, union } from "./runs.js";

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
    const isInside = (/** @type {number} */ column) => covers(column + 0.5, row + 0.5, a, b, radiusPx);
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
  let mask = empty(rows, columns);
  points.forEach((point, i) => {
    if (i === 0 && points.length > 1) return;
    mask = union(mask, capsule(rows, columns, points[Math.max(0, i - 1)], point, widthPx / 2));
  });
  return mask;
}

/**
 * The arithmetic is part of docs/mask_format.md and has the order that ml/masks has, to agree on the last bit.
 * @param {number} x image px
 * @param {number} y image px
 * @param {Point} a
 * @param {Point} b
 * @param {number} radiusPx
 * @returns {boolean}
 */
function covers(x, y, a, b, radiusPx) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const lengthSquared = dx * dx + dy * dy;
  const along = lengthSquared > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / lengthSquared : 0;
  const t = Math.min(1, Math.max(0, along));
  const ex = x - (a.x + t * dx);
  const ey = y - (a.y + t * dy);
  return ex * ex + ey * ey <= radiusPx * radiusPx;
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
