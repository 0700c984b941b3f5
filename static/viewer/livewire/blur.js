/** Means and Gaussian means around each place of an image. Knows no DOM. */

/**
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 * @param {number} sigmaPx
 * @returns {Float32Array} Gaussian blur; the borders go on as they end
 */
export function blur(values, rows, columns, sigmaPx) {
  const weights = gaussian(sigmaPx);
  const reach = weights.length - 1;
  const across = new Float32Array(values.length);
  const line = new Float32Array(columns + 2 * reach);
  const before = Int32Array.from(weights, (_, k) => reach - k);
  const after = Int32Array.from(weights, (_, k) => reach + k);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    line.fill(values[start], 0, reach);
    line.set(values.subarray(start, start + columns), reach);
    line.fill(values[start + columns - 1], reach + columns);
    addPairs(line, before, after, weights, across, start, columns);
  }
  const blurred = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k <= reach; k++) {
      before[k] = Math.max(0, row - k) * columns;
      after[k] = Math.min(rows - 1, row + k) * columns;
    }
    addPairs(across, before, after, weights, blurred, row * columns, columns);
  }
  return blurred;
}

/**
 * @param {number} sigmaPx
 * @returns {Float64Array} weights of the middle, halved because it is its own other side, and of the places 1, 2, ...
 *   beside it; by threes
 */
function gaussian(sigmaPx) {
  const reach = Math.ceil(3 * sigmaPx);
  const weights = new Float64Array(3 * Math.ceil((reach + 1) / 3));
  for (let i = 0; i <= reach; i++) weights[i] = Math.exp(-(i * i) / (2 * sigmaPx * sigmaPx));
  weights[0] /= 2;
  const total = 2 * weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * Weighted sums of pairs of lines, three pairs at a time: each sum is read and written a third as often.
 * @param {Float32Array} from
 * @param {Int32Array} firsts where in it the first line of each pair starts
 * @param {Int32Array} seconds and the second
 * @param {Float64Array} weights of each pair
 * @param {Float32Array} to zeros
 * @param {number} start
 * @param {number} length
 */
function addPairs(from, firsts, seconds, weights, to, start, length) {
  for (let k = 0; k < weights.length; k += 3) {
    const [near, middle, far] = [weights[k], weights[k + 1], weights[k + 2]];
    let [a, b, c, d, e, f] = [firsts[k], seconds[k], firsts[k + 1], seconds[k + 1], firsts[k + 2], seconds[k + 2]];
    for (let at = start; at < start + length; at++) {
      to[at] += near * (from[a++] + from[b++]) + middle * (from[c++] + from[d++]) + far * (from[e++] + from[f++]);
    }
  }
}

/**
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 * @param {number} reachPx
 * @returns {Float32Array} mean over the square of 2 reachPx + 1 around, as far as it lies inside
 */
export function boxMean(values, rows, columns, reachPx) {
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
