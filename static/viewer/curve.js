/**
 * A smooth curve through points and its length: what the ruler shows. The curve is the cubic spline that
 * ml/masks/spline.py measures label lengths by, here through every point that was clicked. Knows no DOM.
 */

import { distance } from "./livewire/line.js";

/** @typedef {import("./geometry.js").Point} Point */

const SAMPLES_PER_SPAN = 64;

/**
 * @param {Point[]} points image px, in order; of two in the same place one counts
 * @returns {Point[]} along the curve, straight for two points
 */
export function curveThrough(points) {
  const knots = points.filter((point, i) => i === 0 || distance(point, points[i - 1]) > 0);
  if (knots.length < 3) return knots;
  const at = [0];
  for (let i = 1; i < knots.length; i++) at.push(at[i - 1] + distance(knots[i - 1], knots[i]));
  const slopes = {
    x: slopesThrough(at, knots.map(({ x }) => x)),
    y: slopesThrough(at, knots.map(({ y }) => y)),
  };
  const curve = [knots[0]];
  for (let i = 0; i + 1 < knots.length; i++) {
    for (let k = 1; k <= SAMPLES_PER_SPAN; k++) {
      const t = k / SAMPLES_PER_SPAN;
      const span = at[i + 1] - at[i];
      curve.push({
        x: hermite(t, span, knots[i].x, knots[i + 1].x, slopes.x[i], slopes.x[i + 1]),
        y: hermite(t, span, knots[i].y, knots[i + 1].y, slopes.y[i], slopes.y[i + 1]),
      });
    }
  }
  return curve;
}

/**
 * @param {Point[]} curve image px
 * @param {[number, number]} pixelSpacingMm (row, column)
 * @returns {number} mm
 */
export function lengthMm(curve, [rowMm, columnMm]) {
  let length = 0;
  for (let i = 1; i < curve.length; i++) {
    length += Math.hypot((curve[i].x - curve[i - 1].x) * columnMm, (curve[i].y - curve[i - 1].y) * rowMm);
  }
  return length;
}

/**
 * @param {number} t 0 to 1
 * @param {number} span
 * @param {number} a value at 0
 * @param {number} b value at 1
 * @param {number} slopeA
 * @param {number} slopeB
 */
function hermite(t, span, a, b, slopeA, slopeB) {
  const s = 1 - t;
  return s * s * ((1 + 2 * t) * a + t * span * slopeA) + t * t * ((1 + 2 * s) * b - s * span * slopeB);
}

/**
 * Slopes of the interpolating cubic spline whose first two and last two pieces are one cubic each ("not a knot");
 * through three points that is the parabola.
 * @param {number[]} at rising
 * @param {number[]} values
 * @returns {number[]}
 */
function slopesThrough(at, values) {
  const last = at.length - 1;
  const span = at.slice(1).map((value, i) => value - at[i]);
  const secant = span.map((width, i) => (values[i + 1] - values[i]) / width);
  if (last === 2) {
    const bend = (secant[1] - secant[0]) / (span[0] + span[1]);
    return [secant[0] - bend * span[0], secant[0] + bend * span[0], secant[1] + bend * span[1]];
  }
  const rows = at.map((_, i) => {
    const row = new Array(at.length + 1).fill(0); // the last entry is the right side
    if (i === 0 || i === last) return endRow(row, i, span, secant);
    row[i - 1] = span[i];
    row[i] = 2 * (span[i - 1] + span[i]);
    row[i + 1] = span[i - 1];
    row[at.length] = 3 * (span[i] * secant[i - 1] + span[i - 1] * secant[i]);
    return row;
  });
  return solved(rows);
}

/**
 * @param {number[]} row filled
 * @param {number} i 0 or the last index
 * @param {number[]} span
 * @param {number[]} secant
 */
function endRow(row, i, span, secant) {
  const [near, far, step] = i === 0 ? [0, 1, 1] : [i - 1, i - 2, -1];
  const both = span[near] + span[far];
  row[i] = span[far];
  row[i + step] = both;
  row[row.length - 1] = ((span[near] + 2 * both) * span[far] * secant[near] + span[near] ** 2 * secant[far]) / both;
  return row;
}

/**
 * @param {number[][]} rows of a linear system, the right side last; changed
 * @returns {number[]}
 */
function solved(rows) {
  const count = rows.length;
  for (let i = 0; i < count; i++) {
    const pivot = rows.reduce((best, row, k) => (k >= i && Math.abs(row[i]) > Math.abs(rows[best][i]) ? k : best), i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    for (let k = i + 1; k < count; k++) {
      const share = rows[k][i] / rows[i][i];
      if (share) for (let j = i; j <= count; j++) rows[k][j] -= share * rows[i][j];
    }
  }
  const result = new Array(count).fill(0);
  for (let i = count - 1; i >= 0; i--) {
    const known = result.reduce((sum, value, k) => (k > i ? sum + rows[i][k] * value : sum), 0);
    result[i] = (rows[i][count] - known) / rows[i][i];
  }
  return result;
}
