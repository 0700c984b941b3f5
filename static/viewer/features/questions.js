/** What the campaign asks about each image and about the exam; what is needed bars submission. */

import * as api from "../api.js";
import { parts } from "../page_elements.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

/** @param {Room} room */
export function install(room) {
  const ofImage = fieldsOf(room.root, "question");
  const ofExam = fieldsOf(room.root, "exam-question");
  for (const field of ofImage) askOfImage(room, field);
  for (const field of ofExam) askOfExam(room, field);
  room.beforeSubmit.push(async (seat) => {
    const open = ofImage.find((field) => isNeeded(field) && !seat.reading?.answers[field.dataset.question ?? ""]);
    if (open) return `Answer first: ${open.dataset.text}`;
    const openOfExam = ofExam.find((field) => isNeeded(field) && !field.disabled && !field.dataset.given);
    return openOfExam && isLast(room, seat) ? `Answer first, about the exam: ${openOfExam.dataset.text}` : "";
  });
}

/**
 * @param {HTMLElement} root
 * @param {string} attribute
 */
const fieldsOf = (root, attribute) => /** @type {HTMLFieldSetElement[]} */ (parts(root, attribute));

/** @param {HTMLElement} field */
const isNeeded = (field) => field.dataset.required !== undefined;

/** @param {HTMLElement} field @returns {HTMLInputElement[]} */
const choicesOf = (field) => [...field.querySelectorAll("input")];

/**
 * An answer about an image is stored as a stroke is: kept in the browser until the server has it.
 * @param {Room} room
 * @param {HTMLFieldSetElement} field
 */
function askOfImage(room, field) {
  const question = field.dataset.question ?? "";
  for (const choice of choicesOf(field)) {
    choice.addEventListener("change", () => room.active.reading?.setAnswer(choice.value, {}, question));
  }
  room.watch((seat) => seat.reading, "answer", ({ reading }) => {
    for (const choice of choicesOf(field)) choice.checked = choice.value === reading?.answers[question];
  });
  room.watch((seat) => seat.reading, "state", (seat) => {
    field.disabled = seat.isReadOnly;
  });
}

/**
 * An answer about the exam is stored at once, or not taken.
 * @param {Room} room
 * @param {HTMLFieldSetElement} field
 */
function askOfExam(room, field) {
  const { assignment } = room.facts.exam;
  const show = () => {
    for (const choice of choicesOf(field)) choice.checked = choice.value === field.dataset.given;
  };
  for (const choice of choicesOf(field)) {
    choice.addEventListener("change", async () => {
      try {
        const stored = await api.answerExam(assignment ?? "", field.dataset.examQuestion ?? "", choice.value);
        field.dataset.given = stored.answers[field.dataset.examQuestion ?? ""] ?? "";
      } catch (error) {
        room.say(`Your answer about the exam is not saved. ${/** @type {Error} */ (error).message}`);
      }
      show();
    });
  }
}

/**
 * @param {Room} room
 * @param {Seat} seat
 * @returns {boolean} true if every other image of the exam is submitted
 */
function isLast(room, { image }) {
  return parts(room.root, "view").every((chip) => chip.dataset.submitted === "true" || chip.dataset.mammogram === image.mammogram);
}
