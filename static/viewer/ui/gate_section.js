/** The gate of the brush in the right rail: on or off, its grey level, and where the level comes from. */

import { part } from "../page_elements.js";
import { isDarkBright } from "../presentation.js";
import { greyRange } from "../tools/gate.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../tools/gate.js").Gate} Gate */
/** @typedef {import("../image_panel.js").ImagePanel} ImagePanel */

/** One for the room; shows the level of the active image. */
export class GateSection {
  /** @type {WeakMap<ImagePanel, import("../tools/gate.js").GreyRange>} */
  #ranges = new WeakMap();

  /**
   * @param {HTMLElement} root
   * @param {Room} room
   * @param {Gate} gate
   */
  constructor(root, room, gate) {
    this.root = root;
    this.room = room;
    this.gate = gate;
    this.isOn = /** @type {HTMLInputElement} */ (part(root, "gate-on"));
    this.level = /** @type {HTMLInputElement} */ (part(root, "gate-level"));
    this.isOn.addEventListener("change", () => gate.set(this.isOn.checked));
    this.level.addEventListener("input", () => gate.setLevel(room.active.panel, Number(this.level.value)));
    part(root, "gate-pick").addEventListener("click", () => this.#pick());
    room.actions.add({ name: "gate", title: "Brush only above a grey level", keys: ["shift+g"], group: "draw", isDrawing: true, run: () => this.#toggle() });
    gate.addEventListener("change", () => this.#show());
    room.addEventListener("active", () => this.#show());
    room.addEventListener("open", () => this.#show());
    this.#show();
  }

  #toggle() {
    this.gate.set(!this.gate.isOn);
    if (!this.gate.isOn) return;
    this.root.setAttribute("open", ""); // the level is at hand where the key was pressed
    this.root.scrollIntoView({ block: "nearest" });
  }

  #pick() {
    this.gate.pick();
    this.room.choose("brush");
  }

  #show() {
    const { panel } = this.room.active;
    this.isOn.checked = this.gate.isOn;
    part(this.root, "gate-settings").hidden = !this.gate.isOn;
    part(this.root, "gate-pick").setAttribute("aria-pressed", String(this.gate.isPicking));
    const range = this.gate.isOn && this.#rangeOf(panel);
    if (!range) return;
    const level = this.gate.levelOf(panel);
    if (level === null) return this.gate.setLevel(panel, range.usual); // comes back here with the level
    this.level.min = String(Math.min(range.least, level));
    this.level.max = String(Math.max(range.most, level));
    this.level.value = String(level);
    part(this.root, "gate-text").textContent = isDarkBright(panel.mammogram) ? `${level} or less` : `${level} or more`;
  }

  /** @param {ImagePanel} panel */
  #rangeOf(panel) {
    const { rows, columns } = panel.planes;
    const greyAt = (/** @type {number} */ row, /** @type {number} */ column) => panel.greyAt(row, column);
    const range = this.#ranges.get(panel) ?? greyRange(rows, columns, greyAt, isDarkBright(panel.mammogram));
    if (range) this.#ranges.set(panel, range);
    return range;
  }
}
