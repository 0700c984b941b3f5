/**
 * Stored values to grey levels of the screen, as DICOM PS3.3 C.11.2.1 and C.7.6.3.1.2 define it: rescale, window
 * or lookup table, inversion; padding is background whatever the window. All of it ends in one table with a grey
 * level for each stored value, which the shader of image_layer.js looks up. Knows no DOM.
 */

/** @typedef {"LINEAR" | "LINEAR_EXACT" | "SIGMOID" | "LUT"} VoiFunction */
/** @typedef {{firstMapped: number, bits: number, values: Uint16Array}} VoiLut a table of a VOI LUT Sequence */
/**
 * @typedef {object} Windowing in rescaled values
 * @property {number} center
 * @property {number} width
 * @property {VoiFunction} voiFunction
 * @property {VoiLut} [lut] of LUT; `center` and `width` say over which values it is spread
 */
/**
 * @typedef {object} GreyScale what the stored values of an image mean
 * @property {number} slope
 * @property {number} intercept
 * @property {number} bits stored
 * @property {boolean} inverted true where the smallest rescaled value is shown white
 * @property {[number, number] | null} padding first and last stored value that only fill the frame
 */

const TAIL = 3; // times the spread away from the air, that the window reaches towards it
const SMALLEST_WIDTH = { LINEAR: 1, LINEAR_EXACT: 1e-3, SIGMOID: 1e-3, LUT: 2 };

/** @type {GreyScale} */
export const PLAIN_SCALE = { slope: 1, intercept: 0, bits: 16, inverted: false, padding: null };

/**
 * @param {number} value rescaled value
 * @param {Windowing} windowing
 * @param {boolean} [inverted] true where the smallest value is shown white
 * @returns {number} brightness, 0 to 1
 */
export function brightness(value, windowing, inverted = false) {
  const shown = voi(value, windowing);
  return inverted ? 1 - shown : shown;
}

/**
 * @param {Windowing} windowing
 * @param {GreyScale} scale
 * @returns {Uint8Array} grey level, 0 to 255, of each stored value of the image's bits
 */
export function greyTable(windowing, scale) {
  const { slope, intercept, bits, inverted, padding } = scale;
  const table = new Uint8Array(2 ** bits);
  for (let stored = 0; stored < table.length; stored++) {
    table[stored] = Math.floor(brightness(stored * slope + intercept, windowing, inverted) * 255 + 0.5);
  }
  if (padding) table.fill(0, padding[0], padding[1] + 1);
  return table;
}

/**
 * @param {VoiLut} lut
 * @returns {Windowing} the table over the values that it is written for
 */
export function lutWindowing(lut) {
  const width = lut.values.length;
  return { center: lut.firstMapped + width / 2, width, voiFunction: "LUT", lut };
}

/**
 * @param {number} x
 * @param {Windowing} windowing
 * @returns {number} 0 to 1
 */
function voi(x, { center, width, voiFunction, lut }) {
  if (lut) return lookUp(x, center - width / 2, width, lut);
  if (voiFunction === "SIGMOID") return 1 / (1 + Math.exp((-4 * (x - center)) / width));
  const exact = voiFunction === "LINEAR_EXACT";
  const middle = exact ? center : center - 0.5;
  const span = exact ? width : width - 1;
  if (x <= middle - span / 2) return 0;
  if (x > middle + span / 2) return 1;
  return (x - middle) / span + 0.5;
}

/**
 * @param {number} x
 * @param {number} first value of the table's first entry
 * @param {number} width how many values the table is spread over
 * @param {VoiLut} lut
 * @returns {number} 0 to 1
 */
function lookUp(x, first, width, { values, bits }) {
  const entry = Math.round(((x - first) * values.length) / width);
  return values[Math.min(values.length - 1, Math.max(0, entry))] / (2 ** bits - 1);
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
 * @param {Windowing} a
 * @param {Windowing} b
 * @returns {boolean} whether both show every value alike
 */
export function areSame(a, b) {
  return a.center === b.center && a.width === b.width && a.voiFunction === b.voiFunction && a.lut === b.lut;
}

/**
 * A window for images that bring none: from the 1st to the 99.5th percentile of what is neither padding nor
 * background, less a tail towards the air.
 * @param {Uint8Array | Uint16Array} values stored; a reduced copy of the image is enough
 * @param {GreyScale} scale
 * @returns {Windowing}
 */
export function automaticWindowing(values, scale) {
  const { low, high } = inside(values, scale);
  const { slope, intercept } = scale;
  const ends = [low * slope + intercept, high * slope + intercept].sort((a, b) => a - b);
  // LINEAR shows center - 0.5 as middle grey and spreads width - 1.
  return { center: (ends[0] + ends[1] + 1) / 2, width: ends[1] - ends[0] + 1, voiFunction: "LINEAR" };
}

/**
 * @param {Uint8Array | Uint16Array} values
 * @param {GreyScale} scale
 * @returns {{low: number, high: number}} stored values between which the tissue lies
 */
function inside(values, { slope, inverted, padding }) {
  const histogram = new Uint32Array(65536);
  for (const value of values) histogram[value]++;
  if (padding) histogram.fill(0, padding[0], padding[1] + 1);
  const lowest = histogram.findIndex((count) => count > 0);
  const highest = histogram.findLastIndex((count) => count > 0);
  if (lowest === highest) return { low: lowest, high: lowest + 1 };
  // Air is dark on the screen: the largest stored value where these are turned round, else the smallest.
  const isAirHigh = inverted !== slope < 0;
  histogram[isAirHigh ? highest : lowest] = 0;
  const count = histogram.reduce((sum, each) => sum + each, 0);
  const [low, middle, high] = [0.01, 0.5, 0.995].map((share) => percentile(histogram, count * share));
  // A raw image falls off steeply at the skin: its long tail towards the air would leave the breast no contrast.
  const first = isAirHigh ? low : Math.max(low, middle - TAIL * (high - middle));
  const last = isAirHigh ? Math.min(high, middle + TAIL * (middle - low)) : high;
  return { low: first, high: Math.max(first + 1, last) };
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
