/**
 * The list of pieces. Shows, selects, and tells what is asked for; decides nothing itself.
 *
 * Events: "select" detail Piece; "decide" detail {piece, isRemoved}.
 */

import { fateOf, orderByStake } from "./correction_pieces.js";
import { flagsText, measuresOf, measureText, PROPOSALS } from "./correction_words.js";

/** @typedef {import("./correction_pieces.js").Piece} Piece */

export class PieceList extends EventTarget {
  /** @type {Piece[]} in the order of the page */
  pieces = [];
  /** @type {string | null} */
  selectedId = null;
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} element
   * @param {HTMLTemplateElement} template of one row
   * @param {boolean} canDecide
   */
  constructor(element, template, canDecide) {
    super();
    this.element = element;
    this.template = template;
    this.canDecide = canDecide;
  }

  /**
   * @param {Piece[]} pieces
   * @param {string} mode physical or relative
   */
  show(pieces, mode) {
    this.pieces = orderByStake(pieces);
    for (const piece of this.pieces) {
      if (!this.#rows.has(piece.id)) this.#rows.set(piece.id, this.#buildRow(piece, mode));
      this.#update(piece);
    }
  }

  get selected() {
    return this.pieces.find((piece) => piece.id === this.selectedId);
  }

  /** @param {string | undefined} id */
  select(id) {
    const piece = this.pieces.find((one) => one.id === id);
    if (!piece || id === this.selectedId) return;
    const before = this.selected;
    this.selectedId = piece.id;
    if (before) this.#update(before);
    this.#update(piece);
    this.#rows.get(piece.id)?.scrollIntoView({ block: "nearest" });
    this.dispatchEvent(new CustomEvent("select", { detail: piece }));
  }

  /** @param {1 | -1} by */
  step(by) {
    const at = this.pieces.findIndex((piece) => piece.id === this.selectedId);
    this.select(this.pieces[Math.min(this.pieces.length - 1, Math.max(0, at + by))]?.id);
  }

  /** @param {Piece} piece @param {boolean} isRemoved */
  #ask(piece, isRemoved) {
    this.dispatchEvent(new CustomEvent("decide", { detail: { piece, isRemoved } }));
  }

  /** @param {Piece} piece @param {string} mode @returns {HTMLElement} */
  #buildRow(piece, mode) {
    const content = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const row = /** @type {HTMLElement} */ (content.firstElementChild);
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (row.querySelector(selector));
    row.dataset.proposal = piece.decision;
    find(".piece-proposal").textContent = PROPOSALS[piece.decision];
    find(".piece-reason").textContent = piece.reason_text || "Nothing speaks against it";
    find(".piece-flags").textContent = flagsText(piece);
    find(".piece-flags").hidden = piece.flags.length === 0;
    find(".piece-measures").append(...measuresOf(mode).map((measure) => measureElement(piece, measure)));
    row.addEventListener("click", () => this.select(piece.id));
    find(".piece-acts").setAttribute("aria-label", `Piece ${piece.number}`);
    find("[data-keep]").addEventListener("click", () => this.#ask(piece, false));
    find("[data-remove]").addEventListener("click", () => this.#ask(piece, true));
    this.element.append(row);
    return row;
  }

  /** @param {Piece} piece */
  #update(piece) {
    const row = /** @type {HTMLElement} */ (this.#rows.get(piece.id));
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (row.querySelector(selector));
    const isSelected = piece.id === this.selectedId;
    const fate = fateOf(piece);
    row.dataset.fate = fate;
    row.toggleAttribute("data-selected", isSelected);
    find(".piece-choose").setAttribute("aria-current", String(isSelected));
    const decided = piece.human_decision;
    find("[data-keep]").setAttribute("aria-pressed", String(decided?.is_removed === false));
    find("[data-remove]").setAttribute("aria-pressed", String(decided?.is_removed === true));
    for (const button of row.querySelectorAll(".piece-acts button")) {
      /** @type {HTMLElement} */ (button).hidden = !this.canDecide;
    }
    find(".piece-word").textContent = decided ? `decided by ${decided.reviewer}` : waitingWord(piece);
    for (const measure of row.querySelectorAll(".measure")) /** @type {HTMLElement} */ (measure).tabIndex = isSelected ? 0 : -1;
  }
}

/** @param {Piece} piece @returns {string} */
const waitingWord = (piece) => (piece.decision === "keep" ? "stays unless you say otherwise" : "not decided yet");

/**
 * @param {Piece} piece
 * @param {import("./correction_words.js").MeasureWords} measure
 * @returns {HTMLElement}
 */
function measureElement(piece, measure) {
  const group = document.createElement("div");
  group.className = "measure";
  group.dataset.definition = measure.definition;
  group.setAttribute("aria-description", measure.definition);
  const name = document.createElement("dt");
  name.textContent = measure.name;
  const value = document.createElement("dd");
  value.textContent = measureText(piece, measure);
  group.append(name, value);
  return group;
}
