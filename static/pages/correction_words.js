/** Measures and doubts of a piece in words. Knows no DOM. */

/** @typedef {import("./correction_pieces.js").Piece} Piece */
/** @typedef {{name: string, key: string, unit: string, digits: number, definition: string}} MeasureWords */

const SURROUNDINGS = "the breast 0.5 to 2.5 mm away from it";

/** @type {MeasureWords} */
const LENGTH = {
  name: "Length",
  key: "length_mm",
  unit: "mm",
  digits: 1,
  definition: "Length of the centre line without its rounded ends; straight steps weighted 0.948, diagonal ones 1.343.",
};
/** @type {MeasureWords} */
const AREA = { name: "Area", key: "area_mm2", unit: "mm²", digits: 1, definition: "Area that the label marks here." };
/** @type {MeasureWords} */
const THICKNESS = {
  name: "Mineral",
  key: "excess_um",
  unit: "µm",
  digits: 0,
  definition: `Mean thickness as hydroxyapatite, above that of ${SURROUNDINGS}.`,
};
/** @type {MeasureWords} */
const CONTRAST = {
  name: "Contrast",
  key: "contrast_z",
  unit: "×",
  digits: 1,
  definition: `Mean brightness above that of ${SURROUNDINGS}, in multiples of how much those surroundings vary.`,
};

/** @param {string} mode @returns {MeasureWords[]} */
export const measuresOf = (mode) => [LENGTH, mode === "physical" ? THICKNESS : CONTRAST, AREA];

/**
 * @param {Piece} piece
 * @param {MeasureWords} measure
 * @returns {string} with its unit
 */
export function measureText(piece, { key, unit, digits }) {
  const value = piece.measures[key];
  return value === null || value === undefined ? "not defined" : `${value.toFixed(digits)} ${unit}`;
}

/** @type {Record<string, string>} */
const FLAGS = {
  near_skin: "near the skin: less sure",
  saturated: "partly saturated: less sure",
  no_surroundings: "no surroundings to compare with",
  periphery: "where the breast thins out: less sure",
  steep_background: "on steep ground: thickness cannot be trusted",
  beam_unknown: "beam not known: an average one is assumed",
};

/** @param {Piece} piece @returns {string} empty where nothing is in doubt */
export const flagsText = (piece) => piece.flags.map((flag) => FLAGS[flag] ?? flag.replaceAll("_", " ")).join("; ");

/** @type {Record<string, string>} */
const IMAGE_FLAGS = {
  presentation_intent_unknown: "not known whether it is raw",
  linearity_assumed: "raw values taken as linear",
  direction_guessed: "which way is bright was told from the pixels",
  beam_unknown: "beam not known: an average one is assumed",
  body_part_thickness_unknown: "thickness of the breast not known: 50 mm are assumed",
  grid_unknown: "grid not known: one is assumed",
  breast_not_found: "breast and air could not be told apart: nothing counts as outside the breast",
  breast_uncertain: "the outline of the breast is doubtful",
  saturated_in_breast: "part of the breast is saturated: those pixels are left out",
};

/** @type {Record<string, string>} */
const NO_MINERAL = {
  lossy_compression: "was compressed with loss",
  log_scale_unknown: "is raw on a logarithmic scale of unknown slope",
};

/** @param {string} mode @param {string[]} flags @returns {string} */
function modeText(mode, flags) {
  if (mode === "physical") return "Judged by length and by thickness of mineral.";
  const why = flags.map((flag) => NO_MINERAL[flag]).find(Boolean) ?? "was processed for display";
  return `Judged by length and by contrast: this image ${why}, which leaves no measure of mineral.`;
}

/**
 * @param {string} mode
 * @param {{flags?: string[], processing?: {magnification?: number | null}}} summary of the run
 * @returns {string} how the image was read, and what had to be assumed about it
 */
export function imageText(mode, { flags = [], processing = {} }) {
  /** @type {Record<string, string>} */
  const words = { ...IMAGE_FLAGS, magnified: `magnified: sizes at the object plane, factor ${processing.magnification}` };
  const doubts = flags.flatMap((flag) => words[flag] ?? []);
  return [modeText(mode, flags), ...(doubts.length > 0 ? [`This image: ${doubts.join("; ")}.`] : [])].join(" ");
}

/** @type {Record<string, string>} */
export const PROPOSALS = { remove: "Remove", borderline: "Borderline", keep: "Keep" };

/** @type {Record<string, string>} */
const WHAT_TO_DO = {
  pixel_spacing_missing:
    "Take the image in again with its pixel spacing, in the DICOM header or in the sidecar's column pixel_spacing_mm.",
  pixel_spacing_not_square: "Take the image in again with square pixels.",
  too_many_pieces: "Nothing was changed.",
  worker_lost: "Start the correction again from the page you came from. If it is given up again, tell your administrator.",
};

/** @param {{state: string, error_code: string}} run @returns {string} the next step after a run that failed */
export const whatToDo = (run) =>
  WHAT_TO_DO[run.error_code] ?? "Nothing was changed. Go back and start the correction again, or tell your administrator.";
