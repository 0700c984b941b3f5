/** The numbers of a comparison in the order and the words of the page. Knows no DOM. */

/**
 * @typedef {object} Measure as the server gives it
 * @property {number | null} value
 * @property {string} unit
 * @property {string} definition
 * @property {string | null} undefined_code
 * @property {string | null} undefined_reason
 */

/** @type {readonly {title: string, measures: readonly (readonly [string, string])[]}[]} */
export const GROUPS = [
  {
    title: "By length",
    measures: [
      ["dice_l_sym", "Dice by length, symmetric"],
      ["dice_l", "Dice by length, as printed"],
      ["dice_l_capped", "Dice by length, capped"],
      ["length_precision", "Length precision"],
      ["length_recall", "Length recall"],
    ],
  },
  {
    title: "By area",
    measures: [
      ["dice", "Dice"],
      ["jaccard", "Jaccard"],
      ["precision", "Precision"],
      ["recall", "Recall"],
    ],
  },
  {
    title: "Centre line inside the other label",
    measures: [
      ["cl_dice", "Centre-line Dice"],
      ["topology_precision", "Topology precision"],
      ["topology_sensitivity", "Topology sensitivity"],
    ],
  },
  {
    title: "By segment",
    measures: [
      ["detection_f1", "Detection F1"],
      ["detection_precision", "Detection precision"],
      ["detection_recall", "Detection recall"],
    ],
  },
  {
    title: "Between outlines",
    measures: [
      ["hd95_mm", "Hausdorff distance, 95 %"],
      ["assd_mm", "Mean distance"],
      ["hd_mm", "Hausdorff distance"],
      ["hd95_px", "Hausdorff distance, 95 %, in pixels"],
      ["assd_px", "Mean distance in pixels"],
    ],
  },
  {
    title: "Sizes",
    measures: [
      ["length_reference_mm", "Length of the reference"],
      ["length_candidate_mm", "Length of the candidate"],
      ["length_error_mm", "Difference of the lengths"],
      ["length_reference_px", "Length of the reference in pixels"],
      ["length_candidate_px", "Length of the candidate in pixels"],
      ["area_reference_mm2", "Area of the reference"],
      ["area_candidate_mm2", "Area of the candidate"],
      ["area_reference_px", "Area of the reference in pixels"],
      ["area_candidate_px", "Area of the candidate in pixels"],
    ],
  },
];

/** @param {Measure} measure @returns {string} with its unit */
export function valueText({ value, unit }) {
  if (value === null) return "not defined";
  return `${value.toFixed(digitsOf(value, unit))} ${unit}`.trim();
}

/** @param {number} value @param {string} unit @returns {number} decimals that the value deserves */
function digitsOf(value, unit) {
  if (unit === "") return 3;
  if (unit === "px" && Number.isInteger(value)) return 0;
  return unit !== "mm²" && value < 10 ? 2 : 1;
}

/** @param {Measure} measure @returns {string} why there is no number, or what is odd about it; mostly empty */
export function remarkText({ value, unit, undefined_reason: reason }) {
  if (value === null) return reason ?? "It cannot be computed here.";
  return unit === "" && value > 1 ? "Above 1: the candidate runs more than once along the reference." : "";
}

/**
 * @typedef {object} Definition as the server gives it
 * @property {number} tolerance_mm
 * @property {number} version
 * @property {string} empty_rule
 * @property {number[] | null} pixel_spacing_mm
 * @property {"detector" | "object"} length_plane
 * @property {number | null} magnification
 */

/**
 * @param {Definition} definition
 * @param {number} images
 * @returns {string} what stands behind all numbers
 */
export function basisText({ tolerance_mm, version, pixel_spacing_mm, length_plane, magnification }, images) {
  const plane = magnification ? `${length_plane} plane (magnified, factor ${magnification})` : `${length_plane} plane`;
  const spacing = pixel_spacing_mm
    ? `pixels of ${pixel_spacing_mm.map((side) => Number(side.toPrecision(4))).join(" × ")} mm at the ${plane}`
    : "size of a pixel not known";
  return (
    `n = ${images} ${images === 1 ? "image" : "images"}; centre lines match within ${tolerance_mm} mm; ` +
    `${spacing}; definitions version ${version}.`
  );
}
