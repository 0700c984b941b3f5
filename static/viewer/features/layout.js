/** One image on the page, or all of the exam: four usual views with chest walls facing, the others in a strip. */

import { planLayout } from "../layout_plan.js";
import { optionalPart, part } from "../page_elements.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

const REMEMBERED = "tramline-layout"; // in this browser: how a person likes to start, nothing of an exam

/** @param {Room} room */
export function install(room) {
  const layout = new Layout(room);
  room.actions.add({ name: "four-views", title: "All images of the exam, or one", keys: ["4"], group: "hang", run: () => layout.toggle() });
  layout.start();
}

class Layout {
  #isFour = false;

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.stage = part(room.root, "images");
    this.stage.addEventListener("pointerdown", (event) => this.#choose(event), { capture: true });
    room.addEventListener("active", () => this.#follow());
    room.addEventListener("hung", () => this.#arrange());
  }

  /** Begin as this person left off. */
  start() {
    for (const seat of this.room.seats) seat.element.append(thumbnailOf(seat));
    const button = optionalPart(this.room.root, "four-views");
    if (button) button.hidden = this.room.seats.length === 1;
    if (this.room.seats.length > 1 && localStorage.getItem(REMEMBERED) === "four") this.#set(true);
    this.room.addEventListener("open", (event) => {
      part(/** @type {CustomEvent<Seat>} */ (event).detail.element, "thumbnail").remove();
      if (this.#isFour) this.#openNext();
    });
  }

  toggle() {
    if (this.room.seats.length === 1) {
      this.room.tell("This exam has one image.");
      return;
    }
    localStorage.setItem(REMEMBERED, this.#isFour ? "one" : "four");
    this.#set(!this.#isFour);
  }

  /** @param {boolean} isFour */
  #set(isFour) {
    this.#isFour = isFour;
    optionalPart(this.room.root, "four-views")?.setAttribute("aria-pressed", String(isFour));
    this.#arrange();
    if (isFour && this.room.active.isOpen) this.#openNext();
  }

  /**
   * The first press on another image only makes it the active one: who wants to look there must not leave a dot.
   * @param {PointerEvent} event
   */
  #choose(event) {
    const { seats, active, tools, tool } = this.room;
    const seat = seats.find(({ element }) => element.contains(/** @type {Node} */ (event.target)));
    const isDrawing = tools.some(({ name, isDrawing: draws }) => name === tool && draws);
    if (!this.#isFour || !seat || seat === active || !isDrawing || event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    this.room.activate(seat).catch((error) => this.room.say(error.message));
  }

  /** An image of the strip is looked at alone. */
  #follow() {
    const isInStrip = "strip" in this.room.active.element.dataset;
    if (this.#isFour && isInStrip) this.#set(false);
  }

  #arrange() {
    const { seats } = this.room;
    const plan = planLayout(seats.map(({ image }) => image.hanging.place));
    const { stage } = this;
    this.room.root.dataset.layout = this.#isFour ? "four" : "one";
    stage.toggleAttribute("data-layout", this.#isFour);
    stage.style.gridTemplateColumns = this.#isFour ? `repeat(${plan.columns}, minmax(0, 1fr))` : "";
    stage.style.gridTemplateRows = this.#isFour ? gridRows(plan) : "";
    seats.forEach((seat, index) => this.#place(seat, plan.cells.get(index), plan, plan.strip.indexOf(index)));
    this.room.dispatchEvent(new Event("layout"));
  }

  /**
   * @param {Seat} seat
   * @param {import("../layout_plan.js").Cell | undefined} cell
   * @param {import("../layout_plan.js").Plan} plan
   * @param {number} inStrip number in the strip, -1 for none
   */
  #place({ element, panel, image }, cell, plan, inStrip) {
    const { style, dataset } = element;
    delete dataset.strip;
    style.gridArea = style.width = style.left = "";
    panel.viewport.rest = this.#isFour && plan.columns > 1 ? restOf(image.hanging.laterality) : 0.5;
    if (panel.viewport.isFitted) panel.fit();
    if (!this.#isFour) return;
    if (cell) {
      style.gridArea = `${cell.row + 1} / ${cell.column + 1}`;
      return;
    }
    dataset.strip = "";
    style.gridArea = `${plan.rows + 1} / 1 / ${plan.rows + 2} / ${plan.columns + 1}`;
    style.width = `${100 / plan.strip.length}%`;
    style.left = `${(100 * inStrip) / plan.strip.length}%`;
  }

  /** Fetch one image after the other, so that the first is not held up; those of the strip wait for a click. */
  #openNext() {
    const next = this.room.seats.find((seat) => !seat.isOpen && !("strip" in seat.element.dataset));
    next?.open().catch((error) => this.room.say(`${next.image.view} cannot be shown. ${error.message}`));
  }
}

/**
 * @param {import("../layout_plan.js").Plan} plan
 * @returns {string}
 */
function gridRows({ rows, strip }) {
  return `repeat(${rows}, minmax(0, 1fr))${strip.length ? " minmax(0, 0.45fr)" : ""}`;
}

/**
 * @param {string} laterality
 * @returns {number} chest walls lie against the middle of the page
 */
function restOf(laterality) {
  return { R: 1, L: 0 }[laterality] ?? 0.5;
}

/**
 * The small picture of the worklist, until the image itself is here.
 * @param {Seat} seat
 * @returns {HTMLElement}
 */
function thumbnailOf({ image }) {
  const picture = document.createElement("img");
  const { quarter_turns: turns, mirrored } = image.hanging;
  picture.className = "seat-thumbnail";
  picture.dataset.thumbnail = "";
  picture.loading = "lazy";
  picture.alt = "";
  picture.src = `/api/mammograms/${image.mammogram}/thumbnail/`;
  if (turns || mirrored) picture.style.transform = `scaleX(${mirrored ? -1 : 1}) rotate(${turns * 90}deg)`;
  return picture;
}
