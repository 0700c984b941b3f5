/** Stored windows and tables of the active image, inversion, and what is shown now. */

import { paced } from "../pace.js";
import { part } from "../page_elements.js";
import { greyScaleOf } from "../presentation.js";
import { areSame } from "../window_level.js";

/** @typedef {import("../image_panel.js").ImagePanel} ImagePanel */

const FUNCTION_WORDS = { LINEAR: "", LINEAR_EXACT: " · exact", SIGMOID: " · sigmoid", LUT: " · table" };

/** @param {import("../room.js").Room} room */
export function install(room) {
  const { root, actions } = room;
  const group = part(root, "presets");
  actions.add({ name: "next-window", title: "Next stored window", keys: ["shift+w"], group: "look", run: () => showNext(room.active.panel) });
  actions.add({ name: "invert", title: "Turn black and white round", keys: ["shift+i"], group: "look", run: () => room.active.panel.invert() });
  room.watch((seat) => seat.panel, "loaded", ({ panel }) => showPresets(group, panel));
  room.watch((seat) => seat.panel, "window", paced(({ panel }) => {
    const { center, width, voiFunction } = panel.windowing;
    const kind = FUNCTION_WORDS[voiFunction] + (isTurned(panel) ? " · inverted" : "");
    part(root, "window-readout").textContent = `C ${shown(center)} · W ${shown(width)}${kind}`;
    part(root, "invert").setAttribute("aria-pressed", String(isTurned(panel)));
    markPreset(group, panel);
  }));
}

/**
 * @param {ImagePanel} panel
 * @returns {boolean} whether the reader turned it round; MONOCHROME1 alone does not count
 */
function isTurned({ mammogram, renderer }) {
  return mammogram !== null && renderer.image.scale.inverted !== greyScaleOf(mammogram).inverted;
}

/** @param {ImagePanel} panel */
function showNext(panel) {
  const { presets, windowing } = panel;
  const now = presets.findIndex((preset) => areSame(preset.windowing, windowing));
  const next = presets[(now + 1) % presets.length];
  if (next) panel.setWindowing(next.windowing);
}

/**
 * @param {HTMLElement} group
 * @param {ImagePanel} panel
 */
function showPresets(group, panel) {
  const buttons = panel.presets.map(({ title, windowing }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-small";
    button.textContent = title;
    button.addEventListener("click", () => panel.setWindowing(windowing));
    return button;
  });
  group.replaceChildren(...buttons);
  markPreset(group, panel);
}

/**
 * @param {HTMLElement} group
 * @param {ImagePanel} panel
 */
function markPreset(group, panel) {
  panel.presets.forEach(({ windowing }, i) => {
    group.children[i]?.setAttribute("aria-pressed", String(areSame(windowing, panel.windowing)));
  });
}

/** @param {number} value @returns {string} whole where it is large, so that narrow windows keep their digits */
function shown(value) {
  return Math.abs(value) < 100 ? String(Number(value.toPrecision(3))) : String(Math.round(value));
}
