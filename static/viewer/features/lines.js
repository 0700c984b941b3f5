/** Lines along a vessel. */

import { PolylineTool } from "../tools/polyline_tool.js";

/** @param {import("../room.js").Room} room */
export function install(room) {
  room.addTool({ name: "polyline", title: "Line with the width of the brush", keys: ["l"], icon: "polyline", group: "draw", isDrawing: true, make: (bench) => new PolylineTool(bench) });
}
