/** Findings in the right rail: how many, where, what they are taken for. The row of each can be worked by keyboard. */

import { boxOf, groupFinding, listed, looseDots, centreOf, ringAround } from "../finding_shapes.js";
import { part } from "../page_elements.js";
import { outlineOf } from "./finding_layer.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {import("../finding.js").Finding} Finding */
/** @typedef {import("../finding_desk.js").FindingDesk} FindingDesk */
/** @typedef {import("../finding_shapes.js").Assessment} Assessment */
/** @typedef {import("../finding_shapes.js").Listed} Listed */

/** One for the room; lists those of the active image. */
export class FindingsSection {
  /** @type {Map<string, HTMLElement>} id to row; rows stay, so that the keyboard stays in them */
  #rows = new Map();

  /**
   * @param {HTMLElement} root
   * @param {Room} room
   * @param {FindingDesk} desk
   */
  constructor(root, room, desk) {
    this.root = root;
    this.room = room;
    this.desk = desk;
    this.list = part(root, "findings-list");
    this.template = /** @type {HTMLTemplateElement} */ (/** @type {unknown} */ (part(root, "finding-row")));
    const first = /** @type {HTMLSelectElement} */ (part(root, "new-assessment"));
    first.addEventListener("change", () => {
      desk.assessment = /** @type {Assessment} */ (first.value);
    });
    room.actions.add({ name: "group-dots", title: "Group the dots in sight", keys: ["shift+u"], group: "draw", isDrawing: true, run: () => this.#groupDots() });
    room.watch((seat) => seat.editor, "change", () => this.#show());
    room.watch((seat) => seat.reading, "state", () => this.#show());
    desk.addEventListener("change", () => {
      this.#mark();
      this.#rows.get(desk.selected ?? "")?.scrollIntoView({ block: "nearest" });
    });
  }

  /** @returns {Seat} */
  get seat() {
    return this.room.active;
  }

  #show() {
    const { editor, isReadOnly } = this.seat;
    const list = editor ? listed(editor.findings) : [];
    part(this.root, "findings-count").textContent = countText(list);
    part(this.root, "findings-drawing").hidden = isReadOnly;
    const ids = new Set(list.map(({ finding }) => finding.id));
    for (const [id, row] of this.#rows) {
      if (!ids.has(id)) this.#dropRow(id, row);
    }
    list.forEach((each, i) => {
      const row = this.#rows.get(each.finding.id) ?? this.#makeRow(each.finding.id);
      if (this.list.children[i] !== row) this.list.insertBefore(row, this.list.children[i] ?? null);
      showRow(row, each, isReadOnly);
    });
    const grouping = part(this.root, "action");
    grouping.hidden = isReadOnly || !editor || looseDots(editor.findings).length < 2;
    this.#mark();
  }

  /** @param {string} id */
  #makeRow(id) {
    const row = /** @type {HTMLElement} */ (this.template.content.firstElementChild?.cloneNode(true));
    row.dataset.finding = id;
    const change = (/** @type {Partial<Finding>} */ changed) => {
      const finding = this.seat.editor?.findings.get(id);
      if (finding) this.seat.editor?.putFinding({ ...finding, ...changed });
    };
    const assessment = /** @type {HTMLSelectElement} */ (part(row, "assessment"));
    const histology = /** @type {HTMLSelectElement} */ (part(row, "histology"));
    part(row, "jump").addEventListener("click", () => this.#jump(id));
    part(row, "remove").addEventListener("click", () => this.seat.editor?.removeFinding(id));
    assessment.addEventListener("change", () => change({ assessment: /** @type {Assessment} */ (assessment.value) }));
    histology.addEventListener("change", () => change({ histology: histology.value }));
    row.addEventListener("keydown", (event) => {
      if (event.key === "Delete" && !this.seat.isReadOnly) this.seat.editor?.removeFinding(id);
    });
    row.addEventListener("focusin", () => this.desk.select(id));
    this.#rows.set(id, row);
    return row;
  }

  /**
   * @param {string} id
   * @param {HTMLElement} row
   */
  #dropRow(id, row) {
    const next = row.contains(document.activeElement) ? (row.nextElementSibling ?? row.previousElementSibling) : null;
    this.#rows.delete(id);
    row.remove();
    if (next) part(next, "jump").focus(); // the keyboard goes on where it was
  }

  /** @param {string} id */
  #jump(id) {
    const finding = this.seat.editor?.findings.get(id);
    if (!finding) return;
    this.desk.select(id);
    this.seat.panel.focus(boxOf(finding));
  }

  #groupDots() {
    const { editor, panel } = this.seat;
    const dots = editor ? looseDots(editor.findings).filter((dot) => panel.viewport.isInSight(centreOf(dot))) : [];
    if (dots.length < 2) return this.room.tell("Fewer than two dots without a group are in sight. Mark them first, or move the image.");
    const group = groupFinding(ringAround(dots), this.desk.assessment, panel.planes);
    if (!group) return;
    editor?.putFinding(group);
    this.desk.select(group.id);
  }

  #mark() {
    for (const [id, row] of this.#rows) row.toggleAttribute("data-selected", id === this.desk.selected);
  }
}

/**
 * @param {HTMLElement} row
 * @param {Listed} listed
 * @param {boolean} isReadOnly
 */
function showRow(row, { finding, name, dots }, isReadOnly) {
  const dotsText = dots === 1 ? " · 1 dot" : ` · ${dots} dots`;
  part(row, "name").textContent = finding.shape === "group" ? name + dotsText : name;
  part(row, "outline").setAttribute("d", outlineOf(finding.assessment, { x: 12, y: 12 }));
  const assessment = /** @type {HTMLSelectElement} */ (part(row, "assessment"));
  const histology = /** @type {HTMLSelectElement} */ (part(row, "histology"));
  assessment.value = finding.assessment;
  histology.value = finding.histology;
  row.toggleAttribute("data-has-histology", finding.histology !== "");
  for (const select of [assessment, histology]) select.disabled = isReadOnly;
  assessment.setAttribute("aria-label", `Assessment of ${name}`);
  histology.setAttribute("aria-label", `Histology of ${name}`);
  part(row, "remove").setAttribute("aria-label", `Remove ${name}`);
  part(row, "remove").hidden = isReadOnly;
}

/** @param {Listed[]} list */
function countText(list) {
  const groups = list.filter(({ finding }) => finding.shape === "group").length;
  const dots = list.length - groups;
  const counted = (/** @type {number} */ count, /** @type {string} */ noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const parts = [dots && counted(dots, "dot"), groups && counted(groups, "group")].filter(Boolean);
  return parts.length ? parts.join(", ") : "none";
}
