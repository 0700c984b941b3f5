/**
 * What stands beside the image: how far it is, where the segment lies, and what can be decided.
 *
 * Events: "take" detail letter; "only" detail letter or null, whose outline is meant; "discuss" detail text.
 */

import { svgElement } from "../viewer/panel_layer.js";
import { stakeText, titleText, votesText } from "./adjudication_words.js";

/** @typedef {import("./adjudication_queue.js").Segment} Segment */
/** @typedef {import("./adjudication_queue.js").Progress} Progress */
/** @typedef {import("./adjudication_queue.js").Hanging} Hanging */

export class DecisionPanel extends EventTarget {
  /** @param {HTMLElement} page */
  constructor(page) {
    super();
    this.page = page;
    this.state = this.find("[data-state]");
    this.form = /** @type {HTMLFormElement} */ (this.find("[data-discuss-form]"));
    this.text = /** @type {HTMLTextAreaElement} */ (this.form.querySelector("textarea"));
    this.form.addEventListener("submit", (event) => this.#send(event));
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.find("[data-discuss-cancel]").addEventListener("click", () => this.#closeDiscussion());
  }

  /** @param {string} selector @returns {HTMLElement} */
  find(selector) {
    return /** @type {HTMLElement} */ (this.page.querySelector(selector));
  }

  /** @param {Segment} segment @param {Progress} progress */
  show(segment, progress) {
    this.#closeDiscussion();
    this.showProgress(segment, progress);
    this.#showPlace(segment);
    this.#showNotes(segment);
    this.find("[data-versions]").replaceChildren(...segment.versions.map(({ letter }, i) => this.#versionButton(letter, i + 1)));
    this.find("[data-both]").hidden = segment.versions.length < 2;
    this.find("[data-neither]").firstChild?.replaceWith(segment.versions.length < 2 ? "Nothing there " : "Neither ");
    this.find(".choices").hidden = false;
    this.find("[data-end]").hidden = true;
  }

  /** Turn the small picture as the large one hangs, and name it so. @param {Hanging} hanging of the image shown */
  hang({ name, quarter_turns: turns, mirrored }) {
    this.find(".overview-picture").style.transform = `scaleX(${mirrored ? -1 : 1}) rotate(${turns * 90}deg)`;
    this.find("[data-facts] strong").textContent = name;
  }

  /** @param {Segment} segment @param {Progress} progress */
  showProgress(segment, progress) {
    this.find("[data-title]").textContent = titleText(progress);
    this.find("[data-stake]").textContent = stakeText(segment, progress);
    const bar = /** @type {HTMLProgressElement} */ (this.find("[data-progress]"));
    bar.max = progress.total;
    bar.value = progress.decided;
  }

  /** @param {string} text */
  end(text) {
    this.find("[data-title]").textContent = "Nothing is left for you";
    this.find("[data-stake]").textContent = "";
    this.find("[data-end-text]").textContent = text;
    this.find("[data-end]").hidden = false;
    this.find(".choices").hidden = true;
    this.find("[data-notes]").hidden = true;
  }

  /** @param {string} text */
  say(text) {
    this.state.textContent = text;
    delete this.state.dataset.kind;
  }

  /** @param {string} text empty when it is over */
  warn(text) {
    if (text) {
      this.state.textContent = text;
      this.state.dataset.kind = "waiting";
    } else if (this.state.dataset.kind) {
      this.say("Saved.");
    }
  }

  /** @param {boolean} isOn @param {"set" | "clear"} how */
  setRedrawing(isOn, how) {
    this.find("[data-redraw-bar]").hidden = !isOn;
    this.find("[data-brush]").setAttribute("aria-pressed", String(how === "set"));
    this.find("[data-eraser]").setAttribute("aria-pressed", String(how === "clear"));
    for (const button of this.page.querySelectorAll(".choices button")) /** @type {HTMLButtonElement} */ (button).disabled = isOn;
  }

  openDiscussion() {
    this.form.hidden = false;
    this.find(".choices").hidden = true;
    this.text.focus();
  }

  #closeDiscussion() {
    this.form.hidden = true;
    this.find(".choices").hidden = false;
    this.text.value = "";
  }

  /** @param {Event} event */
  #send(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (text) this.dispatchEvent(new CustomEvent("discuss", { detail: text }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") this.#closeDiscussion();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  /** @param {string} letter @param {number} number the key @returns {Node} */
  #versionButton(letter, number) {
    const template = /** @type {HTMLTemplateElement} */ (this.find("[data-version-template]"));
    const content = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const button = /** @type {HTMLElement} */ (content.firstElementChild);
    button.dataset.letter = letter;
    /** @type {HTMLElement} */ (button.querySelector(".version-name")).textContent = `As ${letter} drew it`;
    /** @type {HTMLElement} */ (button.querySelector("kbd")).textContent = String(number);
    const only = (/** @type {string | null} */ detail) => this.dispatchEvent(new CustomEvent("only", { detail }));
    button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("take", { detail: letter })));
    button.addEventListener("pointerenter", () => only(letter));
    button.addEventListener("pointerleave", () => only(null));
    button.addEventListener("focus", () => only(letter));
    button.addEventListener("blur", () => only(null));
    return button;
  }

  /** @param {Segment} segment */
  #showPlace(segment) {
    const { mammogram, rows, columns, box } = segment;
    const picture = /** @type {HTMLImageElement} */ (this.find("[data-overview]"));
    const address = `/api/mammograms/${mammogram}/thumbnail/`;
    if (picture.getAttribute("src") !== address) picture.src = address;
    picture.hidden = false;
    const mark = this.find("[data-overview-mark]");
    mark.setAttribute("viewBox", `0 0 ${columns} ${rows}`);
    mark.setAttribute("preserveAspectRatio", "none");
    const [row0, column0, row1, column1] = box;
    const around = Math.max(rows, columns) / 40; // a dot would not be found again
    const place = { x: column0 - around, y: row0 - around, width: column1 - column0 + 2 * around, height: row1 - row0 + 2 * around };
    mark.replaceChildren(svgElement("rect", place));
    const view = document.createElement("strong");
    view.textContent = segment.view;
    const lines = [segment.label, votesText(segment), ...(segment.is_sent ? ["Sent to you by the lead"] : [])];
    this.find("[data-facts]").replaceChildren(view, ...lines.map(lineOf));
  }

  /** @param {Segment} segment */
  #showNotes({ notes }) {
    this.find("[data-notes]").replaceChildren(
      ...notes.map(({ author, text }) => {
        const item = document.createElement("li");
        item.textContent = `${author}: ${text}`;
        return item;
      }),
    );
    this.find("[data-notes]").hidden = notes.length === 0;
  }
}

/** @param {string} text @returns {HTMLElement} */
function lineOf(text) {
  const line = document.createElement("span");
  line.textContent = text;
  return line;
}
