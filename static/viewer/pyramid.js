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
 * @returns {Level<T>[]} the full image first, not copied
 */
export function buildPyramid(values, rows, columns, rule) {
  /** @type {Level<T>[]} */
  const levels = [{ rows, columns, values }];
  for (const size of levelSizes(rows, columns).slice(1)) {
    const finer = levels[levels.length - 1];
    const Kind = /** @type {new (length: number) => T} */ (values.constructor);
    const level = { ...size, values: new Kind(size.rows * size.columns) };
    if (rule === "mean") reduceByMean(finer, level);
    else reduceByMax(finer, level);
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
      level.values[at] = (from[top] + from[top + 1] + from[below] + from[below + 1] + 2) >> 2;
    }
  }
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
