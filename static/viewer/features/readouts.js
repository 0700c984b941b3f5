/** Below the image: what is under the pointer. */

import { part } from "../page_elements.js";
import { pointText } from "../point_words.js";

/** @param {import("../room.js").Room} room */
export function install(room) {
  const output = part(room.root, "point-readout");
  for (const { panel } of room.seats) {
    panel.addEventListener("point", (event) => {
      const { text, title } = pointText(/** @type {CustomEvent} */ (event).detail, panel.mammogram);
      output.textContent = text;
      output.title = title;
    });
  }
}
