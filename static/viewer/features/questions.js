/** What the campaign asks about each image and about the exam; what is needed bars submission. */

import * as api from "../api.js";
import { ExamAnswers } from "../exam_answers.js";
import { openJournal } from "../journal.js";
import { parts } from "../page_elements.js";
import { addQuestionKeys } from "../ui/question_keys.js";
import { watchUnsaved } from "../unsaved_watch.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

const OPEN_AGAIN_MS = 10_000;

/** @param {Room} room */
export function install(room) {
  const ofImage = fieldsOf(room.root, "question");
  const ofExam = fieldsOf(room.root, "exam-question");
  for (const field of ofImage) askOfImage(room, field);
  if (ofImage.length + ofExam.length) addQuestionKeys(room, [...ofImage, ...ofExam]);
  room.beforeSubmit.push(async (seat) => {
    const open = ofImage.find((field) => isNeeded(field) && !seat.reading?.answers[field.dataset.question ?? ""]);
    return open ? `Answer first: ${open.dataset.text}` : "";
  });
  askOfExam(room, ofExam);
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
 * An answer about the exam is kept and sent as one about an image is, in a queue of its own.
 * @param {Room} room
 * @param {HTMLFieldSetElement[]} fields
 */
async function askOfExam(room, fields) {
  const { assignment } = room.facts.exam;
  if (!assignment || !fields.length) return;
  const open = fields.filter(({ disabled }) => !disabled);
  for (const field of open) field.disabled = true; // until it can be kept
  const stored = Object.fromEntries(fields.map(({ dataset }) => [dataset.examQuestion ?? "", dataset.given ?? ""]));
  const answers = new ExamAnswers({ assignment, stored, server: api, journal: await journalOf() });
  answers.addEventListener("notice", (event) => room.say(/** @type {CustomEvent} */ (event).detail));
  answers.addEventListener("answer", () => fields.forEach((field) => show(field, answers.answers)));
  watchUnsaved(answers, (text) => room.say(text));
  room.examAnswers = answers;
  room.dispatchEvent(new Event("exam-answers"));
  for (const field of open) offer(field, answers);
  room.beforeSubmit.push(async (seat) => (isLast(room, seat) ? whyNotYet(open, answers) : ""));
  await answers.recover();
}

/** @returns {Promise<import("../journal.js").Journal>} once it opens: what it waits for, the image tells */
async function journalOf() {
  for (;;) {
    const journal = await openJournal().catch(() => null);
    if (journal) return journal;
    await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS));
  }
}

/**
 * @param {HTMLFieldSetElement} field
 * @param {ExamAnswers} answers
 */
function offer(field, answers) {
  for (const choice of choicesOf(field)) {
    choice.addEventListener("change", () => answers.give(field.dataset.examQuestion ?? "", choice.value));
  }
  field.disabled = false;
}

/**
 * @param {HTMLFieldSetElement} field
 * @param {import("../answers.js").Answers} given
 */
function show(field, given) {
  for (const choice of choicesOf(field)) choice.checked = choice.value === given[field.dataset.examQuestion ?? ""];
}

/**
 * With its last image the exam is closed: what is asked of it is answered, and saved, before.
 * @param {HTMLFieldSetElement[]} fields
 * @param {ExamAnswers} answers
 * @returns {Promise<string>} "" where nothing is in the way
 */
async function whyNotYet(fields, answers) {
  const missing = fields.find((field) => isNeeded(field) && !answers.answers[field.dataset.examQuestion ?? ""]);
  if (missing) return `Answer first, about the exam: ${missing.dataset.text}`;
  await answers.flush();
  return answers.pendingCount ? `Your answers about the exam are not saved yet. ${answers.state.message}` : "";
}

/**
 * @param {Room} room
 * @param {Seat} seat
 * @returns {boolean} true if every other image of the exam is submitted
 */
function isLast(room, { image }) {
  return parts(room.root, "view").every((chip) => chip.dataset.submitted === "true" || chip.dataset.mammogram === image.mammogram);
}
