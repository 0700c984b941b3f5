/** How far and how long an image was read, in words. Knows no DOM. */

/**
 * @param {number} share 0 to 1
 * @returns {string} cut off, not rounded: 99.6 % is not all
 */
export const percent = (share) => `${Math.floor(share * 100 + 1e-9)} %`;

/**
 * @param {number} share seen
 * @param {number | null} required by the campaign
 * @returns {string}
 */
export function shareWords(share, required) {
  const seen = `${percent(share)} of the breast seen at 1:1.`;
  if (required === null) return seen;
  return share >= required
    ? `${seen} This campaign asks for ${percent(required)}: enough.`
    : `${seen} This campaign asks for ${percent(required)} before you submit.`;
}

/**
 * @param {number} seconds
 * @returns {string}
 */
export function timeWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  const time = minutes ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.floor(seconds)} s`;
  return `${time} of work on this image, pauses left out.`;
}
