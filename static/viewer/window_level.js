/**
 * Stored values to brightness, as DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3 define it. Knows no DOM.
 * The shader of image_layer.js computes the same three functions.
 */

/** @typedef {"LINEAR" | "LINEAR_EXACT" | "SIGMOID"} VoiFunction */
/** @typedef {{center: number, width: number, voiFunction: VoiFunction}} Windowing in rescaled values */

/** The order is the number that the shader gets. */
export const VOI_FUNCTIONS = /** @type {const} */ (["LINEAR", "LINEAR_EXACT", "SIGMOID"]);

const SMALLEST_WIDTH = { LINEAR: 1, LINEAR_EXACT: 1e-3, SIGMOID: 1e-3 };

/**
 * @param {number} value rescaled value
 * @param {Windowing} windowing
 * @param {boolean} [inverted] true for MONOCHROME1, whose smallest value is shown white
 * @returns {number} brightness, 0 to 1
 */
export function brightness(value, windowing, inverted = false) {
  const shown = voi(value, windowing);
  return inverted ? 1 - shown : shown;
}

/**
 * @param {number} x
 * @param {Windowing} windowing
 * @returns {number} 0 to 1
 */
function voi(x, { center, width, voiFunction }) {
  if (voiFunction === "SIGMOID") return 1 / (1 + Math.exp((-4 * (x - center)) / width));
  const exact = voiFunction === "LINEAR_EXACT";
  const middle = exact ? center : center - 0.5;
  const span = exact ? width : width - 1;
  if (x <= middle - span / 2) return 0;
  if (x > middle + span / 2) return 1;
  return (x - middle) / span + 0.5;
}

/**
 * @param {Windowing} windowing
 * @param {number} addCenter
 * @param {number} timesWidth
 * @returns {Windowing} changed, with a width that its function allows
 */
export function adjusted(windowing, addCenter, timesWidth) {
  const smallest = SMALLEST_WIDTH[windowing.voiFunction];
  return {
    ...windowing,
    center: windowing.center + addCenter,
    width: Math.max(smallest, windowing.width * timesWidth),
  };
}

/**
 * A window for images that bring none: from the 1st to the 99.5th percentile of what is not background.
 * @param {Uint8Array | Uint16Array} values a reduced copy of the image is enough
 * @param {boolean} inverted MONOCHROME1: background is the largest value, else the smallest
 * @returns {{center: number, width: number}} stored values
 */
export function automaticWindow(values, inverted) {
  const histogram = new Uint32Array(65536);
  for (const value of values) histogram[value]++;
  const lowest = histogram.findIndex((count) => count > 0);
  const highest = histogram.findLastIndex((count) => count > 0);
  if (lowest === highest) return { center: lowest + 0.5, width: 2 };
  const background = inverted ? highest : lowest;
  const inside = values.length - histogram[background];
  histogram[background] = 0;
  const low = percentile(histogram, inside * 0.01);
  const high = Math.max(low + 1, percentile(histogram, inside * 0.995));
  return { center: (low + high + 1) / 2, width: high - low + 1 };
}

/**
 * @param {Uint32Array} histogram
 * @param {number} count
 * @returns {number} smallest value with at least so many values at or below it
 */
function percentile(histogram, count) {
  let seen = 0;
  for (let value = 0; value < histogram.length; value++) {
    seen += histogram[value];
    if (seen >= count) return value;
  }
  return histogram.length - 1;
}
