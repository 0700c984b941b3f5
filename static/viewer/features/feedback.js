/**
 * In training: once the exam is submitted, what was missed and what was too much, as outlines with their lengths, and
 * how the tries went. Nothing of it is asked for before.
 */

import { foundWords, lengthWords, shareWords } from "../check_words.js";
import { optionalPart, part } from "../page_elements.js";
import { PanelLayer, svgElement } from "../panel_layer.js";
import { readFeedback } from "../reading_api.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../reading_api.js").Feedback} Feedback */
/** @typedef {import("../reading_api.js").FeedbackPiece} FeedbackPiece */
/** @typedef {{kind: "missed" | "extra", piece: FeedbackPiece}} Told */

const WORDS = { missed: "Missed", extra: "Too much" };

/** @param {Room} room */
export function install(room) {
  const section = optionalPart(room.root, "feedback");
  if (section) new TrainingFeedback(room, section);
}

class TrainingFeedback {
  /** @type {Feedback | null} */
  #feedback = null;
  #isAsked = false;
  /** @type {Map<string, PanelLayer>} by image */
  #layers = new Map();

  /**
   * @param {Room} room
   * @param {HTMLElement} section
   */
  constructor(room, section) {
    this.room = room;
    this.section = section;
    room.watch((seat) => seat.reading, "state", () => this.#ask());
    room.addEventListener("open", (event) => this.#cover(/** @type {CustomEvent} */ (event).detail));
    room.addEventListener("active", () => this.#showPieces());
  }

  get #isSubmitted() {
    return this.room.seats.every(({ image, reading }) => image.is_submitted || reading?.annotation.state === "submitted");
  }

  async #ask() {
    if (this.#isAsked || !this.#isSubmitted) return;
    this.#isAsked = true;
    const wasOpen = this.room.facts.images.some((image) => !image.is_submitted);
    try {
      this.#feedback = await readFeedback(this.section.dataset.assignment ?? "");
    } catch (error) {
      this.#note(/** @type {Error} */ (error).message);
      return;
    }
    this.#show(wasOpen);
  }

  /** @param {boolean} isNews true where she submitted just now */
  #show(isNews) {
    const { tries, maximum_tries: most, can_try_again: canTryAgain } = /** @type {Feedback} */ (this.#feedback);
    const last = tries[tries.length - 1];
    this.section.hidden = false;
    part(this.section, "feedback-sum").textContent = last ? foundWords(last) : "";
    const form = part(this.section, "try-again");
    form.hidden = !canTryAgain;
    part(this.section, "try-button").textContent = `Try again (${tries.length + 1} of ${most})`;
    part(this.section, "tries-left").textContent = canTryAgain ? "" : `This was try ${tries.length} of ${most}.`;
    this.#showTries(tries);
    for (const seat of this.room.seats) this.#cover(seat);
    this.#showPieces();
    if (isNews) part(this.section, "feedback-title").focus();
  }

  /** @param {Feedback["tries"]} tries */
  #showTries(tries) {
    const table = /** @type {HTMLTableElement} */ (part(this.section, "feedback-tries"));
    table.hidden = tries.length < 2;
    table.tBodies[0].replaceChildren(
      ...tries.map((each) => {
        const row = document.createElement("tr");
        const extra = each.extra_mm === null ? "not known" : lengthWords(each.extra_mm);
        for (const [index, text] of [String(each.number), shareWords(each), extra].entries()) {
          const cell = document.createElement(index ? "td" : "th");
          if (index) cell.className = "number";
          else cell.setAttribute("scope", "row");
          cell.textContent = text;
          row.append(cell);
        }
        return row;
      }),
    );
  }

  /** @param {Seat} seat @returns {Told[]} */
  #toldOf(seat) {
    const image = this.#feedback?.images.find(({ mammogram }) => mammogram === seat.image.mammogram);
    if (!image) return [];
    const told = (/** @type {Told["kind"]} */ kind) => image[kind].map((piece) => ({ kind, piece }));
    return [...told("missed"), ...told("extra")];
  }

  /** @param {Seat} seat over whose image the outlines are laid */
  #cover(seat) {
    if (!this.#feedback || !seat.isOpen || this.#layers.has(seat.image.mammogram)) return;
    const told = this.#toldOf(seat);
    const layer = new PanelLayer(seat.panel, "feedback-layer", (svg, toCss) => {
      svg.replaceChildren(...told.map((each) => outlineOf(each, toCss)));
    });
    this.#layers.set(seat.image.mammogram, layer);
    layer.render();
  }

  #showPieces() {
    if (!this.#feedback) return;
    const told = this.#toldOf(this.room.active);
    part(this.section, "feedback-pieces").replaceChildren(...told.map((each) => this.#rowOf(each)));
    this.#note(told.length ? "" : `Nothing was missed or too much on ${this.room.active.image.view}.`);
  }

  /** @param {Told} told */
  #rowOf({ kind, piece }) {
    const row = document.createElement("li");
    row.className = "check-row";
    row.dataset.kind = kind;
    const words = document.createElement("span");
    const text = `${WORDS[kind]}: ${lengthWords(piece.length_mm)}`;
    words.textContent = text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-small";
    button.textContent = "Show";
    button.setAttribute("aria-label", `Show ${text}`);
    button.addEventListener("click", () => this.room.active.panel.oneToOne({ x: piece.x_px, y: piece.y_px }));
    row.append(words, button);
    return row;
  }

  /** @param {string} text */
  #note(text) {
    this.section.hidden = false;
    part(this.section, "feedback-note").textContent = text;
  }
}

/**
 * @param {Told} told
 * @param {(point: Point) => Point} toCss
 */
function outlineOf({ kind, piece }, toCss) {
  const d = piece.outlines
    .map((ring) => `M${ring.map(([x, y]) => toCss({ x, y })).map((point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join("L")}Z`)
    .join("");
  const at = toCss({ x: piece.x_px, y: piece.y_px });
  const mark = svgElement("g", { class: "feedback-piece", "data-kind": kind });
  mark.append(
    svgElement("path", { d, class: "halo" }),
    svgElement("path", { d, class: "line" }),
    svgElement("text", { x: at.x + 10, y: at.y - 10 }, `${WORDS[kind]} ${lengthWords(piece.length_mm)}`),
  );
  return mark;
}
