/**
 * The only crossing between image px, canvas px and css px. Knows no DOM.
 *
 * image px: x = column, y = row; pixel (row i, column j) covers [j, j + 1) x [i, i + 1).
 * canvas px: device pixels of the drawing buffer, origin at its top left.
 * css px: as pointer events give them, relative to the top left of the canvas element.
 */

/** @typedef {{x: number, y: number}} Point */
/**
 * @typedef {object} View
 * @property {number} scale canvas px per image px
 * @property {number} x image px at the left edge of the canvas
 * @property {number} y image px at the top edge of the canvas
 */

/**
 * @param {Point} point css px
 * @param {number} pixelRatio canvas px per css px
 * @returns {Point} canvas px
 */
export function cssToCanvas(point, pixelRatio) {
  return { x: point.x * pixelRatio, y: point.y * pixelRatio };
}

/**
 * @param {Point} point canvas px
 * @param {View} view
 * @returns {Point} image px
 */
export function canvasToImage(point, view) {
  return { x: point.x / view.scale + view.x, y: point.y / view.scale + view.y };
}

/**
 * @param {Point} point image px
 * @param {View} view
 * @returns {Point} canvas px
 */
export function imageToCanvas(point, view) {
  return { x: (point.x - view.x) * view.scale, y: (point.y - view.y) * view.scale };
}

/**
 * @param {Point} point css px
 * @param {View} view
 * @param {number} pixelRatio
 * @returns {Point} image px
 */
export function cssToImage(point, view, pixelRatio) {
  return canvasToImage(cssToCanvas(point, pixelRatio), view);
}

/**
 * @param {Point} point image px
 * @param {View} view
 * @param {number} pixelRatio
 * @returns {Point} css px
 */
export function imageToCss(point, view, pixelRatio) {
  const onCanvas = imageToCanvas(point, view);
  return { x: onCanvas.x / pixelRatio, y: onCanvas.y / pixelRatio };
}

/**
 * @param {Point} point image px
 * @returns {{row: number, column: number}} the pixel that covers the point
 */
export function pixelAt(point) {
  return { row: Math.floor(point.y), column: Math.floor(point.x) };
}

/**
 * @param {number} row
 * @param {number} column
 * @returns {Point} image px of the centre of a pixel
 */
export function pixelCentre(row, column) {
  return { x: column + 0.5, y: row + 0.5 };
}

/**
 * @param {number} lengthPx image px
 * @param {[number, number] | null} pixelSpacingMm (row, column)
 * @returns {number | null} mm, by the mean of both spacings where they differ; null where no spacing is known
 */
export function pxToMm(lengthPx, pixelSpacingMm) {
  return pixelSpacingMm && (lengthPx * (pixelSpacingMm[0] + pixelSpacingMm[1])) / 2;
}
