/** Labels in the right rail: choose, show, opacity, outline. The same for all images of the page. */

import { areaText } from "../area_words.js";
import { tokenColour } from "../colours.js";
import { LABELS, labelByName } from "../labels.js";
import { part, parts } from "../page_elements.js";
import { planeText } from "../point_words.js";
import { areaPx } from "../runs.js";

/** @typedef {import("../labels.js").LabelName} LabelName */
/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

/** @param {Room} room */
export function install(room) {
  const labels = new LabelsRail(room);
  const { actions } = room;
  LABELS.forEach(({ name, title }, i) => {
    if (!room.facts.labels.includes(name)) return;
    actions.add({ name: `label-${name}`, title: `${title} is the active label`, keys: [String(i + 1)], group: "label", run: () => labels.choose(name) });
  });
  actions.add({ name: "hide-labels", title: "Hide or show all labels", keys: ["v"], group: "look", run: () => labels.toggleAll() });
  actions.add({ name: "next-opacity", title: "Next opacity of labels", keys: ["shift+o"], group: "look", run: () => labels.nextOpacity() });
  actions.add({ name: "outline", title: "Outline only", keys: ["o"], group: "look", run: () => labels.toggleOutline() });
}

const OPACITIES = [20, 40, 70, 100]; // percent

class LabelsRail {
  /** @type {LabelName} */
  #active;
  /** @type {Set<LabelName>} */
  #hidden = new Set();

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.labels = LABELS.filter(({ name }) => room.facts.labels.includes(name));
    this.#active = this.labels[0].name;
    this.opacity = /** @type {HTMLInputElement} */ (part(room.root, "opacity"));
    this.outlineOnly = /** @type {HTMLInputElement} */ (part(room.root, "outline-only"));
    for (const { name } of this.labels) {
      const row = this.#row(name);
      part(row, "choose-label").addEventListener("click", () => this.choose(name));
      part(row, "show-label").addEventListener("click", () => this.#setShown(name, this.#hidden.has(name)));
    }
    for (const input of [this.opacity, this.outlineOnly]) input.addEventListener("input", () => this.#restyle());
    room.addEventListener("labels", (event) => this.#take(/** @type {CustomEvent} */ (event).detail));
    room.watch((seat) => seat.editor, "change", (seat) => this.#show(seat));
    this.#restyle();
  }

  /** @param {LabelName} name that tools work on from now on, in every image */
  choose(name) {
    this.#active = name;
    for (const { editor } of this.room.seats) editor?.choose(name);
    this.#show(this.room.active);
  }

  toggleOutline() {
    this.outlineOnly.checked = !this.outlineOnly.checked;
    this.#restyle();
  }

  /** From faint to full in a few steps, and round again. */
  nextOpacity() {
    const now = Number(this.opacity.value);
    this.opacity.value = String(OPACITIES.find((percent) => percent > now) ?? OPACITIES[0]);
    this.outlineOnly.checked = false;
    this.#restyle();
  }

  /** Hide all labels to see what is below them, or show them again. */
  toggleAll() {
    const areShown = this.#hidden.size < this.labels.length;
    for (const { name } of this.labels) this.#setShown(name, !areShown);
  }

  /**
   * @param {LabelName} name
   * @param {boolean} isShown
   */
  #setShown(name, isShown) {
    if (isShown) this.#hidden.delete(name);
    else this.#hidden.add(name);
    const button = part(this.#row(name), "show-label");
    button.setAttribute("aria-pressed", String(isShown));
    button.textContent = isShown ? "Shown" : "Hidden";
    button.setAttribute("aria-label", `${button.textContent}: ${labelByName(name).title}`);
    this.#restyle();
  }

  /** @param {Seat} seat that got its labels */
  #take(seat) {
    seat.editor?.choose(this.#active);
    this.#restyle();
  }

  #restyle() {
    const isOutlineOnly = this.outlineOnly.checked;
    const opacity = isOutlineOnly ? 0 : Number(this.opacity.value) / 100;
    for (const { panel } of this.room.seats) {
      for (const { name, plane, colourToken, outline } of LABELS) {
        const visible = !this.#hidden.has(name);
        panel.setStyle(plane, { colour: tokenColour(colourToken), opacity, outline, visible });
      }
      panel.renderer.probability.isOutlineOnly = isOutlineOnly;
      panel.renderer.request();
    }
  }

  /** @param {Seat} seat */
  #show({ editor, panel }) {
    for (const { name } of this.labels) {
      const row = this.#row(name);
      part(row, "choose-label").setAttribute("aria-pressed", String(this.#active === name));
      const area = part(row, "area");
      area.textContent = editor ? sizeText(areaPx(editor.masks[name]), panel.mammogram) : "";
      area.title = panel.mammogram?.length_spacing_mm ? planeText(panel.mammogram) : "";
    }
    this.room.root.style.setProperty("--active-label", `var(${labelByName(this.#active).colourToken})`);
  }

  /** @param {LabelName} name */
  #row(name) {
    const row = parts(this.room.root, "label").find((element) => element.dataset.label === name);
    if (!row) throw new Error(`The page has no row for the label ${name}.`);
    return row;
  }
}

/**
 * @param {number} area pixels
 * @param {import("../api.js").Mammogram | null} mammogram
 * @returns {string} in the mm of the read-out, which those of a magnification view are not at the detector
 */
function sizeText(area, mammogram) {
  return area ? areaText(area, mammogram?.length_spacing_mm) : "empty";
}
