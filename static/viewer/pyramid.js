/**
 * Reduced copies of an image, each half the size of the one before: means for grey values, maxima where
 * nothing thin may vanish. Knows no DOM.
 *
 * Sizes are those of texture mip levels, rounded down, so an odd last row or column belongs to the last
 * pixel of the next level when maxima are taken.
 */

/**
 * @template {Uint8Array | Uint16Array} T
 * @typedef {{rows: number, columns: number, values: T}} Level
 */

/** @typedef {[number, number] | null} Padding first and last value that only fill the frame, and count in no mean */

const MOST_LEVELS = 6; // the coarsest is 1/32: a 16384 px side still fits on 512 canvas px

/**
 * @param {number} rows
 * @param {number} columns
 * @returns {{rows: number, columns: number}[]} sizes, the full one first
 */
export function levelSizes(rows, columns) {
  const sizes = [{ rows, columns }];
  while (sizes.length < MOST_LEVELS && Math.min(rows, columns) >= 2) {
    rows >>= 1;
    columns >>= 1;
    sizes.push({ rows, columns });
  }
  return sizes;
}

/**
 * @template {Uint8Array | Uint16Array} T
 * @param {T} values (rows, columns)
 * @param {number} rows
 * @param {number} columns
 * @param {"mean" | "max"} rule
 * @param {Padding} [padding] for means
 * @returns {Level<T>[]} the full image first, not copied
 */
export function buildPyramid(values, rows, columns, rule, padding = null) {
  /** @type {Level<T>[]} */
  const levels = [{ rows, columns, values }];
  for (const size of levelSizes(rows, columns).slice(1)) {
    const finer = levels[levels.length - 1];
    const Kind = /** @type {new (length: number) => T} */ (values.constructor);
    const level = { ...size, values: new Kind(size.rows * size.columns) };
    if (rule === "max") reduceByMax(finer, level);
    else if (padding) reduceByMeanWithout(padding, finer, level);
    else reduceByMean(finer, level);
    levels.push(level);
  }
  return levels;
}

/**
 * @param {Level<Uint8Array | Uint16Array>} finer
 * @param {Level<Uint8Array | Uint16Array>} level written
 */
function reduceByMean(finer, level) {
  const from = finer.values;
  for (let row = 0; row < level.rows; row++) {
    let top = 2 * row * finer.columns;
    let at = row * level.columns;
    for (let column = 0; column < level.columns; column++, top += 2, at++) {
      const below = top + finer.columns;
      const sum = from[top] + from[top + 1] + from[below] + from[below + 1];
      level.values[at] = (sum + 1 + ((sum >> 2) & 1)) >> 2; // a half goes to the even neighbour: no drift upwards
    }
  }
}

/**
 * Means of what is no padding; four pixels of padding stay padding. So no rim of false values lies between
 * tissue and padding.
 * @param {[number, number]} padding
 * @param {Level<Uint8Array | Uint16Array>} finer
 * @param {Level<Uint8Array | Uint16Array>} level written
 */
function reduceByMeanWithout([first, last], finer, level) {
  const from = finer.values;
  for (let row = 0; row < level.rows; row++) {
    for (let column = 0; column < level.columns; column++) {
      const top = 2 * row * finer.columns + 2 * column;
      let sum = 0;
      let count = 0;
      for (const at of [top, top + 1, top + finer.columns, top + finer.columns + 1]) {
        if (from[at] >= first && from[at] <= last) continue;
        sum += from[at];
        count++;
      }
      level.values[row * level.columns + column] = count ? outside(Math.round(sum / count), first, last) : from[top];
    }
  }
}

/**
 * @param {number} mean of values on both sides of the padding, perhaps
 * @param {number} first
 * @param {number} last
 * @returns {number} the nearest value that is no padding
 */
function outside(mean, first, last) {
  if (mean < first || mean > last) return mean;
  return first > 0 && (mean - first < last - mean || last >= 65535) ? first - 1 : last + 1;
}

/**
 * @param {Level<Uint8Array | Uint16Array>} finer
 * @param {Level<Uint8Array | Uint16Array>} level written
 */
function reduceByMax(finer, level) {
  for (let row = 0; row < finer.rows; row++) {
    const target = Math.min(row >> 1, level.rows - 1) * level.columns;
    const source = row * finer.columns;
    for (let column = 0; column < finer.columns; column++) {
      const value = finer.values[source + column];
      const at = target + Math.min(column >> 1, level.columns - 1);
      if (value > level.values[at]) level.values[at] = value;
    }
  }
}
