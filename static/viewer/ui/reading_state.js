/** What the page says about the reading: messages, saved or not, the answer, submitted or not. */

import { optionalPart, part, parts } from "../page_elements.js";
import { saveWords } from "../save_words.js";

/** @typedef {import("../reading.js").Reading} Reading */
/** @typedef {import("../operations.js").AnswerValue} AnswerValue */

/**
 * @param {HTMLElement} root
 * @param {string} text "" takes the message away
 */
export function showMessage(root, text) {
  const message = part(root, "message");
  part(message, "message-text").textContent = text;
  message.hidden = !text;
  part(message, "message-close").onclick = () => {
    message.hidden = true;
  };
}

/**
 * @param {HTMLElement} root
 * @param {Reading} reading
 */
export function showReadingState(root, reading) {
  showSaveState(root, reading);
  showAnswer(root, reading);
  reading.addEventListener("state", () => showSubmitted(root, reading));
  if (reading.isReadOnly) closeForDrawing(root);
  else offerSubmit(root, reading);
}

/**
 * @param {HTMLElement} root
 * @param {Reading} reading
 */
function showSaveState(root, reading) {
  const { saver } = reading;
  const line = part(root, "save-state");
  if (!saver || reading.isReadOnly) {
    line.textContent = reading.annotation.state === "submitted" ? "Submitted. Look only." : "Look only";
    return;
  }
  const sendNow = part(root, "save-now");
  const show = () => {
    if (reading.isReadOnly) return;
    line.textContent = saveWords(saver.state);
    line.dataset.kind = saver.state.kind;
    sendNow.hidden = !["waiting", "logged_out", "refused"].includes(saver.state.kind);
  };
  sendNow.addEventListener("click", () => saver.flush());
  saver.addEventListener("change", show);
  show();
}

/**
 * @param {HTMLElement} root
 * @param {Reading} reading
 */
function showAnswer(root, reading) {
  const radios = /** @type {HTMLInputElement[]} */ ([...part(root, "answer").querySelectorAll("input")]);
  const show = () => radios.forEach((radio) => (radio.checked = radio.value === reading.answer));
  for (const radio of radios) {
    radio.addEventListener("change", () => reading.setAnswer(/** @type {AnswerValue} */ (radio.value)));
  }
  reading.addEventListener("answer", show);
  show();
}

/**
 * @param {HTMLElement} root
 * @param {Reading} reading
 */
function offerSubmit(root, reading) {
  const button = /** @type {HTMLButtonElement | null} */ (optionalPart(root, "submit"));
  if (!button) return;
  const note = part(root, "submit-note");
  button.disabled = false;
  button.addEventListener("click", async () => {
    if (!reading.answer) {
      note.textContent = "Answer first: is BAC present in this image?";
      note.dataset.kind = "trouble";
      return;
    }
    button.disabled = true;
    note.textContent = await reading.submit();
    note.dataset.kind = "trouble";
    button.disabled = reading.isReadOnly;
  });
}

/**
 * @param {HTMLElement} root
 * @param {Reading} reading
 */
function showSubmitted(root, reading) {
  const line = part(root, "save-state");
  line.textContent = "Submitted. Look only.";
  line.dataset.kind = "saved";
  reading.panel.input.choose(reading.panel.input.pan);
  closeForDrawing(root);
  offerNext(root);
}

/**
 * What the page offers for drawing stays in its place, greyed: it was there a moment ago, or is in another tab.
 * @param {HTMLElement} root
 */
function closeForDrawing(root) {
  root.dataset.readOnly = "true";
  const drawing = ["brush", "eraser", "polyline", "undo", "redo", "smaller", "larger"];
  const buttons = [...parts(root, "choose-tool"), ...parts(root, "action")].filter((button) =>
    drawing.includes(button.dataset.chooseTool ?? button.dataset.action ?? ""),
  );
  const controls = /** @type {(HTMLButtonElement | HTMLFieldSetElement)[]} */ ([
    ...buttons,
    ...parts(root, "accept"),
    part(root, "answer"),
  ]);
  for (const control of controls) control.disabled = true;
  const submit = optionalPart(root, "submit");
  if (submit) submit.hidden = true;
  part(root, "next").hidden = false;
}

/** One obvious next step: the next image of the exam that is open, else the worklist.
 * @param {HTMLElement} root
 */
function offerNext(root) {
  const next = /** @type {HTMLAnchorElement} */ (part(root, "next"));
  next.classList.add("button-primary");
  const chips = /** @type {NodeListOf<HTMLAnchorElement>} */ (root.querySelectorAll("a[data-view]"));
  for (const chip of chips) {
    if (chip.getAttribute("aria-current")) chip.dataset.submitted = "true";
  }
  const open = [...chips].find((chip) => chip.dataset.submitted !== "true");
  if (!open) return;
  next.href = open.href;
  next.textContent = `Next image: ${open.dataset.view}`;
}
