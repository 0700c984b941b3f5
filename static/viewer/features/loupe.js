/** A loupe at the pointer: part of the picture two to four times larger, as near to 1:1 as that goes. */

import { imageToCanvas } from "../geometry.js";
import { loupeFactor } from "../loupe.js";

/** @typedef {import("../image_panel.js").ImagePanel} ImagePanel */

const RADIUS_CSS_PX = 110;

/** @param {import("../room.js").Room} room */
export function install(room) {
  const loupe = new Loupe();
  for (const { panel } of room.seats) {
    panel.addEventListener("point", (event) => loupe.follow(panel, /** @type {CustomEvent} */ (event).detail));
    panel.addEventListener("view", () => loupe.place(panel));
  }
  const toggle = () => {
    loupe.toggle();
    room.root.querySelector('[data-action="loupe"]')?.setAttribute("aria-pressed", String(loupe.isOn));
  };
  room.actions.add({ name: "loupe", title: "Loupe at the pointer", keys: ["m"], group: "look", run: toggle });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && loupe.isOn) toggle();
  });
}

class Loupe {
  isOn = false;
  /** @type {{panel: ImagePanel, x: number, y: number} | null} where the pointer is, canvas px */
  #at = null;
  #ring = document.createElement("div");

  constructor() {
    this.#ring.className = "loupe-ring";
    this.#ring.style.width = this.#ring.style.height = `${2 * RADIUS_CSS_PX}px`;
  }

  toggle() {
    this.isOn = !this.isOn;
    this.#show();
  }

  /**
   * @param {ImagePanel} panel
   * @param {import("../geometry.js").Point | null} point image px; null: the pointer left
   */
  follow(panel, point) {
    if (this.#at && this.#at.panel !== panel) this.#at.panel.setLoupe(null);
    const at = point && imageToCanvas(point, panel.viewport.view);
    if (!at) panel.setLoupe(null);
    this.#at = at && { panel, ...at };
    this.#show();
  }

  /** @param {ImagePanel} panel whose zoom may have changed */
  place(panel) {
    const { loupe } = panel.renderer;
    if (loupe && loupe.factor !== loupeFactor(panel.viewport.view.scale)) this.#show();
  }

  #show() {
    if (!this.#at || !this.isOn) {
      this.#at?.panel.setLoupe(null);
      this.#ring.remove();
      return;
    }
    const { panel, x, y } = this.#at;
    const { pixelRatio, viewport } = panel;
    panel.setLoupe({ x, y, radius: RADIUS_CSS_PX * pixelRatio, factor: loupeFactor(viewport.view.scale) });
    this.#ring.style.transform = `translate(${x / pixelRatio - RADIUS_CSS_PX}px, ${y / pixelRatio - RADIUS_CSS_PX}px)`;
    if (this.#ring.parentElement !== panel.element) panel.element.append(this.#ring);
  }
}
