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

/**
 * @param {Image} image
 * @param {Scales} scales
 * @returns {Ridge} strength from 0 to 1
 */
export function measureRidge(image, { ridgesPx, wallsPx, crestPx, perfect, neighbourhoodPx }) {
  const ridge = ridgeAtScale(image, ridgesPx[0], neighbourhoodPx);
  const walls = { ...ridge, strength: ridge.strength.slice(), direction: ridge.direction.slice() }; // the finest scale alone
  for (const scalePx of ridgesPx.slice(1)) keepLarger(ridge, ridgeAtScale(image, scalePx, neighbourhoodPx));
  joinWalls(walls, ridge, wallsPx);
  normalise(ridge, crestsOf(ridge, crestPx), perfect);
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

/**
 * @param {Float32Array} values
 * @param {number} columns
 * @param {number} i not at the border
 * @returns {number} of the ridge there: the other eigenvector runs along it
 */
function directionAt(values, columns, i) {
  const xx = values[i - 1] + values[i + 1];
  const yy = values[i - columns] + values[i + columns];
  const xy = (values[i - columns - 1] + values[i + columns + 1] - values[i - columns + 1] - values[i + columns - 1]) / 4;
  const angle = Math.atan2(xy, (xx - yy) / 2) / 2;
  return Math.round((angle / Math.PI + 1) * DIRECTIONS) % DIRECTIONS;
}

const CLEAR = 4; // times what is usual: half as good as a perfect vessel

/**
 * @param {Ridge} ridge
 * @param {number} reachPx
 * @returns {Float32Array} the largest strength abreast of each place: along a vessel none lowers the next
 */
function crestsOf({ strength, direction, rows, columns }, reachPx) {
  const reach = Math.max(1, Math.round(reachPx));
  const abreast = Array.from({ length: DIRECTIONS }, (_, k) => {
    const { x, y } = acrossOf(k);
    return Int32Array.from({ length: reach }, (_, step) => Math.round((step + 1) * y) * columns + Math.round((step + 1) * x));
  });
  const crests = strength.slice();
  for (let row = reach; row < rows - reach; row++) {
    for (let i = row * columns + reach; i < (row + 1) * columns - reach; i++) {
      if (strength[i] <= 1) continue;
      for (const step of abreast[direction[i]]) {
        if (strength[i + step] > crests[i]) crests[i] = strength[i + step];
        if (strength[i - step] > crests[i]) crests[i] = strength[i - step];
      }
    }
  }
  return crests;
}

/**
 * @param {Ridge} ridge its strength is put between 0 and 1 in place
 * @param {Float32Array} crests
 * @param {number} perfect
 */
function normalise({ strength }, crests, perfect) {
  const most = goodness(perfect);
  for (let i = 0; i < strength.length; i++) {
    strength[i] = Math.min(1, goodness(strength[i]) / most) * (strength[i] / (crests[i] || 1));
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
  for (const value of strength) if (value > largest) largest = value;
  const least = largest * 1e-4 || 1;
  const [fewRows, fewColumns] = [Math.ceil(rows / EVERY), Math.ceil(columns / EVERY)];
  const logs = new Float32Array(fewRows * fewColumns);
  for (let row = 0; row < fewRows; row++) {
    for (let column = 0; column < fewColumns; column++) {
      logs[row * fewColumns + column] = Math.log(Math.max(least, strength[(row * columns + column) * EVERY]));
    }
  }
  const usual = boxMean(logs, fewRows, fewColumns, reachPx / EVERY).map(Math.exp);
  const few = Uint16Array.from({ length: columns }, (_, column) => Math.floor(column / EVERY));
  for (let row = 0; row < rows; row++) {
    const from = Math.floor(row / EVERY) * fewColumns;
    for (let column = 0; column < columns; column++) strength[row * columns + column] /= usual[from + few[column]];
  }
}
