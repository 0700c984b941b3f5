/** What is said of the pixel under the pointer. Knows no DOM. */

/** @typedef {{x: number, y: number, row: number, column: number, grey: number | null}} PointedAt image px */
/** @typedef {import("./api.js").Mammogram} Mammogram */

/**
 * @param {PointedAt | null} point
 * @param {Mammogram | null} mammogram
 * @returns {{text: string, title: string}} the read-out, and where its mm are true
 */
export function pointText(point, mammogram) {
  if (!point || point.grey === null || !mammogram) return { text: "", title: "" };
  const { text, title } = placeText(point, mammogram);
  return { text: `${text} · r ${point.row} c ${point.column} · ${greyText(point.grey, mammogram)}`, title };
}

/**
 * @param {PointedAt} point
 * @param {Mammogram} mammogram
 * @returns {{text: string, title: string}}
 */
function placeText(point, mammogram) {
  const spacing = mammogram.length_spacing_mm;
  if (!spacing) return { text: "mm not known", title: "The file gives no pixel spacing, so nothing is measured in mm." };
  const mm = `${(point.x * spacing[1]).toFixed(1)}, ${(point.y * spacing[0]).toFixed(1)} mm`;
  const plane = mammogram.length_plane === "object" ? "breast" : "detector";
  return { text: `${mm} (${plane})`, title: planeText(mammogram) };
}

/**
 * @param {Mammogram} mammogram
 * @returns {string}
 */
export function planeText({ length_plane: plane, magnification, pixel_spacing_mm: spacing, length_spacing_mm: counted }) {
  if (plane === "object") {
    return spacing?.[0] !== counted?.[0]
      ? `Magnification view: lengths are divided by ${magnification}, the header's estimate, and count in the breast.`
      : "The header says that its pixel spacing is calibrated in the breast.";
  }
  if (!magnification || magnification === 1) {
    return "Lengths count at the detector, where they are some 6 to 9 % longer than in the breast. The header does not say how much.";
  }
  const shorter = Math.round((1 - 1 / magnification) * 100);
  return `Lengths count at the detector. The header estimates a magnification of ${magnification}: in the breast they are about ${shorter} % shorter.`;
}

/**
 * @param {number} stored
 * @param {Mammogram} mammogram
 * @returns {string}
 */
function greyText(stored, { rescale_slope: slope, rescale_intercept: intercept, pixel_padding: padding }) {
  if (padding && stored >= padding[0] && stored <= padding[1]) return `grey ${stored}, padding`;
  if (slope === 1 && intercept === 0) return `grey ${stored}`;
  return `grey ${stored}, rescaled ${Number((stored * slope + intercept).toFixed(3))}`;
}
