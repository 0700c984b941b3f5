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
  /** @type {Map<ImagePanel, boolean>} whether black and white are turned round */
  #inverted = new Map();

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.#mark();
  }

  toggle() {
    this.isOn = !this.isOn;
    this.#mark();
    this.room.tell(this.isOn ? "Zoom, pan and window are linked again." : "Zoom, pan and window are no longer linked. The same key links them again.");
  }

  /** @param {Seat} seat */
  add(seat) {
    const { panel } = seat;
    this.#known.note(panel.viewport);
    this.#windows.set(panel, panel.windowing);
    this.#inverted.set(panel, panel.renderer.image.scale.inverted);
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

  /**
   * Each image turns from what it is: their headers may differ.
   * @param {Seat} seat
   */
  #invert(seat) {
    const { inverted } = seat.panel.renderer.image.scale;
    const isTurned = this.#inverted.get(seat.panel) !== inverted;
    this.#inverted.set(seat.panel, inverted);
    const beside = this.#beside;
    if (!isTurned || !beside.includes(seat)) return;
    for (const { panel } of beside) {
      if (panel === seat.panel) continue;
      this.#inverted.set(panel, !panel.renderer.image.scale.inverted);
      panel.invert();
    }
  }

  /** @param {Seat} seat */
  #onWindow(seat) {
    const { panel } = seat;
    const before = this.#windows.get(panel) ?? panel.windowing;
    const after = panel.windowing;
    this.#windows.set(panel, after);
    this.#invert(seat);
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
