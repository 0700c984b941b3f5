/** A ruler along a curve. */

import { RulerTool } from "../tools/ruler_tool.js";

const TITLE = "Ruler: the length of a smooth curve (cubic spline) through the points you click";

/** @param {import("../room.js").Room} room */
export function install(room) {
  room.addTool({ name: "ruler", title: TITLE, keys: ["k"], icon: "ruler", group: "look", isDrawing: false, make: (bench) => new RulerTool(bench) });
}
