/**
 * Zoom, pan and window of one image are carried over to the others beside it: the zoom to all, the place to the
 * other breast in the same view, mirrored as the breasts are, the window as a step from each image's own.
 */

import { KnownViews, followView, followWindow } from "../view_link.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {import("../image_panel.js").ImagePanel} ImagePanel */

/** @param {Room} room */
export function install(room) {
  const link = new LinkedViews(room);
  room.actions.add({ name: "link-views", title: "Link zoom, pan and window of the images beside each other", keys: ["shift+k"], group: "hang", run: () => link.toggle() });
  room.addEventListener("open", (event) => link.add(/** @type {CustomEvent<Seat>} */ (event).detail));
}

class LinkedViews {
  isOn = true;
  #known = new KnownViews();
  /** @type {Map<ImagePanel, import("../window_level.js").Windowing>} */
  #windows = new Map();

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.#mark();
  }

  toggle() {
    this.isOn = !this.isOn;
    this.#mark();
    this.room.tell(this.isOn ? "" : "Zoom, pan and window are no longer linked. The same key links them again.");
  }

  /** @param {Seat} seat */
  add(seat) {
    const { panel } = seat;
    this.#known.note(panel.viewport);
    this.#windows.set(panel, panel.windowing);
    panel.addEventListener("view", () => this.#onView(seat));
    panel.addEventListener("window", () => this.#onWindow(seat));
  }

  #mark() {
    this.room.root.querySelector('[data-action="link-views"]')?.setAttribute("aria-pressed", String(this.isOn));
  }

  /** @returns {Seat[]} that hang beside each other now */
  get #beside() {
    if (!this.isOn || this.room.root.dataset.layout !== "four") return [];
    return this.room.seats.filter(({ isOpen, element }) => isOpen && !("strip" in element.dataset));
  }

  /** @param {Seat} seat */
  #onView(seat) {
    const { panel, image } = seat;
    if (!this.#known.isNews(panel.viewport)) return;
    const beside = this.#beside;
    if (!beside.includes(seat)) return;
    for (const other of beside) {
      if (other === seat) continue;
      followView(linkedOf(seat), linkedOf(other), other.image.hanging.view === image.hanging.view);
      if (this.#known.isNews(other.panel.viewport)) other.panel.renderer.request();
    }
  }

  /** @param {Seat} seat */
  #onWindow(seat) {
    const { panel } = seat;
    const before = this.#windows.get(panel) ?? panel.windowing;
    const after = panel.windowing;
    this.#windows.set(panel, after);
    const beside = this.#beside;
    if (before === after || !beside.includes(seat)) return;
    for (const { panel: other } of beside) {
      if (other === panel) continue;
      const next = followWindow({ before, after, presets: panel.presets }, other);
      this.#windows.set(other, next);
      other.setWindowing(next);
    }
  }
}

/**
 * @param {Seat} seat
 * @returns {import("../view_link.js").Linked}
 */
export function linkedOf({ panel, image }) {
  return {
    viewport: panel.viewport,
    laterality: image.hanging.laterality,
    spacingMm: panel.mammogram?.length_spacing_mm ?? null,
  };
}
