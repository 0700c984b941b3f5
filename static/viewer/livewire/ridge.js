/**
 * How much each place of an image looks like the middle of a bright vessel, and which way the vessel runs there.
 * Second derivatives at the width of vessels, not of their walls: where both walls are calcified and the lumen is
 * dark, the walls blur into one ridge whose crest is the vessel's middle. What is bright is measured against the
 * neighbourhood, so neither contrast nor noise nor the window that is shown changes the answer. Knows no DOM.
 */

/** Kinds of directions that are told apart, over half a turn. */
export const DIRECTIONS = 16;

/**
 * @typedef {object} Ridge
 * @property {Float32Array} strength (rows, columns) 0: none; towards 1: a clear vessel
 * @property {Uint8Array} direction (rows, columns) along the ridge, in steps of half a turn / DIRECTIONS from x to y
 */
/**
 * @typedef {object} Scales
 * @property {number[]} ridgesPx widths of Gaussians, rising
 * @property {[number, number]} wallsPx least and greatest distance between two walls of one vessel
 * @property {number} crestPx within this distance the strongest place is the vessel's middle
 * @property {number} neighbourhoodPx half the side of the neighbourhood
 */

/**
 * @param {{values: Float32Array, rows: number, columns: number}} image bright is calcium
 * @param {Scales} scales
 * @returns {Ridge}
 */
export function measureRidge({ values, rows, columns }, { ridgesPx, wallsPx, crestPx, neighbourhoodPx }) {
  const ridge = { strength: new Float32Array(values.length), direction: new Uint8Array(values.length) };
  /** @type {Ridge | null} */
  let walls = null; // the finest scale alone
  let blurred = values;
  let blurredPx = 0;
  for (const scalePx of ridgesPx) {
    blurred = blur(blurred, rows, columns, Math.sqrt(scalePx * scalePx - blurredPx * blurredPx));
    blurredPx = scalePx;
    const answer = ridgesOf(blurred, rows, columns);
    const usual = usualAround(answer.strength, rows, columns, neighbourhoodPx);
    for (let i = 0; i < usual.length; i++) answer.strength[i] /= usual[i];
    keepLarger(ridge, answer);
    walls ??= answer;
  }
  if (walls) joinWalls(walls, ridge, rows, columns, wallsPx);
  normalise(ridge.strength, largestAround(ridge.strength, rows, columns, crestPx));
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
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 * @returns {Ridge} strength: how sharply it falls off on both sides, 0 where it does not
 */
function ridgesOf(values, rows, columns) {
  const strength = new Float32Array(values.length);
  const direction = new Uint8Array(values.length);
  for (let row = 1; row < rows - 1; row++) {
    for (let i = row * columns + 1; i < (row + 1) * columns - 1; i++) {
      const twice = 2 * values[i];
      const xx = values[i - 1] + values[i + 1] - twice;
      const yy = values[i - columns] + values[i + columns] - twice;
      const xy = (values[i - columns - 1] + values[i + columns + 1] - values[i - columns + 1] - values[i + columns - 1]) / 4;
      const half = (xx - yy) / 2;
      const lower = (xx + yy) / 2 - Math.sqrt(half * half + xy * xy); // eigenvalue, across the ridge
      if (lower >= 0) continue;
      strength[i] = -lower;
      // The other eigenvector runs along the ridge.
      const angle = Math.atan2(xy, half) / 2;
      direction[i] = Math.round((angle / Math.PI + 1) * DIRECTIONS) % DIRECTIONS;
    }
  }
  return { strength, direction };
}

const LEAST_LIKENESS = 0.4; // of the fainter wall to the brighter one
const WALL_SHARE = 0.5; // what a wall keeps of its strength once it is half of a pair
const WALL_DIRECTIONS = 2; // by which two walls may differ

/**
 * Where two ridges run side by side at the distance of two walls, put the ridge into the middle between them.
 * @param {Ridge} walls
 * @param {Ridge} ridge changed
 * @param {number} rows
 * @param {number} columns
 * @param {[number, number]} wallsPx
 */
function joinWalls(walls, ridge, rows, columns, wallsPx) {
  const across = stepsAcross(columns, wallsPx);
  const border = Math.ceil(wallsPx[1]) + 1;
  for (let row = border; row < rows - border; row++) {
    for (let i = row * columns + border; i < (row + 1) * columns - border; i++) {
      const here = walls.strength[i];
      const steps = across[walls.direction[i]];
      for (let k = 0; k < steps.length; k += 2) {
        const there = walls.strength[i + steps[k]];
        const fainter = here < there ? here : there;
        if (fainter < LEAST_LIKENESS * (here + there - fainter)) continue;
        const middle = i + steps[k + 1];
        if (walls.strength[middle] > fainter) continue; // one broad ridge, not two walls
        if (turnBetween(walls.direction[i], walls.direction[i + steps[k]]) > WALL_DIRECTIONS) continue;
        if (ridge.strength[i] > WALL_SHARE * here) ridge.strength[i] = WALL_SHARE * here;
        if ((here + there) / 2 <= ridge.strength[middle]) continue;
        ridge.strength[middle] = (here + there) / 2;
        ridge.direction[middle] = walls.direction[i];
      }
    }
  }
}

/**
 * @param {number} columns
 * @param {[number, number]} wallsPx
 * @returns {Int32Array[]} for each direction of a wall: how far on in the image another wall is, and the middle
 */
function stepsAcross(columns, [leastPx, mostPx]) {
  return Array.from({ length: DIRECTIONS }, (_, direction) => {
    const angle = (direction * Math.PI) / DIRECTIONS;
    const steps = [];
    for (let apart = leastPx; apart <= mostPx; apart++) {
      const [x, y] = [-apart * Math.sin(angle), apart * Math.cos(angle)];
      const other = Math.round(y) * columns + Math.round(x);
      const middle = Math.round(y / 2) * columns + Math.round(x / 2);
      steps.push(other, middle, -other, -middle); // to both sides: the other wall may look past this one
    }
    return Int32Array.from(steps);
  });
}

/**
 * @param {number} one
 * @param {number} other
 * @returns {number} steps between two directions
 */
function turnBetween(one, other) {
  const turn = Math.abs(one - other);
  return Math.min(turn, DIRECTIONS - turn);
}

const CLEAR = 4; // times what is usual: half as good as a perfect vessel

/**
 * @param {Float32Array} strength times what is usual around; put between 0 and 1 in place
 * @param {Float32Array} crest the largest near by
 */
function normalise(strength, crest) {
  for (let i = 0; i < strength.length; i++) {
    const over = strength[i] / CLEAR;
    strength[i] = ((over * over) / (1 + over * over)) * (strength[i] / (crest[i] || 1));
  }
}

/**
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 * @param {number} reachPx
 * @returns {Float32Array} the largest value in the square around
 */
function largestAround(values, rows, columns, reachPx) {
  const reach = Math.max(1, Math.round(reachPx));
  const across = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const [first, last] = [row * columns, (row + 1) * columns - 1];
    for (let i = first; i <= last; i++) {
      let largest = 0;
      for (let k = Math.max(first, i - reach); k <= Math.min(last, i + reach); k++) if (values[k] > largest) largest = values[k];
      across[i] = largest;
    }
  }
  const around = across.slice();
  for (let row = 0; row < rows; row++) {
    for (let other = Math.max(0, row - reach); other <= Math.min(rows - 1, row + reach); other++) {
      const [to, from] = [row * columns, other * columns];
      for (let i = 0; i < columns; i++) if (across[from + i] > around[to + i]) around[to + i] = across[from + i];
    }
  }
  return around;
}

/**
 * @param {Float32Array} strength
 * @param {number} rows
 * @param {number} columns
 * @param {number} reachPx
 * @returns {Float32Array} geometric mean around: a vessel hardly raises what is usual near it
 */
function usualAround(strength, rows, columns, reachPx) {
  let largest = 0;
  for (const value of strength) if (value > largest) largest = value;
  const least = largest * 1e-4 || 1;
  const logs = strength.map((value) => Math.log(Math.max(least, value)));
  return boxMean(logs, rows, columns, reachPx).map(Math.exp);
}

/**
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 * @param {number} sigmaPx
 * @returns {Float32Array} Gaussian blur; the borders go on as they end
 */
export function blur(values, rows, columns, sigmaPx) {
  const weights = gaussian(sigmaPx);
  const across = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) blurRow(values, across, row * columns, columns, weights);
  const blurred = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) blurAcrossRows(across, blurred, row, rows, columns, weights);
  return blurred;
}

/**
 * @param {number} sigmaPx
 * @returns {Float64Array} weights of the middle and of the places 1, 2, ... beside it
 */
function gaussian(sigmaPx) {
  const reach = Math.ceil(3 * sigmaPx);
  const weights = new Float64Array(reach + 1);
  let total = 0;
  for (let i = 0; i <= reach; i++) {
    weights[i] = Math.exp(-(i * i) / (2 * sigmaPx * sigmaPx));
    total += i ? 2 * weights[i] : weights[i];
  }
  return weights.map((weight) => weight / total);
}

/**
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} start
 * @param {number} length
 * @param {Float64Array} weights
 */
function blurRow(from, to, start, length, weights) {
  const reach = weights.length - 1;
  const last = start + length - 1;
  for (let i = start; i <= last; i++) {
    let sum = weights[0] * from[i];
    if (i - reach >= start && i + reach <= last) {
      for (let k = 1; k <= reach; k++) sum += weights[k] * (from[i - k] + from[i + k]);
    } else {
      for (let k = 1; k <= reach; k++) sum += weights[k] * (from[Math.max(start, i - k)] + from[Math.min(last, i + k)]);
    }
    to[i] = sum;
  }
}

/**
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} row
 * @param {number} rows
 * @param {number} columns
 * @param {Float64Array} weights
 */
function blurAcrossRows(from, to, row, rows, columns, weights) {
  const start = row * columns;
  for (let i = 0; i < columns; i++) to[start + i] = weights[0] * from[start + i];
  for (let k = 1; k < weights.length; k++) {
    const weight = weights[k];
    const above = Math.max(0, row - k) * columns;
    const below = Math.min(rows - 1, row + k) * columns;
    for (let i = 0; i < columns; i++) to[start + i] += weight * (from[above + i] + from[below + i]);
  }
}

/**
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 * @param {number} reachPx
 * @returns {Float32Array} mean over the square of 2 reachPx + 1 around, as far as it lies inside
 */
function boxMean(values, rows, columns, reachPx) {
  const reach = Math.max(1, Math.round(reachPx));
  const sums = new Float64Array((rows + 1) * (columns + 1)); // of everything above and to the left
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      sum += values[row * columns + column];
      sums[(row + 1) * (columns + 1) + column + 1] = sums[row * (columns + 1) + column + 1] + sum;
    }
  }
  const means = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const top = Math.max(0, row - reach) * (columns + 1);
    const bottom = Math.min(rows, row + reach + 1) * (columns + 1);
    for (let column = 0; column < columns; column++) {
      const left = Math.max(0, column - reach);
      const right = Math.min(columns, column + reach + 1);
      const sum = sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left];
      means[row * columns + column] = sum / ((right - left) * ((bottom - top) / (columns + 1)));
    }
  }
  return means;
}
