/** Below the image: what is under the pointer. */

import { part } from "../page_elements.js";
import { paced } from "../pace.js";
import { pointText } from "../point_words.js";

/** @param {import("../room.js").Room} room */
export function install(room) {
  const output = part(room.root, "point-readout");
  const show = paced((/** @type {CustomEvent} */ { detail }, /** @type {import("../image_panel.js").ImagePanel} */ { mammogram }) => {
    const { text, title } = pointText(detail, mammogram);
    output.textContent = text;
    output.title = title;
  });
  for (const { panel } of room.seats) {
    panel.addEventListener("point", (event) => show(/** @type {CustomEvent} */ (event), panel));
  }
}
