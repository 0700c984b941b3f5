/** Brush, eraser, and their size. */

import { part } from "../page_elements.js";
import { BrushTool } from "../tools/brush_tool.js";
import { EraserTool } from "../tools/eraser_tool.js";

/** @param {import("../room.js").Room} room */
export function install(room) {
  const { size, actions } = room;
  room.addTool({ name: "brush", title: "Brush", keys: ["b"], icon: "brush", group: "draw", isDrawing: true, make: (bench) => new BrushTool(bench) });
  room.addTool({ name: "eraser", title: "Eraser, for the active label", keys: ["e"], icon: "eraser", group: "draw", isDrawing: true, make: (bench) => new EraserTool(bench) });
  actions.add({ name: "larger", title: "Larger brush", keys: ["]"], group: "draw", isDrawing: true, run: () => size.larger() });
  actions.add({ name: "smaller", title: "Smaller brush", keys: ["["], group: "draw", isDrawing: true, run: () => size.smaller() });
  const show = () => {
    part(room.root, "brush-size").textContent = size.text;
  };
  size.addEventListener("change", show);
  show();
}
