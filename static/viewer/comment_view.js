/** How the image looks when a comment is written, and the way back to it. Knows no page. */

/** @typedef {import("./reading_api.js").CommentPlace} CommentPlace */
/** @typedef {import("./image_panel.js").ImagePanel} ImagePanel */

/**
 * @param {ImagePanel} panel
 * @param {{x: number, y: number}} at image px
 * @returns {CommentPlace}
 */
export function placeOf(panel, at) {
  const { viewport, windowing, renderer } = panel;
  const { x, y } = viewport.centre;
  const { rows, columns } = viewport.image;
  const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(Math.max(value, 0), most);
  return {
    x_px: within(at.x, columns),
    y_px: within(at.y, rows),
    centre_x_px: x,
    centre_y_px: y,
    scale: viewport.view.scale,
    window_center: windowing.center,
    window_width: windowing.width,
    is_inverted: renderer.image.scale.inverted,
  };
}

/**
 * Show the image as it was: place, zoom, window. It stays hung as this page hangs it.
 * @param {ImagePanel} panel
 * @param {CommentPlace} place
 */
export function goTo(panel, place) {
  panel.viewport.centreOn({ x: place.centre_x_px, y: place.centre_y_px }, place.scale);
  const { center, width, voiFunction } = panel.windowing;
  if (center !== place.window_center || width !== place.window_width) {
    panel.setWindowing(windowingOf(panel, place, voiFunction));
  }
  if (panel.renderer.image.scale.inverted !== place.is_inverted) panel.invert();
  panel.renderer.request();
}

/**
 * @param {ImagePanel} panel
 * @param {CommentPlace} place
 * @param {import("./window_level.js").VoiFunction} voiFunction in use
 * @returns {import("./window_level.js").Windowing}
 */
function windowingOf(panel, { window_center: center, window_width: width }, voiFunction) {
  const stored = panel.presets.find(({ windowing }) => windowing.center === center && windowing.width === width);
  return stored?.windowing ?? { center, width, voiFunction: voiFunction === "LUT" ? "LINEAR" : voiFunction };
}
