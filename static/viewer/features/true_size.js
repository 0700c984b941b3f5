/** Zoom in mm: a mm of the image is a mm on the screen, once the screen was measured with a bank card. */

import { part } from "../page_elements.js";
import { CARD_MM, ScreenSize, trueScale, zoomText } from "../screen_size.js";

/** @typedef {import("../room.js").Room} Room */

const USUAL_MM_PER_CSS_PX = 25.4 / 96; // what browsers suppose of any screen

/** @param {Room} room */
export function install(room) {
  const trueSize = new TrueSize(room);
  room.actions.add({ name: "true-size", title: "True size in mm", keys: ["shift+r"], group: "look", run: () => trueSize.show() });
  room.actions.add({ name: "measure-screen", title: "Measure this screen for true size", keys: ["shift+m"], group: "look", run: () => trueSize.ask() });
  room.watch((seat) => seat.panel, "view", () => trueSize.readOut());
}

class TrueSize {
  #screens = new ScreenSize(localStorage);

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.readout = part(room.root, "zoom-readout");
    this.dialog = /** @type {HTMLDialogElement} */ (part(room.root, "screen-size"));
    this.length = /** @type {HTMLInputElement} */ (part(this.dialog, "card-length"));
    this.card = part(this.dialog, "card");
    this.length.addEventListener("input", () => this.#showCard());
    this.dialog.addEventListener("close", () => {
      if (this.dialog.returnValue === "measured") this.#measure();
    });
  }

  /** Zoom to true size; a screen that was not measured is measured first. */
  show() {
    const spacing = this.#spacing;
    if (!spacing) {
      this.room.tell("This image cannot be shown in true size: its file gives no pixel spacing. 1:1 shows every pixel.");
      return;
    }
    const mmPerPx = this.#mmPerPx;
    if (mmPerPx === null) return this.ask();
    const { viewport, renderer } = this.room.active.panel;
    viewport.centreOn(viewport.centre, trueScale(spacing, mmPerPx));
    renderer.request();
  }

  /** Open the dialog in which the screen is measured. */
  ask() {
    const mmPerPx = this.#mmPerPx ?? USUAL_MM_PER_CSS_PX / devicePixelRatio;
    this.length.value = String(Math.round(CARD_MM / (mmPerPx * devicePixelRatio)));
    this.#showCard();
    this.dialog.returnValue = "";
    this.dialog.showModal();
  }

  readOut() {
    const { viewport } = this.room.active.panel;
    this.readout.textContent = zoomText(viewport.view.scale, this.#spacing, this.#mmPerPx);
    this.readout.title = this.#mmPerPx
      ? "100 % is one image pixel on one screen pixel. Then: how much of the image a cm of this screen shows."
      : "100 % is one image pixel on one screen pixel. This screen was not measured, so its mm are not known.";
  }

  get #spacing() {
    return this.room.active.panel.mammogram?.length_spacing_mm ?? null;
  }

  get #mmPerPx() {
    return this.#screens.mmPerPx(screen, devicePixelRatio);
  }

  #showCard() {
    this.card.style.width = `${this.length.value}px`;
  }

  #measure() {
    this.#screens.measure(screen, devicePixelRatio, Number(this.length.value));
    this.readOut();
    this.show();
  }
}
