/** Lines along a vessel: with the width of the brush, with the width that the image shows, and between two pieces. */

import { LineOptions } from "../livewire/line_options.js";
import { LiveWire } from "../livewire/live_wire.js";
import { part } from "../page_elements.js";
import { FollowTool } from "../tools/follow_tool.js";
import { JoinTool } from "../tools/join_tool.js";
import { PolylineTool } from "../tools/polyline_tool.js";
import { TubeTool } from "../tools/tube_tool.js";

/** @typedef {import("../room.js").Room} Room */

const DRAWING = { group: /** @type {const} */ ("draw"), isDrawing: true };
const TOOLS_WITH_OWN_WIDTH = ["follow", "tube"];

/** @param {Room} room */
export function install(room) {
  const wire = new LiveWire();
  const options = new LineOptions();
  room.addTool({ ...DRAWING, name: "follow", title: "Follow the vessel: click its start, click its end", keys: ["q"], icon: "follow", make: (bench) => new FollowTool(bench, wire, options) });
  room.addTool({ ...DRAWING, name: "polyline", title: "Line with the width of the brush", keys: ["l"], icon: "polyline", make: (bench) => new PolylineTool(bench) });
  room.addTool({ ...DRAWING, name: "tube", title: "Line with the width of the vessel", keys: ["shift+l"], icon: "tube", make: (bench) => new TubeTool(bench, options) });
  room.addTool({ ...DRAWING, name: "join", title: "Join two pieces: click into the gap between them", keys: ["j"], icon: "join", make: (bench) => new JoinTool(bench, wire) });
  lendSizeKeys(room);
  showOptions(room, options);
}

/**
 * The keys of the brush size change the width of a tool that has its own.
 * @param {Room} room
 */
function lendSizeKeys(room) {
  for (const [name, by] of /** @type {const} */ ([["larger", 1], ["smaller", -1]])) {
    const action = room.actions.named(name);
    const resizeBrush = action.run;
    action.run = () => {
      if (!room.active.panel.input.tool.resize(by)) resizeBrush();
    };
  }
}

/**
 * @param {Room} room
 * @param {LineOptions} options
 */
function showOptions(room, options) {
  const section = part(room.root, "lines");
  const isLeftOut = /** @type {HTMLInputElement} */ (part(section, "leave-gaps-out"));
  isLeftOut.addEventListener("change", () => {
    options.leavesGapsOut = isLeftOut.checked;
  });
  const show = () => {
    part(section, "auto-width").textContent = options.factorText.trim() || "as measured";
    const isOwn = TOOLS_WITH_OWN_WIDTH.includes(room.tool);
    part(room.root, "brush-size").textContent = isOwn ? `auto${options.factorText}` : room.size.text;
  };
  options.addEventListener("change", show);
  room.addEventListener("tool", show);
  room.watch(() => null, "none", ({ panel }) => {
    part(section, "no-spacing").hidden = !panel.mammogram || panel.mammogram.length_spacing_mm !== null;
    show();
  });
}
