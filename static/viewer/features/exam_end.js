/** The end of an exam: once every image is submitted, how hard it was and the next exam. */

import { optionalPart, part, parts } from "../page_elements.js";

/** @param {import("../room.js").Room} room */
export function install(room) {
  const panel = optionalPart(room.root, "exam-end");
  if (!panel) return; // of somebody else's exam
  const form = /** @type {HTMLFormElement} */ (part(panel, "next-exam"));
  const skip = optionalPart(panel, "skip");
  room.actions.add({
    name: "next-exam",
    title: "Next exam, once this one is submitted",
    keys: ["shift+x"],
    group: "page",
    run: () => form.hidden || form.requestSubmit(),
  });
  room.watch((seat) => seat.reading, "state", () => {
    const isDone = parts(room.root, "view").every((chip) => chip.dataset.submitted === "true");
    form.hidden = !isDone;
    if (skip) skip.hidden = isDone;
    if (isDone) part(room.root, "next").classList.remove("button-primary"); // the next exam leads
  });
}
