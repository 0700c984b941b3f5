/** Where findings lie: dots, rings around groups, and what is inside of what. Knows no DOM. */

import { fromPolygons, hull, isInside, simplified } from "./polygons.js";
import { uuid7 } from "./uuid.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./finding.js").Finding} Finding */
/** @typedef {import("./finding.js").Findings} Findings */
/** @typedef {Finding["assessment"]} Assessment */
/** @typedef {{rows: number, columns: number}} Grid */
/** @typedef {{finding: Finding, name: string, dots: number}} Listed `dots`: inside of a group */

const MOST_POINTS = 500; // of a ring, as the server takes it
const ROUNDED_TO_PX = 0.1; // finer than any hand
const FIRST_TOLERANCE_PX = 0.5;
const MARGIN_PX = 40; // image px between the outer dots of a group and the ring around them
const CORNERS = 16; // of the ring around one dot
const SURROUNDINGS_PX = 100; // image px to each side of a dot that is looked at

/**
 * @param {Point} point image px
 * @param {Assessment} assessment
 * @param {Grid} grid of the image
 * @returns {Finding}
 */
export function dotFinding(point, assessment, grid) {
  return { id: uuid7(), label: "microcalcification", shape: "dot", points: [rounded(point, grid)], assessment, histology: "" };
}

/**
 * @param {Point[]} ring image px
 * @param {Assessment} assessment
 * @param {Grid} grid of the image
 * @returns {Finding | null} null where the ring encloses nothing
 */
export function groupFinding(ring, assessment, grid) {
  let tolerancePx = FIRST_TOLERANCE_PX;
  let corners = simplified(ring, tolerancePx);
  while (corners.length > MOST_POINTS) {
    tolerancePx *= 2;
    corners = simplified(ring, tolerancePx);
  }
  if (corners.length < 3 || fromPolygons(grid.rows, grid.columns, [corners]).isEmpty) return null;
  const points = corners.map((point) => rounded(point, grid));
  return { id: uuid7(), label: "microcalcification", shape: "group", points, assessment, histology: "" };
}

/**
 * @param {Finding[]} dots
 * @returns {Point[]} a ring around all of them, with room
 */
export function ringAround(dots) {
  const around = dots.flatMap((dot) => {
    const { x, y } = centreOf(dot);
    return Array.from({ length: CORNERS }, (_, i) => {
      const angle = (2 * Math.PI * i) / CORNERS;
      return { x: x + MARGIN_PX * Math.cos(angle), y: y + MARGIN_PX * Math.sin(angle) };
    });
  });
  return hull(around);
}

/**
 * @param {Finding} dot
 * @param {Point} to image px
 * @param {Grid} grid of the image
 * @returns {Finding}
 */
export function movedTo(dot, to, grid) {
  return { ...dot, points: [rounded(to, grid)] };
}

/**
 * @param {Iterable<Finding>} findings
 * @param {Point} point image px
 * @param {number} reachPx
 * @returns {Finding | null} the dot nearest to a point
 */
export function nearestDot(findings, point, reachPx) {
  let best = null;
  let bestPx = reachPx;
  for (const finding of findings) {
    const { x, y } = centreOf(finding);
    const distancePx = Math.hypot(x - point.x, y - point.y);
    if (finding.shape === "dot" && distancePx <= bestPx) [best, bestPx] = [finding, distancePx];
  }
  return best;
}

/**
 * @param {Findings} findings
 * @returns {Finding[]} dots that no group encloses
 */
export function looseDots(findings) {
  const all = [...findings.values()];
  const rings = all.filter(({ shape }) => shape === "group").map(pointsOf);
  return all.filter((finding) => finding.shape === "dot" && !rings.some((ring) => isInside(centreOf(finding), ring)));
}

/**
 * @param {Findings} findings
 * @returns {Listed[]} in the order they were made, dots and groups counted apart
 */
export function listed(findings) {
  const all = [...findings.values()].sort((a, b) => (a.id < b.id ? -1 : 1)); // one that was undone gets its number back
  const counts = { dot: 0, group: 0 };
  return all.map((finding) => {
    const number = ++counts[finding.shape];
    if (finding.shape === "dot") return { finding, name: `Dot ${number}`, dots: 0 };
    const ring = pointsOf(finding);
    const dots = all.filter((other) => other.shape === "dot" && isInside(centreOf(other), ring)).length;
    return { finding, name: `Group ${number}`, dots };
  });
}

/** @param {Finding} finding @returns {import("./runs.js").Box} image px, with surroundings */
export function boxOf({ points, shape }) {
  const margin = shape === "dot" ? SURROUNDINGS_PX : 0;
  const [columns, rows] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return {
    row0: Math.min(...rows) - margin,
    column0: Math.min(...columns) - margin,
    row1: Math.max(...rows) + margin,
    column1: Math.max(...columns) + margin,
  };
}

/** @param {Finding} finding @returns {Point[]} image px */
export function pointsOf({ points }) {
  return points.map(([x, y]) => ({ x, y }));
}

/** @param {Finding} finding @returns {Point} image px; of a group, its first point */
export function centreOf({ points: [[x, y]] }) {
  return { x, y };
}

/** @param {Point} point @param {Grid} grid @returns {boolean} */
export function isOnImage({ x, y }, { rows, columns }) {
  return x >= 0 && y >= 0 && x <= columns && y <= rows;
}

/** @param {Point} point @param {Grid} grid @returns {[number, number]} inside the image */
function rounded({ x, y }, { rows, columns }) {
  const round = (/** @type {number} */ value, /** @type {number} */ most) => {
    return Number((ROUNDED_TO_PX * Math.round(Math.min(most, Math.max(0, value)) / ROUNDED_TO_PX)).toFixed(1));
  };
  return [round(x, columns), round(y, rows)];
}
