/** The guideline of the campaign, beside the image. Drawing goes on while it is open. */

import { optionalPart } from "../page_elements.js";

/** @param {import("../room.js").Room} room */
export function install(room) {
  const panel = /** @type {HTMLDialogElement | null} */ (optionalPart(room.root, "guideline"));
  if (!panel) return; // this campaign has none
  room.actions.add({
    name: "guideline",
    title: "Show or close the guideline",
    keys: ["F1"],
    group: "page",
    run: () => toggle(panel),
  });
}

/** @param {HTMLDialogElement} panel that takes no key away from the image */
function toggle(panel) {
  if (panel.open) return panel.close();
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  panel.show();
  focused?.focus();
  if (document.activeElement !== focused) /** @type {HTMLElement} */ (document.activeElement)?.blur();
}
