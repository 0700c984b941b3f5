/** Colours of css/tokens.css for the graphics card. */

/** @typedef {import("./mask_layer.js").Rgb} Rgb */

/**
 * @param {string} hex as #e69f00
 * @returns {Rgb} 0 to 1 each
 */
export function parseHex(hex) {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex.trim());
  if (!match) throw new RangeError(`"${hex}" is not a colour written as #rrggbb.`);
  return /** @type {Rgb} */ (match.slice(1).map((pair) => parseInt(pair, 16) / 255));
}

/**
 * @param {string} name of a custom property, as --label-bac
 * @returns {Rgb}
 */
export function tokenColour(name) {
  return parseHex(getComputedStyle(document.documentElement).getPropertyValue(name));
}
