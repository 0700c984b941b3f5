/** Microcalcifications marked one by one and in groups, each with an assessment and what the tissue was. */

import { FindingDesk } from "../finding_desk.js";
import { part } from "../page_elements.js";
import { DotTool } from "../tools/dot_tool.js";
import { GroupTool } from "../tools/group_tool.js";
import { FindingLayer } from "../ui/finding_layer.js";
import { FindingsSection } from "../ui/findings_section.js";

/** @typedef {import("../seat.js").Seat} Seat */

const DRAWING = { group: /** @type {const} */ ("draw"), isDrawing: true };

/** @param {import("../room.js").Room} room */
export function install(room) {
  if (!room.facts.labels.includes("microcalcification")) return;
  const desk = new FindingDesk();
  room.addTool({ ...DRAWING, name: "dot", title: "Dot on a microcalcification", keys: ["d"], icon: "dot", make: (bench) => new DotTool(bench, desk) });
  room.addTool({ ...DRAWING, name: "group", title: "Ring around a group of microcalcifications", keys: ["g"], icon: "group", make: (bench) => new GroupTool(bench, desk) });
  /** @type {WeakSet<Seat>} */
  const withLayer = new WeakSet();
  room.addEventListener("labels", (event) => {
    const seat = /** @type {Seat} */ (/** @type {CustomEvent} */ (event).detail);
    if (!seat.editor || withLayer.has(seat)) return;
    withLayer.add(seat);
    new FindingLayer(seat, desk);
  });
  new FindingsSection(part(room.root, "findings"), room, desk);
}
