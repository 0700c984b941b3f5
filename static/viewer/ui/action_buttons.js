/** Buttons of the page that stand for an action, and the keys shown on them. */

import { ariaKey, keyText } from "../actions.js";
import { parts } from "../page_elements.js";

/** @typedef {import("../room.js").Room} Room */

/** @param {Room} room with all its actions */
export function wireActionButtons(room) {
  const { root, actions } = room;
  for (const button of parts(root, "action")) {
    const action = actions.named(button.dataset.action ?? "");
    button.addEventListener("click", () => actions.run(action.name));
  }
  const showKeys = () => {
    for (const kbd of parts(root, "key")) {
      const [key] = actions.named(kbd.dataset.key ?? "").keys;
      kbd.textContent = key ? keyText(key) : "";
      // Told apart from the name of what it stands on: `aria-keyshortcuts` says it in its place.
      if (kbd.closest("button, label")) kbd.setAttribute("aria-hidden", "true");
    }
    for (const button of parts(root, "action")) {
      const { keys, title } = actions.named(button.dataset.action ?? "");
      button.title = keys.length ? `${title} (${keyText(keys[0])})` : title;
      button.setAttribute("aria-keyshortcuts", keys.map(ariaKey).join(" "));
    }
  };
  actions.addEventListener("change", showKeys);
  showKeys();
  room.watch((seat) => seat.reading, "state", () => {
    for (const button of /** @type {HTMLButtonElement[]} */ (parts(root, "action"))) {
      if (actions.named(button.dataset.action ?? "").isDrawing) button.disabled = actions.isDrawingOff;
    }
  });
}
