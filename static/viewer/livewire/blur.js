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
