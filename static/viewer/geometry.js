/**
 * The only crossing between image px, canvas px and css px. Knows no DOM.
 *
 * image px: x = column, y = row; pixel (row i, column j) covers [j, j + 1) x [i, i + 1).
 * canvas px: device pixels of the drawing buffer, origin at its top left.
 * css px: as pointer events give them, relative to the top left of the canvas element.
 *
 * An image may be hung mirrored or turned. Only the view knows: positions of labels, pointers and read-outs stay
 * those of the stored pixels.
 */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {[number, number, number, number]} Axes how a step to the right on the canvas (first two), and a step
 * downwards (last two), goes through the image: {x, y} of each, -1, 0 or 1 */
/**
 * @typedef {object} View
 * @property {number} scale canvas px per image px
 * @property {number} x image px at the top left corner of the canvas
 * @property {number} y
 * @property {Axes} [axes] `UPRIGHT` where left out: as stored
 * @property {{x: number, y: number, radius: number}} [disc] the only part of the canvas that is shown, canvas px
 */
/** @typedef {import("./runs.js").Box} Box */
/** @typedef {{width: number, height: number}} Size canvas px */

export const UPRIGHT = /** @type {Axes} */ (Object.freeze([1, 0, 0, 1]));

/**
 * @param {number} quarterTurns by which the picture is turned clockwise on the screen
 * @param {boolean} mirrored left to right, after turning
 * @returns {Axes}
 */
export function axesOf(quarterTurns, mirrored) {
  const [right, down] = [
    [[1, 0], [0, 1]],
    [[0, -1], [1, 0]],
    [[-1, 0], [0, -1]],
    [[0, 1], [-1, 0]],
  ][((quarterTurns % 4) + 4) % 4];
  const side = mirrored ? -1 : 1;
  // Adding 0 makes -0 plain 0.
  return [right[0] * side + 0, right[1] * side + 0, down[0], down[1]];
}

/**
 * A step on the canvas as a step through the image, both in image px.
 * @param {Point} step to the right and downwards on the canvas
 * @param {Axes} [axes]
 * @returns {Point}
 */
export function throughImage(step, [rightX, rightY, downX, downY] = UPRIGHT) {
  return { x: rightX * step.x + downX * step.y, y: rightY * step.x + downY * step.y };
}

/**
 * The other way round: a step through the image as it is seen on the canvas.
 * @param {Point} step
 * @param {Axes} [axes]
 * @returns {Point} to the right and downwards on the canvas
 */
export function acrossCanvas(step, [rightX, rightY, downX, downY] = UPRIGHT) {
  return { x: rightX * step.x + rightY * step.y, y: downX * step.x + downY * step.y };
}

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
  const step = throughImage(point, view.axes);
  return { x: step.x / view.scale + view.x, y: step.y / view.scale + view.y };
}

/**
 * @param {Point} point image px
 * @param {View} view
 * @returns {Point} canvas px
 */
export function imageToCanvas(point, view) {
  return acrossCanvas({ x: (point.x - view.x) * view.scale, y: (point.y - view.y) * view.scale }, view.axes);
}

/**
 * What a loupe shows: the same picture larger, its middle where it was.
 * @param {View} view
 * @param {Point} at canvas px, the middle of the loupe
 * @param {number} radius canvas px
 * @param {number} factor
 * @returns {View}
 */
export function loupeView(view, at, radius, factor) {
  const held = canvasToImage(at, view);
  const scale = view.scale * factor;
  const step = throughImage(at, view.axes);
  return { ...view, scale, x: held.x - step.x / scale, y: held.y - step.y / scale, disc: { ...at, radius } };
}

/**
 * @param {Box} box image px
 * @param {View} view
 * @returns {{left: number, top: number, right: number, bottom: number}} canvas px
 */
export function boxOnCanvas(box, view) {
  const first = imageToCanvas({ x: box.column0, y: box.row0 }, view);
  const last = imageToCanvas({ x: box.column1, y: box.row1 }, view);
  return {
    left: Math.min(first.x, last.x),
    top: Math.min(first.y, last.y),
    right: Math.max(first.x, last.x),
    bottom: Math.max(first.y, last.y),
  };
}

/**
 * @param {Size} canvas
 * @param {View} view
 * @returns {{left: number, top: number, right: number, bottom: number}} image px that the canvas shows; parts of it
 * may lie outside the image
 */
export function shownPart(canvas, view) {
  const first = canvasToImage({ x: 0, y: 0 }, view);
  const last = canvasToImage({ x: canvas.width, y: canvas.height }, view);
  return {
    left: Math.min(first.x, last.x),
    top: Math.min(first.y, last.y),
    right: Math.max(first.x, last.x),
    bottom: Math.max(first.y, last.y),
  };
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
