/** How much larger the loupe shows. Knows no DOM. */

/**
 * @param {number} scale of the picture, canvas px per image px
 * @returns {number} 2 to 4, so that the loupe comes as near as it can to one image px on one canvas px
 */
export function loupeFactor(scale) {
  return Math.min(4, Math.max(2, 1 / scale));
}
