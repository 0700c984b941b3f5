/**
 * How much each place of an image looks like the middle of a bright vessel, and which way the vessel runs there.
 * Second derivatives at the width of vessels, not of their walls: where both walls are calcified and the lumen is
 * dark, the two walls together give one ridge in the vessel's middle (see walls.js). What is bright is measured
 * against the neighbourhood, so neither contrast nor noise nor the window that is shown changes the answer. Knows no
 * DOM.
 */

import { blur, boxMean } from "./blur.js";
import { acrossOf, DIRECTIONS } from "./directions.js";
import { joinWalls } from "./walls.js";

/**
 * @typedef {object} Ridge
 * @property {number} rows
 * @property {number} columns
 * @property {Float32Array} strength (rows, columns) 0: none; else times what is usual around, or towards 1: a clear vessel
 * @property {Uint8Array} direction (rows, columns) along the ridge, in steps of half a turn / DIRECTIONS from x to y;
 *   told where the strength is more than usual
 */
/**
 * @typedef {object} Scales
 * @property {number[]} ridgesPx widths of Gaussians, rising
 * @property {[number, number]} wallsPx least and greatest distance between two walls of one vessel
 * @property {number} crestPx within this distance the strongest place is the vessel's middle
 * @property {number} perfect times what is usual: what is so strong is as good as can be
 * @property {number} neighbourhoodPx half the side of the neighbourhood
 */
/** @typedef {{values: Float32Array, rows: number, columns: number}} Image bright is calcium */
/** @typedef {import("../runs.js").Box} Box */

/**
 * @param {Image} image
 * @param {Scales} scales
 * @param {Box} inner what is asked for: what lies around it in the image is seen, too
 * @returns {Ridge} strength from 0 to 1 within the inner box
 */
export function measureRidge(image, { ridgesPx, wallsPx, crestPx, perfect, neighbourhoodPx }, inner) {
  const ridge = ridgeAtScale(image, ridgesPx[0], neighbourhoodPx);
  const { rows, columns, strength, direction } = ridge;
  const walls = { rows, columns, strength: strength.slice(), direction: direction.slice() }; // the finest scale alone
  for (const scalePx of ridgesPx.slice(1)) keepLarger(ridge, ridgeAtScale(image, scalePx, neighbourhoodPx));
  joinWalls(walls, ridge, wallsPx);
  normalise(ridge, crestsOf(ridge, crestPx, inner), perfect, inner);
  return ridge;
}

/**
 * @param {Ridge} ridge raised where the other is stronger
 * @param {Ridge} other
 */
function keepLarger(ridge, other) {
  for (let i = 0; i < ridge.strength.length; i++) {
    if (other.strength[i] <= ridge.strength[i]) continue;
    ridge.strength[i] = other.strength[i];
    ridge.direction[i] = other.direction[i];
  }
}

/**
 * @param {Image} image
 * @param {number} scalePx
 * @param {number} neighbourhoodPx
 * @returns {Ridge} strength: times what is usual around
 */
export function ridgeAtScale({ values, rows, columns }, scalePx, neighbourhoodPx) {
  const blurred = blur(values, rows, columns, scalePx);
  const strength = strengthOf(blurred, rows, columns);
  divideByUsual(strength, rows, columns, neighbourhoodPx);
  const direction = new Uint8Array(strength.length);
  for (let i = 0; i < strength.length; i++) if (strength[i] > 1) direction[i] = directionAt(blurred, columns, i);
  return { rows, columns, strength, direction };
}

/**
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 * @returns {Float32Array} how sharply the image falls off on both sides, 0 where it does not
 */
function strengthOf(values, rows, columns) {
  const strength = new Float32Array(values.length);
  for (let row = 1; row < rows - 1; row++) {
    for (let i = row * columns + 1; i < (row + 1) * columns - 1; i++) {
      const twice = 2 * values[i];
      const xx = values[i - 1] + values[i + 1] - twice;
      const yy = values[i - columns] + values[i + columns] - twice;
      const xy = (values[i - columns - 1] + values[i + columns + 1] - values[i - columns + 1] - values[i + columns - 1]) / 4;
      const half = (xx - yy) / 2;
      const lower = (xx + yy) / 2 - Math.sqrt(half * half + xy * xy); // eigenvalue, across the ridge
      if (lower < 0) strength[i] = -lower;
    }
  }
  return strength;
}

// Tangents of where, in a quarter of a turn, one direction ends and the next begins: twice the angle is looked at.
const BORDERS = [0.5, 1.5, 2.5, 3.5].map((k) => Math.tan((k * 2 * Math.PI) / DIRECTIONS));
const [FIRST, SECOND, THIRD, FOURTH] = BORDERS;

/**
 * @param {Float32Array} values
 * @param {number} columns
 * @param {number} i not at the border
 * @returns {number} of the ridge there: the other eigenvector runs along it
 */
function directionAt(values, columns, i) {
  const along = (values[i - 1] + values[i + 1] - values[i - columns] - values[i + columns]) / 2;
  const xy = (values[i - columns - 1] + values[i + columns + 1] - values[i - columns + 1] - values[i + columns - 1]) / 4;
  const [x, y] = [Math.abs(along), Math.abs(xy)];
  // Comparing costs a fifth of an arc tangent.
  const quarter = y < SECOND * x ? (y < FIRST * x ? 0 : 1) : y < THIRD * x ? 2 : y < FOURTH * x ? 3 : 4;
  const half = along < 0 ? DIRECTIONS / 2 - quarter : quarter;
  return xy < 0 ? (DIRECTIONS - half) % DIRECTIONS : half;
}

const CLEAR = 4; // times what is usual: half as good as a perfect vessel

/**
 * @param {Ridge} ridge
 * @param {number} reachPx
 * @param {Box} inner
 * @returns {Float32Array} the largest strength abreast of each place: along a vessel none lowers the next
 */
function crestsOf({ strength, direction, rows, columns }, reachPx, inner) {
  const reach = Math.max(1, Math.round(reachPx));
  const abreast = Int32Array.from({ length: DIRECTIONS * reach }, (_, k) => {
    const { x, y } = acrossOf(Math.floor(k / reach));
    const step = (k % reach) + 1;
    return Math.round(step * y) * columns + Math.round(step * x);
  });
  const crests = strength.slice();
  const [left, right] = [Math.max(reach, inner.column0), Math.min(columns - reach, inner.column1)];
  for (let row = Math.max(reach, inner.row0); row < Math.min(rows - reach, inner.row1); row++) {
    for (let i = row * columns + left; i < row * columns + right; i++) {
      let crest = strength[i];
      if (crest <= 1) continue;
      for (let k = direction[i] * reach; k < (direction[i] + 1) * reach; k++) {
        crest = Math.max(crest, strength[i + abreast[k]], strength[i - abreast[k]]);
      }
      crests[i] = crest;
    }
  }
  return crests;
}

/**
 * @param {Ridge} ridge its strength is put between 0 and 1 in place
 * @param {Float32Array} crests
 * @param {number} perfect
 * @param {Box} inner
 */
function normalise({ strength, columns }, crests, perfect, { row0, column0, row1, column1 }) {
  const most = goodness(perfect);
  for (let row = row0; row < row1; row++) {
    for (let i = row * columns + column0; i < row * columns + column1; i++) {
      if (strength[i]) strength[i] = Math.min(1, goodness(strength[i]) / most) * (strength[i] / crests[i]);
    }
  }
}

/** @param {number} strength times what is usual @returns {number} 0 to 1 */
function goodness(strength) {
  const over = strength / CLEAR;
  return (over * over) / (1 + over * over);
}

const EVERY = 3; // so many nodes apart what is usual is measured: it changes slowly

/**
 * Geometric mean around: a vessel hardly raises what is usual near it.
 * @param {Float32Array} strength divided by what is usual in place
 * @param {number} rows
 * @param {number} columns
 * @param {number} reachPx
 */
function divideByUsual(strength, rows, columns, reachPx) {
  let largest = 0;
  for (let i = 0; i < strength.length; i++) if (strength[i] > largest) largest = strength[i];
  const least = largest * 1e-4 || 1;
  const [fewRows, fewColumns] = [Math.ceil(rows / EVERY), Math.ceil(columns / EVERY)];
  const logs = new Float32Array(fewRows * fewColumns);
  for (let row = 0; row < fewRows; row++) {
    for (let column = 0; column < fewColumns; column++) {
      logs[row * fewColumns + column] = Math.log(Math.max(least, strength[(row * columns + column) * EVERY]));
    }
  }
  const shares = boxMean(logs, fewRows, fewColumns, reachPx / EVERY);
  for (let i = 0; i < shares.length; i++) shares[i] = Math.exp(-shares[i]);
  const few = Uint16Array.from({ length: columns }, (_, column) => Math.floor(column / EVERY));
  for (let row = 0; row < rows; row++) {
    const from = Math.floor(row / EVERY) * fewColumns;
    for (let column = 0; column < columns; column++) strength[row * columns + column] *= shares[from + few[column]];
  }
}
