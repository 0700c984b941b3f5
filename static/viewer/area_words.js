/** How large a label is, in words. Knows no DOM. */

/**
 * @param {number} areaPx
 * @param {[number, number] | null | undefined} spacingMm of a pixel; without it pixels are counted
 * @returns {string} "8.2 mm²"
 */
export function areaText(areaPx, spacingMm) {
  if (!spacingMm) return `${areaPx.toLocaleString("en")} px`;
  const area = areaPx * spacingMm[0] * spacingMm[1];
  return area < 0.05 ? "less than 0.1 mm²" : `${area.toFixed(1)} mm²`;
}
