/** What the checks of a campaign and the answer of a training exam say, in words. Knows no DOM. */

/**
 * @typedef {object} Objection
 * @property {string} check
 * @property {"warn" | "bar"} strictness
 * @property {string} text
 * @property {number | null} x_px
 * @property {number | null} y_px
 */
/** @typedef {{number: number, length_mm: number, found_mm: number, extra_mm: number | null, segments: number, segments_found: number}} Try */

/**
 * @param {number} shown
 * @param {number} count
 * @returns {string} how many objections are not listed; "" where all are
 */
export function moreWords(shown, count) {
  const more = count - shown;
  return more > 0 ? `And ${more} more ${more === 1 ? "place" : "places"}.` : "";
}

/** @param {number} mm @returns {string} */
export const lengthWords = (mm) => `${mm.toFixed(1)} mm`;

/**
 * @param {Try} last
 * @returns {string}
 */
export function foundWords({ length_mm: length, found_mm: found, extra_mm: extra, segments, segments_found: hit }) {
  const share = length > 0 ? ` (${Math.round((100 * found) / length)} %)` : "";
  const sentences = [
    length > 0
      ? `You found ${lengthWords(found)} of ${lengthWords(length)}${share}, ${hit} of ${segments} ${segments === 1 ? "segment" : "segments"}.`
      : "There is no BAC in this exam.",
  ];
  if (extra !== null) sentences.push(extra > 0 ? `${lengthWords(extra)} too much.` : "Nothing too much.");
  return sentences.join(" ");
}

/**
 * @param {Try} each
 * @returns {string} what was found of all there is
 */
export function shareWords({ length_mm: length, found_mm: found }) {
  return length > 0 ? `${Math.round((100 * found) / length)} %` : "–";
}
