/** Labels in the right rail: choose, show, opacity, outline. */

import { tokenColour } from "../colours.js";
import { LABELS } from "../labels.js";
import { part, parts } from "../page_elements.js";
import { areaPx } from "../runs.js";

/** @typedef {import("../labels.js").LabelName} LabelName */

/** Keeps the rail, the editor and the panel of one page in step. */
export class LabelsSection {
  #areAllHidden = false;

  /**
   * @param {HTMLElement} root
   * @param {import("../reading.js").Reading} reading
   */
  constructor(root, reading) {
    this.root = root;
    this.reading = reading;
    this.opacity = /** @type {HTMLInputElement} */ (part(root, "opacity"));
    this.outlineOnly = /** @type {HTMLInputElement} */ (part(root, "outline-only"));
    for (const { name, plane, colourToken } of LABELS) {
      const row = this.#row(name);
      part(row, "choose-label").addEventListener("click", () => reading.editor.choose(name));
      part(row, "show-label").addEventListener("click", () => this.#toggle(name));
      reading.panel.setStyle(plane, { colour: tokenColour(colourToken) });
    }
    for (const input of [this.opacity, this.outlineOnly]) input.addEventListener("input", () => this.#restyle());
    reading.editor.addEventListener("change", () => this.#show());
    this.#restyle();
    this.#show();
  }

  toggleOutline() {
    this.outlineOnly.checked = !this.outlineOnly.checked;
    this.#restyle();
  }

  /** Hide all labels to see what is below them, or show them again. */
  toggleAll() {
    this.#areAllHidden = !this.#areAllHidden;
    for (const { name } of LABELS) this.#setShown(name, !this.#areAllHidden);
  }

  /** @param {LabelName} name */
  #toggle(name) {
    this.#setShown(name, part(this.#row(name), "show-label").getAttribute("aria-pressed") !== "true");
  }

  /**
   * @param {LabelName} name
   * @param {boolean} isShown
   */
  #setShown(name, isShown) {
    const button = part(this.#row(name), "show-label");
    button.setAttribute("aria-pressed", String(isShown));
    button.textContent = isShown ? "Shown" : "Hidden";
    const label = LABELS.find((candidate) => candidate.name === name);
    if (label) this.reading.panel.setStyle(label.plane, { visible: isShown });
  }

  #restyle() {
    const opacity = this.outlineOnly.checked ? 0 : Number(this.opacity.value) / 100;
    for (const { plane } of LABELS) this.reading.panel.setStyle(plane, { opacity, outline: "solid" });
    this.reading.panel.renderer.probability.isOutlineOnly = this.outlineOnly.checked;
    this.reading.panel.renderer.request();
  }

  #show() {
    const { editor } = this.reading;
    for (const { name, colourToken } of LABELS) {
      const row = this.#row(name);
      part(row, "choose-label").setAttribute("aria-pressed", String(editor.active === name));
      part(row, "area").textContent = areaText(areaPx(editor.masks[name]), this.reading.panel.mammogram);
      if (editor.active === name) this.root.style.setProperty("--active-label", `var(${colourToken})`);
    }
  }

  /** @param {LabelName} name */
  #row(name) {
    const row = parts(this.root, "label").find((element) => element.dataset.label === name);
    if (!row) throw new Error(`The page has no row for the label ${name}.`);
    return row;
  }
}

/**
 * @param {number} area pixels
 * @param {import("../api.js").Mammogram | null} mammogram
 * @returns {string} mm² where the spacing is known
 */
function areaText(area, mammogram) {
  if (!area) return "empty";
  const spacing = mammogram?.pixel_spacing_mm;
  const [size, unit] = spacing ? [area * spacing[0] * spacing[1], "mm²"] : [area, "px"];
  return `${size.toLocaleString(undefined, { maximumFractionDigits: 1 })} ${unit}`;
}
