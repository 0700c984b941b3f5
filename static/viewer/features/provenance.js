/** A card at the pointer that says who drew what lies under it, when, with what, at which zoom and window. */

import { readProvenance } from "../api.js";
import { fromBase64 } from "../codec.js";
import { pixelCentre, pxToMm } from "../geometry.js";
import { LABELS } from "../labels.js";
import { part } from "../page_elements.js";
import { changeWords, makerOf } from "../provenance_words.js";
import { hasPixel } from "../runs.js";

/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {import("../api.js").PixelChange} PixelChange */
/** @typedef {{seat: Seat, row: number, column: number}} Place */

const MOST_LINES = 8;
const MARGIN_PX = 12;

/** @param {import("../room.js").Room} room */
export function install(room) {
  const card = new ProvenanceCard(part(room.root, "provenance"));
  /** @type {Place | null} */
  let pointed = null;
  for (const seat of room.seats) {
    seat.panel.addEventListener("point", (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      pointed = detail && { seat, row: detail.row, column: detail.column };
    });
  }
  const run = () => {
    if (card.isOpen) card.close();
    else if (!pointed?.seat.reading) room.tell("Point at a label first, then press the key again.");
    else card.open(pointed);
  };
  room.actions.add({ name: "provenance", title: "Who drew this, under the pointer", keys: ["shift+a"], group: "history", run });
  document.addEventListener("keydown", (event) => event.key === "Escape" && card.close());
  document.addEventListener("pointerdown", (event) => card.box.contains(/** @type {Node} */ (event.target)) || card.close(), { capture: true });
}

class ProvenanceCard {
  #asked = 0;

  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.list = part(box, "provenance-list");
    this.note = part(box, "provenance-note");
  }

  get isOpen() {
    return !this.box.hidden;
  }

  close() {
    this.box.hidden = true;
    this.#asked++;
  }

  /** @param {Place} place */
  async open(place) {
    const asked = ++this.#asked;
    part(this.box, "provenance-title").textContent = titleOf(place);
    this.list.replaceChildren();
    this.note.textContent = "Asking the server";
    this.box.hidden = false;
    this.#moveTo(place);
    const { changes, note } = await changesAt(place);
    if (asked !== this.#asked) return; // closed, or asked again
    const mmPerPx = pxToMm(1, place.seat.panel.mammogram?.length_spacing_mm ?? null);
    const makers = LABELS.map(({ name }) => makerOf(changes.filter(({ label }) => label === name))).filter((maker) => maker !== null);
    const others = changes.filter((change) => !makers.includes(change));
    this.list.replaceChildren(...makers.map((change) => lineOf(change, mmPerPx)));
    if (others.length) this.list.append(foldOf(others, mmPerPx));
    this.note.textContent = note || (changes.length ? "" : "Nobody has drawn here.");
    this.#moveTo(place);
  }

  /** @param {Place} place */
  #moveTo({ seat, row, column }) {
    const at = seat.panel.clientPointOf(pixelCentre(row, column));
    const { width, height } = this.box.getBoundingClientRect();
    const left = Math.min(at.x + MARGIN_PX, innerWidth - width - MARGIN_PX);
    const top = at.y + MARGIN_PX + height > innerHeight ? at.y - MARGIN_PX - height : at.y + MARGIN_PX;
    this.box.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, top)}px)`;
  }
}

/** @param {Place} place */
function titleOf({ seat, row, column }) {
  const masks = seat.editor?.masks;
  const titles = LABELS.filter(({ name }) => masks && hasPixel(masks[name], row, column)).map(({ title }) => title);
  return titles.join(" and ") || "No label here";
}

/**
 * @param {Place} place
 * @returns {Promise<{changes: PixelChange[], note: string}>} the latest first, those not saved yet included
 */
async function changesAt({ seat, row, column }) {
  const reading = /** @type {import("../reading.js").Reading} */ (seat.reading);
  await reading.saver?.flush();
  const stored = await readProvenance(reading.annotation.id, row, column).catch((error) => ({ changes: [], error }));
  const pending = pendingChanges(reading, row, column, stored.changes);
  const note = "error" in stored ? `What was done before cannot be told now. ${stored.error.message}` : "";
  return { changes: [...pending, ...stored.changes], note };
}

/**
 * @param {import("../reading.js").Reading} reading
 * @param {number} row
 * @param {number} column
 * @param {PixelChange[]} stored the latest first
 * @returns {PixelChange[]} the latest first
 */
function pendingChanges({ saver, annotation }, row, column, stored) {
  /** @type {PixelChange[]} */
  const changes = [];
  for (const { operation } of saver?.copy.pending ?? []) {
    if (operation.kind !== "mask" || !hasPixel(fromBase64(operation.patch), row, column)) continue;
    const before = [...changes, ...stored].find(({ label }) => label === operation.label);
    const { label, tool, made_at, details } = operation;
    const who = { reader: annotation.reader, is_own: true, model: null, correction: null };
    changes.unshift({ ...who, label, tool, made_at, details, is_set: !before?.is_set });
  }
  return changes;
}

/**
 * @param {PixelChange[]} changes that did not make the place what it is, the latest first
 * @param {number | null} mmPerPx
 */
function foldOf(changes, mmPerPx) {
  const item = document.createElement("li");
  const fold = document.createElement("details");
  const summary = document.createElement("summary");
  const list = document.createElement("ol");
  const more = changes.length - MOST_LINES;
  summary.textContent = `${changes.length} other ${changes.length === 1 ? "change" : "changes"} here${more > 0 ? `, the last ${MOST_LINES}` : ""}`;
  list.append(...changes.slice(0, MOST_LINES).map((change) => lineOf(change, mmPerPx)));
  fold.append(summary, list);
  item.append(fold);
  return item;
}

/**
 * @param {PixelChange} change
 * @param {number | null} mmPerPx
 */
function lineOf(change, mmPerPx) {
  const line = document.createElement("li");
  line.dataset.of = change.label;
  const label = LABELS.find(({ name }) => name === change.label)?.title ?? change.label;
  line.textContent = `${label}: ${changeWords(change, { mmPerPx })}`;
  return line;
}
