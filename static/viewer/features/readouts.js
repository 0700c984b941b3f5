/** Below the image: window presets, zoom, and what is under the pointer. */

import { part } from "../page_elements.js";

/** @typedef {import("../image_panel.js").ImagePanel} ImagePanel */

/** @param {import("../room.js").Room} room */
export function install(room) {
  const { root } = room;
  room.watch((seat) => seat.panel, "loaded", ({ panel }) => showPresets(part(root, "presets"), panel));
  room.watch((seat) => seat.panel, "window", ({ panel }) => {
    const { center, width } = panel.windowing;
    part(root, "window-readout").textContent = `center ${Math.round(center)}, width ${Math.round(width)}`;
    markPreset(part(root, "presets"), panel);
  });
  room.watch((seat) => seat.panel, "view", ({ panel }) => {
    part(root, "zoom-readout").textContent = `${(panel.viewport.view.scale * 100).toFixed(0)} %`;
  });
  for (const { panel } of room.seats) {
    panel.addEventListener("point", (event) => {
      part(root, "point-readout").textContent = pointText(/** @type {CustomEvent} */ (event).detail, panel.mammogram);
    });
  }
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
  const now = JSON.stringify(panel.windowing);
  panel.presets.forEach(({ windowing }, i) => {
    group.children[i]?.setAttribute("aria-pressed", String(JSON.stringify(windowing) === now));
  });
}

/**
 * @param {{x: number, y: number, row: number, column: number, grey: number | null} | null} point image px
 * @param {import("../api.js").Mammogram | null} mammogram
 * @returns {string}
 */
function pointText(point, mammogram) {
  if (!point || point.grey === null) return "";
  const spacing = mammogram?.pixel_spacing_mm;
  const place = spacing
    ? `${(point.x * spacing[1]).toFixed(1)} mm, ${(point.y * spacing[0]).toFixed(1)} mm · `
    : "spacing not known · ";
  return `${place}row ${point.row}, column ${point.column} · grey ${point.grey}`;
}
