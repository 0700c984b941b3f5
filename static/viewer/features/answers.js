/** The question about the image, and its submission. */

import { optionalPart, part } from "../page_elements.js";
import { areaPx } from "../runs.js";
import { answerDoubt, doubtsText } from "../submit_words.js";

/** @typedef {import("../operations.js").AnswerValue} AnswerValue */
/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

const DOUBLE_CLICK_MS = 500; // what comes sooner is the same press, or a key held down

// Where the campaign checks it, the server says so, and once is enough.
const CHECKED = { yes: "empty_but_yes", no: "labelled_but_no", uncertain: "" };

/** @type {[AnswerValue, string, string][]} */
const ANSWERS = [
  ["yes", "7", "BAC is present"],
  ["no", "8", "No BAC is present"],
  ["uncertain", "9", "Uncertain whether BAC is present"],
];

/** @param {Room} room */
export function install(room) {
  const submission = new Submission(room);
  room.actions.add({ name: "submit", title: "Submit this image", keys: ["ctrl+Enter"], group: "page", isDrawing: true, run: () => submission.submit() });
  room.watch((seat) => seat.reading, "state", (seat) => showEnd(room, seat));
  const field = /** @type {HTMLFieldSetElement | null} */ (optionalPart(room.root, "answer"));
  if (field) askForBac(room, field);
}

/**
 * @param {Room} room
 * @param {HTMLFieldSetElement} field
 */
function askForBac(room, field) {
  const radios = /** @type {HTMLInputElement[]} */ ([...field.querySelectorAll("input")]);
  const give = (/** @type {AnswerValue} */ value) => room.active.reading?.setAnswer(value);
  for (const radio of radios) radio.addEventListener("change", () => give(/** @type {AnswerValue} */ (radio.value)));
  for (const [value, key, title] of ANSWERS) {
    room.actions.add({ name: `answer-${value}`, title, keys: [key], group: "label", isDrawing: true, run: () => give(value) });
  }
  room.watch((seat) => seat.reading, "answer", ({ reading }) => {
    for (const radio of radios) radio.checked = radio.value === reading?.answer;
  });
  room.watch((seat) => seat.reading, "state", (seat) => {
    field.disabled = seat.isReadOnly;
  });
  room.beforeSubmit.unshift(async ({ reading }) => (reading?.answer ? "" : "Answer first: is BAC present in this image?"));
  room.doubts.push(({ reading, editor, panel }) => {
    if (!reading || !editor || room.facts.checks.includes(CHECKED[reading.answer ?? "uncertain"])) return "";
    return answerDoubt(reading.answer, areaPx(editor.masks.bac), panel.mammogram?.length_spacing_mm ?? null);
  });
}

/** Submits the active image; what speaks against it is said first, and what is a mere doubt only once. */
class Submission {
  /** Doubts that were said of the active image, as it still is. */
  #said = "";
  #pressedAtMs = -Infinity;

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    const forget = () => this.#forget();
    room.watch((seat) => seat.editor, "edit", forget);
    room.watch((seat) => seat.reading, "answer", forget);
  }

  async submit() {
    const { active } = this.room;
    const { reading } = active;
    const button = /** @type {HTMLButtonElement | null} */ (optionalPart(this.room.root, "submit"));
    const isPressedTwice = this.#isPressedTwice();
    if (!reading || !button || button.disabled || (this.#said && isPressedTwice)) return;
    button.disabled = true;
    this.#tell((await whyNot(this.room, active)) || this.#doubt(active) || (await reading.submit()));
    button.disabled = reading.isReadOnly;
  }

  /**
   * @param {Seat} seat
   * @returns {string} "" where there is none, or where it was said before
   */
  #doubt(seat) {
    const text = doubtsText(this.room.doubts.map((ask) => ask(seat)));
    if (text === this.#said) return "";
    this.#said = text;
    return text;
  }

  /** @returns {boolean} true where nobody can have read what the press before brought */
  #isPressedTwice() {
    const before = this.#pressedAtMs;
    this.#pressedAtMs = performance.now();
    return this.#pressedAtMs - before < DOUBLE_CLICK_MS;
  }

  #forget() {
    if (this.#said) this.#tell("");
    this.#said = "";
  }

  /** @param {string} text */
  #tell(text) {
    const note = part(this.room.root, "submit-note");
    note.dataset.kind = "trouble";
    note.textContent = text;
  }
}

/**
 * @param {Room} room
 * @param {Seat} seat
 * @returns {Promise<string>} the first objection of a feature; "" where there is none
 */
async function whyNot(room, seat) {
  for (const ask of room.beforeSubmit) {
    const reason = await ask(seat);
    if (reason) return reason;
  }
  return "";
}

/**
 * One obvious next step: submit this image; then the next one that is open, else the worklist or the review.
 * @param {Room} room
 * @param {Seat} seat
 */
function showEnd(room, { isReadOnly, reading, image }) {
  const chips = /** @type {NodeListOf<HTMLAnchorElement>} */ (room.root.querySelectorAll("a[data-view]"));
  const own = [...chips].find((chip) => chip.dataset.mammogram === image.mammogram);
  if (own && reading?.annotation.state === "submitted") own.dataset.submitted = "true";
  const submitButton = /** @type {HTMLButtonElement | null} */ (optionalPart(room.root, "submit"));
  if (submitButton) {
    submitButton.hidden = isReadOnly;
    submitButton.disabled = isReadOnly;
  }
  part(room.root, "submit-note").textContent = "";
  const next = /** @type {HTMLAnchorElement} */ (part(room.root, "next"));
  next.hidden = !isReadOnly;
  next.classList.toggle("button-primary", Boolean(submitButton));
  const open = [...chips].find((chip) => chip.dataset.submitted !== "true" && chip !== own);
  next.dataset.mammogram = open?.dataset.mammogram ?? "";
  next.href = open?.href ?? next.dataset.worklist ?? "";
  next.textContent = open ? `Next image: ${open.dataset.view}` : (next.dataset.back ?? "");
}
