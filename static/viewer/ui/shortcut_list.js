/** The list of keys, opened by "?". */

import { part } from "../page_elements.js";

/**
 * @param {HTMLElement} root
 * @param {import("../shortcuts.js").Shortcut[]} shortcuts
 */
export function openShortcutList(root, shortcuts) {
  const rows = shortcuts.map(({ shown, text }) => {
    const row = document.createElement("div");
    const key = document.createElement("dt");
    const kbd = document.createElement("kbd");
    const meaning = document.createElement("dd");
    kbd.textContent = shown;
    meaning.textContent = text;
    key.append(kbd);
    row.append(key, meaning);
    return row;
  });
  part(root, "shortcut-list").replaceChildren(...rows);
  /** @type {HTMLDialogElement} */ (part(root, "shortcuts")).showModal();
}
