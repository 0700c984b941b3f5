/** The saved state in words, never only as a colour. Knows no DOM. */

/** @typedef {import("./saver.js").SaveState} SaveState */

/**
 * @param {SaveState} state
 * @returns {string}
 */
export function saveWords(state) {
  const unsaved = `${count(state)} not yet saved`;
  switch (state.kind) {
    case "saved":
      return state.savedAt ? `Saved ${clock(state.savedAt)}` : "Nothing to save";
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
