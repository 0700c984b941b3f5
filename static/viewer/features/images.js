/** From one image of the exam to another, without leaving the page. */

import { parts } from "../page_elements.js";

/** @typedef {import("../room.js").Room} Room */

/** @param {Room} room */
export function install(room) {
  const go = (/** @type {number} */ step) => {
    const at = room.seats.indexOf(room.active);
    show(room, room.seats[(at + step + room.seats.length) % room.seats.length]);
  };
  room.actions.add({ name: "next-image", title: "Next image", keys: ["PageDown"], group: "hang", run: () => go(1) });
  room.actions.add({ name: "previous-image", title: "Previous image", keys: ["PageUp"], group: "hang", run: () => go(-1) });
  room.root.addEventListener("click", (event) => followLink(room, event));
  room.addEventListener("active", () => mark(room));
  mark(room);
}

/**
 * @param {Room} room
 * @param {import("../seat.js").Seat} seat
 */
function show(room, seat) {
  if (seat.image.annotation) history.replaceState(null, "", `/read/${seat.image.annotation}/`);
  room.activate(seat).catch((error) => room.say(`This image cannot be shown. ${error.message}`));
}

/**
 * Links to images of this exam turn to them here; with a modifier key the browser opens them as it is used to.
 * @param {Room} room
 * @param {MouseEvent} event
 */
function followLink(room, event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
  const link = /** @type {HTMLAnchorElement | null} */ (event.target.closest("a[data-mammogram]"));
  const seat = room.seats.find(({ image }) => image.mammogram === link?.dataset.mammogram);
  if (!seat) return;
  event.preventDefault();
  show(room, seat);
}

/** @param {Room} room */
function mark(room) {
  const { mammogram } = room.active.image;
  for (const chip of parts(room.root, "view")) {
    if (chip.dataset.mammogram === mammogram) chip.setAttribute("aria-current", "page");
    else chip.removeAttribute("aria-current");
  }
  for (const { element, image } of room.seats) element.toggleAttribute("data-active", image.mammogram === mammogram);
}
