/** What was answered about an image, by question. Knows no DOM. */

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {Record<string, string>} Answers value by question; what is not answered is missing */

/** The question about every image; the others are those of its campaign. */
export const BAC_PRESENT = "bac_present";

/**
 * @param {Record<string, string | null>} answers as the server tells them
 * @returns {Answers}
 */
export function answersOf(answers) {
  const given = Object.entries(answers).filter(([, value]) => value !== null);
  return /** @type {Answers} */ (Object.fromEntries(given));
}

/**
 * @param {Operation[]} operations oldest first
 * @returns {Answers} the last word on each question that they answer
 */
export function lastAnswers(operations) {
  /** @type {Answers} */
  const answers = {};
  for (const operation of operations) {
    if (operation.kind === "answer") answers[operation.answer.question] = operation.answer.value;
  }
  return answers;
}

/**
 * @param {Answers} one
 * @param {Answers} other
 * @returns {string[]} questions that both answer, and differently
 */
export function contradicted(one, other) {
  return Object.keys(one).filter((question) => question in other && one[question] !== other[question]);
}

/**
 * @param {Answers} one
 * @param {Answers} other
 */
export function areSame(one, other) {
  return Object.keys(one).length === Object.keys(other).length && Object.keys(one).every((question) => one[question] === other[question]);
}
