/** The list of keys, opened by `?`. */

import { keyText } from "../actions.js";
import { part } from "../page_elements.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../actions.js").Action} Action */

/** @type {[Action["group"], string][]} */
const GROUPS = [
  ["draw", "Draw"],
  ["label", "Labels and answers"],
  ["proposal", "Proposals"],
  ["history", "History"],
  ["look", "Look"],
  ["hang", "Images"],
  ["page", "Page"],
];

/** @param {Room} room */
export function install(room) {
  const dialog = /** @type {HTMLDialogElement} */ (part(room.root, "shortcuts"));
  const open = () => {
    part(dialog, "shortcut-list").replaceChildren(...GROUPS.map(([group, title]) => listOf(room, group, title)));
    dialog.showModal();
  };
  room.actions.add({ name: "keys", title: "This list", keys: ["?"], group: "page", run: open });
}

/**
 * @param {Room} room
 * @param {Action["group"]} group
 * @param {string} title
 */
function listOf(room, group, title) {
  const section = document.createElement("section");
  const heading = document.createElement("h3");
  const list = document.createElement("dl");
  heading.textContent = title;
  list.append(...room.actions.list.filter((action) => action.group === group && action.keys.length).map(rowOf));
  section.append(heading, list);
  return section;
}

/** @param {Action} action */
function rowOf({ keys, title }) {
  const row = document.createElement("div");
  const key = document.createElement("dt");
  const kbd = document.createElement("kbd");
  const meaning = document.createElement("dd");
  kbd.textContent = keyText(keys[0]);
  meaning.textContent = title;
  key.append(kbd);
  row.append(key, meaning);
  return row;
}
