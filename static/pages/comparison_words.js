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
      ["dice_length_symmetric", "Dice by length, symmetric"],
      ["dice_length_printed", "Dice by length, as printed"],
      ["dice_length_capped", "Dice by length, capped"],
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
    title: "Sizes",
    measures: [
      ["reference_length_mm", "Length of the reference"],
      ["candidate_length_mm", "Length of the candidate"],
      ["reference_area_mm2", "Area of the reference"],
      ["candidate_area_mm2", "Area of the candidate"],
      ["reference_area_px", "Area of the reference in pixels"],
      ["candidate_area_px", "Area of the candidate in pixels"],
    ],
  },
];

const DIGITS_BY_UNIT = /** @type {Record<string, number>} */ ({ "": 3, mm: 1, "mm²": 1, px: 0 });

/** @param {Measure} measure @returns {string} with its unit */
export function valueText({ value, unit }) {
  if (value === null) return "not defined";
  return `${value.toFixed(DIGITS_BY_UNIT[unit] ?? 2)} ${unit}`.trim();
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
