/**
 * The questions of a campaign, answered without the mouse: one key goes to the next question, and there the places
 * 1, 2, 3 … of its answers are keys. Everywhere else these digits keep their own meaning.
 */

import { parts } from "../page_elements.js";

/** @typedef {import("../room.js").Room} Room */

/**
 * @param {Room} room
 * @param {HTMLFieldSetElement[]} fields in the order in which they are asked
 */
export function addQuestionKeys(room, fields) {
  room.actions.add({
    name: "next-question",
    title: "Next question of the campaign; there 1, 2, 3 … answer it",
    keys: ["0"],
    group: "label",
    run: () => ask(room, nextOf(fields)),
  });
  for (const field of fields) {
    field.addEventListener("keydown", (event) => {
      if (!listen(field, event)) return;
      const open = fields.find(isOpen);
      if (open) ask(room, open);
      else leave();
    });
    field.addEventListener("focusout", () => field.removeAttribute("data-asked"));
    field.addEventListener("pointerdown", () => field.removeAttribute("data-asked"));
  }
}

/** @param {HTMLFieldSetElement} field */
const choicesOf = (field) => [...field.querySelectorAll("input")];

/** @param {HTMLFieldSetElement} field */
const isOpen = (field) => !field.disabled && !choicesOf(field).some(({ checked }) => checked);

/**
 * @param {HTMLFieldSetElement[]} fields
 * @returns {HTMLFieldSetElement | undefined} the first that is open; else the one after that which is asked now
 */
function nextOf(fields) {
  const enabled = fields.filter(({ disabled }) => !disabled);
  const asked = enabled.findIndex(({ dataset }) => dataset.asked !== undefined);
  const inTurn = [...enabled.slice(asked + 1), ...enabled.slice(0, asked + 1)];
  return inTurn.find(isOpen) ?? inTurn[0];
}

/**
 * @param {Room} room
 * @param {HTMLFieldSetElement} [field] none: nothing can be answered now
 */
function ask(room, field) {
  if (!field) return room.tell("No question can be answered here.");
  const choices = choicesOf(field);
  (choices.find(({ checked }) => checked) ?? choices[0]).focus();
  field.scrollIntoView({ block: "nearest" });
  field.dataset.asked = "";
}

/** Back to the image, where digits mean what they always do. */
const leave = () => /** @type {HTMLElement} */ (document.activeElement)?.blur();

/**
 * @param {HTMLFieldSetElement} field
 * @param {KeyboardEvent} event
 * @returns {boolean} true if it was answered
 */
function listen(field, event) {
  if (field.dataset.asked === undefined || event.ctrlKey || event.metaKey || event.altKey) return false;
  const choice = choicesOf(field)[Number(event.key) - 1];
  if (!choice && event.key !== "Escape") return false;
  event.preventDefault();
  event.stopPropagation(); // elsewhere the digit is another's
  if (choice) choice.click();
  else leave();
  return Boolean(choice);
}
