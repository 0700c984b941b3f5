/**
 * Areas drawn by hand as runs: twin of ml.masks.from_polygons, held to it by tests/data/area_vectors.json.
 * Knows no DOM.
 */

import { RunsBuilder } from "./runs.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./runs.js").Runs} Runs */

/**
 * Fill rings: a pixel is inside if its centre is, by the even-odd rule over all rings. A centre exactly on an upper
 * or left edge is inside, on a lower or right one outside.
 * @param {number} rows
 * @param {number} columns
 * @param {Point[][]} rings image px, each closed by itself
 * @returns {Runs}
 */
export function fromPolygons(rows, columns, rings) {
  /** @type {Map<number, number[]>} row to the columns at which it enters and leaves, in any order */
  const crossings = new Map();
  for (const ring of rings) {
    ring.forEach((point, i) => cross(crossings, rows, columns, point, ring[(i + 1) % ring.length]));
  }
  const builder = new RunsBuilder(rows, columns);
  for (const row of [...crossings.keys()].sort((a, b) => a - b)) {
    const at = /** @type {number[]} */ (crossings.get(row)).sort((a, b) => a - b);
    for (let i = 0; i < at.length; i += 2) if (at[i] < at[i + 1]) builder.add(row, at[i], at[i + 1]);
  }
  return builder.build();
}

/**
 * @param {Point} point image px
 * @param {Point[]} ring image px
 * @returns {boolean} by the same rule as the pixels
 */
export function isInside({ x, y }, ring) {
  let inside = false;
  ring.forEach((here, i) => {
    const there = ring[(i + 1) % ring.length];
    const [top, bottom] = here.y <= there.y ? [here, there] : [there, here];
    if (top.y <= y && y < bottom.y && crossingX(top, bottom, y) <= x) inside = !inside;
  });
  return inside;
}

/**
 * @param {Point[]} points image px
 * @returns {Point[]} the smallest convex ring around them, by Andrew's monotone chain (1979)
 */
export function hull(points) {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const chain = (/** @type {Point[]} */ list) => {
    /** @type {Point[]} */
    const kept = [];
    for (const point of list) {
      while (kept.length > 1 && turn(kept[kept.length - 2], kept[kept.length - 1], point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...chain(sorted), ...chain(sorted.reverse())];
}

/**
 * Note where an edge crosses the rows of pixel centres. Always computed from its upper end, so that polygons that
 * share an edge share no pixel; the order of the arithmetic is that of ml/masks.
 * @param {Map<number, number[]>} crossings
 * @param {number} rows
 * @param {number} columns
 * @param {Point} here
 * @param {Point} there
 */
function cross(crossings, rows, columns, here, there) {
  const [top, bottom] = here.y <= there.y ? [here, there] : [there, here];
  const past = Math.min(rows, Math.ceil(bottom.y - 0.5));
  for (let row = Math.max(0, Math.ceil(top.y - 0.5)); row < past; row++) {
    const column = Math.min(columns, Math.max(0, Math.ceil(crossingX(top, bottom, row + 0.5) - 0.5)));
    const list = crossings.get(row);
    if (list) list.push(column);
    else crossings.set(row, [column]);
  }
}

/**
 * @param {Point} top
 * @param {Point} bottom
 * @param {number} y
 */
function crossingX(top, bottom, y) {
  return top.x + (y - top.y) * ((bottom.x - top.x) / (bottom.y - top.y));
}

/** @param {Point} a @param {Point} b @param {Point} c @returns {number} above 0 where a, b, c turn one way */
function turn(a, b, c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/**
 * Leave out the corners that hardly matter, by Douglas and Peucker (1973).
 * @param {Point[]} points image px
 * @param {number} tolerancePx image px: no corner left out lies farther from the line that stays
 * @returns {Point[]} the first and the last one stay
 */
export function simplified(points, tolerancePx) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points[points.length - 1]];
  const distances = points.map((point) => distanceToSegment(point, first, last));
  const farthest = distances.indexOf(Math.max(...distances));
  if (distances[farthest] <= tolerancePx) return [first, last];
  const before = simplified(points.slice(0, farthest + 1), tolerancePx);
  return [...before.slice(0, -1), ...simplified(points.slice(farthest), tolerancePx)];
}

/**
 * @param {Point} point
 * @param {Point} a
 * @param {Point} b
 * @returns {number} image px
 */
function distanceToSegment(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = ((point.x - a.x) * dx + (point.y - a.y) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}
