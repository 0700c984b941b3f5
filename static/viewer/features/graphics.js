/** What the reader is told when the graphics card lets go of the picture: it mostly comes back, or she reloads. */

import { showMessage } from "../ui/message.js";

const PATIENCE_MS = 5000;
const GONE = "The graphics card was interrupted and has not come back. What you drew is kept. Reload the page to see the image again.";

/** @param {import("../room.js").Room} room */
export function install(room) {
  for (const { panel } of room.seats) {
    let waiting = 0;
    panel.renderer.addEventListener("lost", () => {
      waiting = window.setTimeout(() => showMessage(room.root, GONE, { canReload: true }), PATIENCE_MS);
    });
    panel.renderer.addEventListener("restored", () => window.clearTimeout(waiting));
  }
}
