/**
 * When the graphics card lets go of the picture: nothing is drawn blind, what was drawn is kept, and the reader is told.
 * Mostly it comes back; else she reloads.
 */

import { showMessage } from "../ui/message.js";

const PATIENCE_MS = 5000;
const GONE = "The graphics card was interrupted and has not come back. What you drew is kept; drawing is off. Reload the page to see the image again.";

/** @param {import("../room.js").Room} room */
export function install(room) {
  for (const seat of room.seats) {
    const { panel } = seat;
    let waiting = 0;
    panel.renderer.addEventListener("lost", () => {
      panel.input.finish();
      room.equip(seat);
      waiting = window.setTimeout(() => showMessage(room.root, GONE, { canReload: true }), PATIENCE_MS);
    });
    panel.renderer.addEventListener("restored", () => {
      window.clearTimeout(waiting);
      room.equip(seat);
    });
  }
}
