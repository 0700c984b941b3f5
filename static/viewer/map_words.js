/** What is said of a map over the image: its scale, what was assumed, and why there is none. Knows no DOM. */

/**
 * @typedef {object} ImageMap
 * @property {string} id
 * @property {MapKind} kind
 * @property {number} step_px side of a map's pixel in pixels of the image
 * @property {string} unit empty for a share from 0 to 1
 * @property {number} lowest value of level 1
 * @property {number} step from one level to the next
 * @property {number} visible_from
 * @property {string} source
 * @property {string[]} flags
 * @property {string} pixels_url
 */
/** @typedef {"density" | "calcification_thickness" | "heatmap"} MapKind */
/** @typedef {"ready" | "queued" | "running" | "absent" | "undefined" | "failed"} MapState */
/** @typedef {{state: MapState, image_map: ImageMap | null, code: string, message: string, done: number, total: number}} MapStatus */

const LAST_LEVEL = 255;

/** @type {Record<string, string>} */
const FLAG_WORDS = {
  fat_reference_uncertain: "The breast is so even that its least dense places may not be fat: all values may be too low.",
  linearity_assumed: "The header does not say that the image is linear; it was taken for linear.",
  direction_guessed: "Whether dense is bright or dark was read from the pixels.",
  grid_unknown: "The header names no grid; one was assumed.",
};

/**
 * @param {ImageMap} map
 * @returns {number} the smallest level that is painted
 */
export function firstLevel({ visible_from: from, lowest, step }) {
  return Math.min(LAST_LEVEL, Math.max(1, Math.ceil((from - lowest) / step) + 1));
}

/**
 * @param {ImageMap} map
 * @returns {{low: string, high: string}} ends of the colour scale
 */
export function scaleEnds({ kind, lowest, step, unit }) {
  const highest = lowest + (LAST_LEVEL - 1) * step;
  const text = (/** @type {number} */ value) => `${Number(value.toPrecision(2))}${unit ? ` ${unit}` : ""}`;
  return { low: text(lowest), high: kind === "calcification_thickness" ? `${text(highest)} or more` : text(highest) };
}

/**
 * @param {ImageMap} map
 * @returns {string} what is mapped, from where, and what was assumed
 */
export function mapText({ kind, source, visible_from: from, unit, flags }) {
  const what = {
    density: "Thickness of dense tissue behind each place.",
    calcification_thickness: `Thickness of mineral above its surroundings; painted from ${Number(from.toPrecision(2))} ${unit}. Clips, folds and ligaments stand out too.`,
    heatmap: `By ${source}.`,
  }[kind];
  return [what, ...flags.map((flag) => FLAG_WORDS[flag] ?? "")].filter(Boolean).join(" ");
}

/** @type {Record<MapKind, string>} */
const NAMES = {
  density: "density map",
  calcification_thickness: "map of calcification thickness",
  heatmap: "heatmap",
};

/**
 * @param {MapKind} kind
 * @param {MapStatus} status without a map
 * @returns {string} what is missing, then why
 */
export function missingText(kind, status) {
  return `This image has no ${NAMES[kind]}. ${statusText(status)}`.trim();
}

/**
 * @param {MapStatus} status
 * @returns {string} why there is no map on the image; "" where there is one
 */
export function statusText({ state, message, done, total }) {
  if (state === "ready") return "";
  if (state === "queued" || state === "absent") return "Waiting for a free worker.";
  if (state === "running") return total ? `Measuring: step ${Math.min(done + 1, total)} of ${total}.` : "Measuring.";
  return message;
}
