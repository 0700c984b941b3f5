/** What the adjudication page says. Knows no DOM. */

/** @typedef {import("./adjudication_queue.js").Segment} Segment */
/** @typedef {import("./adjudication_queue.js").Progress} Progress */

/** @param {Segment} segment @returns {string} */
export const lengthText = ({ length_mm: mm, length_px: px }) =>
  mm === null ? `${Math.round(px)} px long; the size of a pixel is not known` : `${mm.toFixed(1)} mm`;

/** @param {Progress} progress @returns {string} */
export const titleText = ({ total, decided }) => `Segment ${Math.min(total, decided + 1)} of ${total}`;

/** @param {Segment} segment @param {Progress} progress @returns {string} */
export function stakeText(segment, progress) {
  const unknown = progress.waiting_without_mm;
  const rest = unknown ? `, and ${unknown} of unknown length` : "";
  return `${lengthText(segment)} at stake here, ${progress.waiting_mm.toFixed(0)} mm left in all${rest}`;
}

/** @param {Segment} segment @returns {string} */
export function votesText({ marked_by: marked, read_by: read }) {
  const others = read - marked;
  const drew = marked === 1 ? "One reader drew here" : `${marked} readers drew here`;
  if (others === 0) return drew;
  return `${drew}, ${others === 1 ? "another one" : `${others} others`} left it empty`;
}

/** @param {string} choice @param {string} letter @returns {string} what was decided, to go on with "; Z takes it back" */
export function choiceText(choice, letter) {
  /** @type {Record<string, string>} */
  const words = {
    reader: `Taken as ${letter} drew it`,
    both: "Taken as all drew it",
    neither: "Left out",
    redraw: "Your drawing is taken",
    discuss: "Put to the back of the queue for another expert",
  };
  return words[choice] ?? choice;
}

/** @param {number} waiting decisions not stored yet @returns {string} */
export const waitingText = (waiting) =>
  `${waiting} ${waiting === 1 ? "decision is" : "decisions are"} not saved yet: the server does not answer. It is tried again; leave this page open.`;

/** @param {Progress} progress @returns {string} when there is nothing more on this screen */
export function endText({ total, decided, for_others: others }) {
  const left = total - decided;
  const hers = left
    ? `${left} ${left === 1 ? "segment is" : "segments are"} with another expert. Look again in a few minutes.`
    : `All segments${others ? " that are yours to decide" : ""} are decided.`;
  return others ? `${hers} ${others} more ${others === 1 ? "waits" : "wait"} for another adjudicator: you drew there yourself, or still read the exam.` : hers;
}
