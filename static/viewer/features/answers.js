/** The question about the image, and its submission. */

import { optionalPart, part } from "../page_elements.js";

/** @typedef {import("../operations.js").AnswerValue} AnswerValue */
/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

/** @type {[AnswerValue, string, string][]} */
const ANSWERS = [
  ["yes", "7", "BAC is present"],
  ["no", "8", "No BAC is present"],
  ["uncertain", "9", "Uncertain whether BAC is present"],
];

/** @param {Room} room */
export function install(room) {
  const field = /** @type {HTMLFieldSetElement} */ (part(room.root, "answer"));
  const radios = /** @type {HTMLInputElement[]} */ ([...field.querySelectorAll("input")]);
  const give = (/** @type {AnswerValue} */ value) => room.active.reading?.setAnswer(value);
  for (const radio of radios) radio.addEventListener("change", () => give(/** @type {AnswerValue} */ (radio.value)));
  for (const [value, key, title] of ANSWERS) {
    room.actions.add({ name: `answer-${value}`, title, keys: [key], group: "label", isDrawing: true, run: () => give(value) });
  }
  room.watch((seat) => seat.reading, "answer", ({ reading }) => {
    for (const radio of radios) radio.checked = radio.value === reading?.answer;
  });
  const show = (/** @type {Seat} */ seat) => {
    field.disabled = seat.isReadOnly;
    showEnd(room, seat);
  };
  room.watch((seat) => seat.reading, "state", show);
  room.actions.add({ name: "submit", title: "Submit this image", keys: ["ctrl+Enter"], group: "page", isDrawing: true, run: () => submit(room) });
}

/** @param {Room} room */
async function submit(room) {
  const { reading } = room.active;
  const note = part(room.root, "submit-note");
  const button = /** @type {HTMLButtonElement | null} */ (optionalPart(room.root, "submit"));
  if (!reading || !button || button.disabled) return;
  note.dataset.kind = "trouble";
  if (!reading.answer) {
    note.textContent = "Answer first: is BAC present in this image?";
    return;
  }
  button.disabled = true;
  note.textContent = (await whyNot(room, room.active)) || (await reading.submit());
  button.disabled = reading.isReadOnly;
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
 * One obvious next step: submit this image; then the next one that is open, else the worklist.
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
  next.textContent = open ? `Next image: ${open.dataset.view}` : "Back to the worklist";
}
