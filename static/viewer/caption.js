/** What an image says of itself on the page, in words. Knows no DOM. */

/**
 * @typedef {object} HangingFacts how the server hangs an image
 * @property {string} laterality
 * @property {string} view
 * @property {string} name as read on film; with a question mark while it is asked about
 * @property {string} place RCC, LCC, RMLO, LMLO, or "" for what hangs behind them
 * @property {string} words what is special: spot compression, magnified 1.8 times
 * @property {string} length_note what to know of its mm
 * @property {number} quarter_turns clockwise
 * @property {boolean} mirrored left to right, after turning
 * @property {"known" | "asked about" | "stated"} confidence
 * @property {string} question why breast and view are asked about
 */
/** @typedef {{name: string, words: string, notes: string[]}} Caption */

/**
 * @param {HangingFacts} hanging
 * @returns {Caption}
 */
export function captionOf(hanging) {
  const notes = [];
  if (hanging.question) notes.push("Which breast and view? Choose this image to answer.");
  if (hanging.length_note) notes.push(hanging.length_note);
  if (hanging.confidence === "stated") notes.push("Breast and view as a reader stated them.");
  const turned = turnText(hanging);
  if (turned) notes.push(turned);
  return { name: hanging.name, words: hanging.words, notes };
}

/**
 * @param {HangingFacts} hanging
 * @returns {string} what was done to the stored picture to hang it
 */
function turnText({ quarter_turns: turns, mirrored }) {
  const turned = ["", "turned by a quarter", "turned upside down", "turned by a quarter"][turns];
  const done = [turned, mirrored ? "mirrored" : ""].filter(Boolean).join(" and ");
  return done && `Shown ${done}; the file stores it otherwise.`;
}

const DAYS_OF_MONTH = 365.25 / 12;

/**
 * @param {number | null} daysBefore
 * @returns {string} how long before the exam at hand
 */
export function earlierText(daysBefore) {
  if (daysBefore === null) return "another exam, its date is not known";
  if (daysBefore < 60) return `${daysBefore} ${daysBefore === 1 ? "day" : "days"} earlier`;
  const months = Math.round(daysBefore / DAYS_OF_MONTH);
  return months < 24 ? `${months} months earlier` : `${(months / 12).toFixed(1).replace(".0", "")} years earlier`;
}
