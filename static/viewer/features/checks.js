/** What the checks of the campaign say of an image that was to be submitted, each with a way to its place. */

import { moreWords } from "../check_words.js";
import { part } from "../page_elements.js";

/** @typedef {import("../check_words.js").Objection} Objection */
/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

/** @param {Room} room */
export function install(room) {
  const section = part(room.root, "checks");
  const hide = () => {
    section.hidden = true;
  };
  room.addEventListener("labels", (event) => {
    const seat = /** @type {Seat} */ (/** @type {CustomEvent} */ (event).detail);
    seat.reading?.addEventListener("objections", (told) => {
      if (seat === room.active) show(room, section, /** @type {CustomEvent} */ (told).detail);
    });
  });
  // What was said holds for the labels as they were.
  room.watch((seat) => seat.editor, "edit", hide);
  room.watch((seat) => seat.reading, "answer", hide);
  room.watch((seat) => seat.reading, "state", hide);
  part(section, "submit-anyway").addEventListener("click", () => {
    hide();
    room.active.reading?.acknowledge();
    room.actions.run("submit");
  });
}

/**
 * @param {Room} room
 * @param {HTMLElement} section
 * @param {{objections: Objection[], count: number}} said
 */
function show(room, section, { objections, count }) {
  const isBarred = objections.some(({ strictness }) => strictness === "bar");
  part(section, "check-list").replaceChildren(...objections.map((objection) => rowOf(room, objection)));
  part(section, "check-more").textContent = moreWords(objections.length, count);
  part(section, "submit-anyway").hidden = isBarred;
  section.hidden = false;
  part(section, "checks-title").focus();
}

/**
 * @param {Room} room
 * @param {Objection} objection
 * @returns {HTMLLIElement}
 */
function rowOf(room, { strictness, text, x_px: x, y_px: y }) {
  const row = document.createElement("li");
  row.className = "check-row";
  row.dataset.strictness = strictness;
  const words = document.createElement("span");
  words.textContent = text;
  row.append(words);
  if (x !== null && y !== null) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-small";
    button.textContent = "Show";
    button.setAttribute("aria-label", `Show: ${text}`);
    button.addEventListener("click", () => room.active.panel.oneToOne({ x, y }));
    row.append(button);
  }
  return row;
}
