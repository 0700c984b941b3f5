/** Each image hangs the right way round, says what it is, and asks where its header leaves breast or view open. */

import * as api from "../api.js";
import { captionOf } from "../caption.js";
import { optionalPart, part, parts } from "../page_elements.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

/** @param {Room} room */
export function install(room) {
  for (const seat of room.seats) {
    hang(seat);
    caption(seat);
  }
  const question = new ViewQuestion(room);
  room.actions.add({ name: "state-view", title: "Say which breast and view this is", keys: ["shift+s"], group: "hang", run: () => question.open() });
  room.addEventListener("active", () => question.show());
  question.show();
}

/** @param {Seat} seat */
function hang({ panel, image, element }) {
  const { quarter_turns: turns, mirrored, name, words } = image.hanging;
  panel.viewport.turn(turns, mirrored);
  panel.renderer.request();
  element.setAttribute("aria-label", `Mammogram ${name}${words && `, ${words}`}`);
}

/** @param {Seat} seat */
function caption({ element, image }) {
  optionalPart(element, "caption")?.remove();
  const box = captionBox(captionOf(image.hanging), image.hanging.laterality);
  box.toggleAttribute("data-asked", image.hanging.question !== "");
  element.append(box);
}

/**
 * What an image is, in the upper corner away from the chest wall.
 * @param {import("../caption.js").Caption} caption
 * @param {string} laterality
 * @returns {HTMLElement}
 */
export function captionBox({ name, words, notes }, laterality) {
  const box = document.createElement("p");
  box.className = "seat-caption";
  box.dataset.caption = "";
  box.dataset.laterality = laterality;
  const title = document.createElement("strong");
  title.textContent = name;
  box.append(title);
  for (const text of [words, ...notes]) {
    if (!text) continue;
    const line = document.createElement("span");
    line.textContent = text;
    box.append(line);
  }
  return box;
}

/** The question about the active image, over the picture, until it is answered. */
class ViewQuestion {
  /** @type {Seat | null} asked about because the reader wants it */
  #opened = null;
  /** @type {WeakSet<Seat>} put off in this visit */
  #later = new WeakSet();

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.form = /** @type {HTMLFormElement} */ (part(room.root, "view-question"));
    this.laterality = /** @type {HTMLSelectElement} */ (part(this.form, "view-laterality"));
    this.view = /** @type {HTMLSelectElement} */ (part(this.form, "view-position"));
    this.note = part(this.form, "view-note");
    part(this.form, "view-cancel").addEventListener("click", () => this.#putOff());
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && !this.form.hidden && !document.querySelector("dialog:modal")) this.#putOff();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#answer(room.active).catch((error) => this.#tell(error.message));
    });
  }

  open() {
    if (!this.room.facts.exam.can_state_view) {
      this.room.tell("Breast and view are stated by those who read this image.");
      return;
    }
    this.#opened = this.room.active;
    this.show();
    this.laterality.focus();
  }

  show() {
    const seat = this.room.active;
    const { question, laterality, view } = seat.image.hanging;
    if (this.#opened !== seat) this.#opened = null;
    this.form.hidden = (!question || this.#later.has(seat)) && !this.#opened;
    part(this.form, "view-why").textContent = question;
    part(this.form, "view-answer").hidden = !this.room.facts.exam.can_state_view;
    this.laterality.value = question ? "" : laterality;
    this.view.value = question ? "" : view;
    this.#tell(this.room.facts.exam.can_state_view ? "" : "Whoever reads this image can answer.");
  }

  /** The picture comes first; the question can be opened again. */
  #putOff() {
    this.#later.add(this.room.active);
    this.#close();
    if (this.form.contains(document.activeElement)) /** @type {HTMLElement} */ (document.activeElement).blur();
  }

  #close() {
    this.#opened = null;
    this.show();
  }

  /** @param {Seat} seat */
  async #answer(seat) {
    if (!this.laterality.value || !this.view.value) return this.#tell("Choose breast and view first, or answer later.");
    seat.image.hanging = await api.stateView(seat.image.mammogram, this.laterality.value, this.view.value);
    const { name, laterality, view } = seat.image.hanging;
    Object.assign(seat.image, { view: name, laterality, view_position: view });
    hang(seat);
    caption(seat);
    nameChip(this.room.root, seat);
    this.room.dispatchEvent(new CustomEvent("hung", { detail: seat }));
    this.#close();
  }

  /** @param {string} text */
  #tell(text) {
    this.note.textContent = text;
  }
}

/**
 * @param {HTMLElement} root
 * @param {Seat} seat
 */
function nameChip(root, { image }) {
  const chip = parts(root, "view").find(({ dataset }) => dataset.mammogram === image.mammogram);
  if (!chip) return;
  chip.dataset.view = image.view;
  chip.childNodes[0].textContent = image.view;
}
