/** What becomes of the reader's changes, in words, never only as a colour. Knows no DOM. */

/** @typedef {import("./saver.js").SaveState} SaveState */

export const STORAGE_TROUBLE =
  "This browser cannot keep unsaved strokes: its storage is full. Do not close the page before everything is saved.";
export const CHANGED_ELSEWHERE =
  "This image was changed elsewhere. The labels shown are those of the server with your unsaved strokes on top.";

/**
 * @param {number} number of changes that the server will never take
 * @param {{code: string, message: string}} refusal
 * @returns {string}
 */
export function refusalWords(number, { code, message }) {
  const kept = "Taken off the image and kept in this browser.";
  if (code === "annotation_submitted") return `${changes(number)} came too late: this image is submitted. ${kept}`;
  return `The server refuses ${changes(number)}. ${kept} Its reason: ${message}`;
}

/**
 * @param {SaveState} state
 * @returns {string}
 */
export function saveWords(state) {
  const unsaved = `${count(state)} not yet saved`;
  switch (state.kind) {
    case "saved":
      return (state.savedAt ? `Saved ${clock(state.savedAt)}` : "Nothing to save") + refused(state);
    case "sending":
      return `Saving ${count(state)}`;
    case "logged_out":
      return `${unsaved}: you are logged out. Log in again in another tab; they are sent by themselves.`;
    case "refused":
      return `${unsaved}: the server refuses. ${state.message}`;
    case "alarm":
      return `Stop: ${state.message}`;
    case "waiting":
      return `${unsaved}: ${state.message.charAt(0).toLowerCase()}${state.message.slice(1).replace(/\.$/, "")}`;
  }
}

/**
 * @param {SaveState} state
 * @returns {string} "" where nothing was refused
 */
function refused({ refused: number }) {
  return number ? `, ${changes(number)} refused` : "";
}

/**
 * @param {number} number
 * @returns {string}
 */
function changes(number) {
  return number === 1 ? "1 change" : `${number} changes`;
}

/**
 * @param {SaveState} state
 * @returns {string}
 */
function count({ pending, noun }) {
  return pending === 1 ? `1 ${noun}` : `${pending} ${noun}s`;
}

/**
 * @param {Date} date
 * @returns {string} local time, as 14:03:12
 */
function clock(date) {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":");
}
