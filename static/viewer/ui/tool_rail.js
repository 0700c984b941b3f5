/** Tools in the left rail and the brush size below them. */

import { part, parts } from "../page_elements.js";

/** @typedef {import("../tools/tool.js").Tool} Tool */

/**
 * @param {HTMLElement} root
 * @param {import("../image_panel.js").ImagePanel} panel
 * @param {Record<string, Tool>} tools by name
 * @param {import("../tools/brush_size.js").BrushSize} size
 */
export function showToolRail(root, panel, tools, size) {
  const buttons = parts(root, "choose-tool");
  const mark = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.chooseTool === panel.input.tool.name));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => panel.input.choose(tools[button.dataset.chooseTool ?? ""]));
  }
  panel.input.addEventListener("tool", mark);
  mark();
  if (!root.querySelector("[data-brush-size]")) return;
  const showSize = () => {
    part(root, "brush-size").textContent = size.text;
  };
  size.addEventListener("change", showSize);
  showSize();
}
