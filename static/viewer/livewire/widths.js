/**
 * From a line with what was measured along it to what is drawn: widths without holes, and the stretches without
 * calcium. Knows no DOM.
 */

import { distance } from "./line.js";

/** @typedef {import("./trace.js").TracePoint} TracePoint */
/** @typedef {{from: number, to: number}} Stretch indices of its first and last point */

const SPECK_MM = 1; // a shorter stretch of calcium does not end a gap

/**
 * @param {TracePoint[]} points
 * @param {number} factor by which measured widths are multiplied
 * @param {number} fallbackPx width where the line shows no edges at all
 * @returns {number[]} px; between places with edges the width changes evenly
 */
export function widthsOf(points, factor, fallbackPx) {
  const known = points.flatMap(({ widthPx }, i) => (Number.isNaN(widthPx) ? [] : [i]));
  if (!known.length) return points.map(() => fallbackPx);
  let next = 0;
  return points.map(({ widthPx }, i) => {
    if (!Number.isNaN(widthPx)) return widthPx * factor;
    while (next < known.length && known[next] < i) next++;
    const [before, after] = [known[Math.max(0, next - 1)], known[Math.min(known.length - 1, next)]];
    const t = after > before ? Math.min(1, Math.max(0, (i - before) / (after - before))) : 0;
    return factor * (points[before].widthPx + t * (points[after].widthPx - points[before].widthPx));
  });
}

/** @param {TracePoint[]} points @returns {boolean} whether the width was seen anywhere */
export function isMeasured(points) {
  return points.some(({ widthPx }) => !Number.isNaN(widthPx));
}

/**
 * @param {TracePoint[]} points
 * @param {number} leastPx shorter gaps do not count
 * @param {number} mmPerPx
 * @returns {Stretch[]} where the line shows no calcium
 */
export function gapsOf(points, leastPx, mmPerPx) {
  const bare = stretches(points, (point) => !point.isCalcified);
  const joined = bare.slice(0, 1);
  for (const gap of bare.slice(1)) {
    const last = joined[joined.length - 1];
    const isSpeck = lengthBetween(points, last.to, gap.from) < SPECK_MM / mmPerPx;
    if (isSpeck) last.to = gap.to;
    else joined.push(gap);
  }
  return joined.filter(({ from, to }) => lengthBetween(points, from, to) >= leastPx);
}

/**
 * @param {TracePoint[]} points
 * @param {Stretch[]} gaps
 * @returns {Stretch[]} what lies between the gaps
 */
export function withoutGaps(points, gaps) {
  return stretches(points, (_, i) => !gaps.some(({ from, to }) => i >= from && i <= to));
}

/**
 * @param {TracePoint[]} points
 * @param {(point: TracePoint, i: number) => boolean} isWanted
 * @returns {Stretch[]}
 */
function stretches(points, isWanted) {
  /** @type {Stretch[]} */
  const found = [];
  points.forEach((point, i) => {
    if (!isWanted(point, i)) return;
    const last = found[found.length - 1];
    if (last && last.to === i - 1) last.to = i;
    else found.push({ from: i, to: i });
  });
  return found;
}

/**
 * @param {TracePoint[]} points
 * @param {number} from
 * @param {number} to
 */
function lengthBetween(points, from, to) {
  let length = 0;
  for (let i = from; i < to; i++) length += distance(points[i], points[i + 1]);
  return length;
}
