/** Brush and eraser with their size and gate, and the tools that change a whole area at once. */

import { part } from "../page_elements.js";
import { BrushTool } from "../tools/brush_tool.js";
import { EraserTool } from "../tools/eraser_tool.js";
import { FillTool } from "../tools/fill_tool.js";
import { Gate } from "../tools/gate.js";
import { LassoTool } from "../tools/lasso_tool.js";
import { ReclassifyTool } from "../tools/reclassify_tool.js";
import { SplitTool } from "../tools/split_tool.js";
import { GateSection } from "../ui/gate_section.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../room.js").ToolSpec} ToolSpec */
/** @typedef {import("../seat.js").Bench} Bench */

const DRAWING = { group: /** @type {const} */ ("draw"), isDrawing: true };

/** @param {Room} room */
export function install(room) {
  const gate = new Gate();
  room.addTool({ ...DRAWING, name: "brush", title: "Brush", keys: ["b"], icon: "brush", make: (bench) => new BrushTool(bench, gate) });
  room.addTool({ ...DRAWING, name: "eraser", title: "Eraser, for the active label", keys: ["e"], icon: "eraser", make: (bench) => new EraserTool(bench, null) });
  room.addTool({ ...DRAWING, name: "lasso", title: "Lasso: fill what is drawn around; with Shift, take it away", keys: ["i"], icon: "lasso", make: (bench) => new LassoTool(bench) });
  room.addTool({ ...DRAWING, name: "fill", title: "Fill the hole under the pointer", keys: ["u"], icon: "fill", make: (bench) => new FillTool(bench) });
  room.addTool({ ...DRAWING, name: "split", title: "Split: cut a piece in two", keys: ["x"], icon: "split", make: (bench) => new SplitTool(bench) });
  if (room.facts.labels.length > 1) addReclassify(room);
  addSize(room);
  new GateSection(part(room.root, "areas"), room, gate);
  wireHand(room);
}

/**
 * The key moves the piece under the pointer at once and leaves the tool in the hand as it is; where there is none,
 * it takes the tool, as the button does.
 * @param {Room} room
 */
function addReclassify(room) {
  const make = (/** @type {Bench} */ bench) => new ReclassifyTool(bench);
  const spec = { ...DRAWING, name: "reclassify", title: "Change the label of the piece under the pointer", keys: ["c"], icon: "reclassify", make };
  room.addTool(spec);
  /** @type {import("../geometry.js").Point | null} image px of the active image */
  let pointer = null;
  for (const { panel } of room.seats) {
    panel.addEventListener("point", (event) => {
      pointer = /** @type {CustomEvent} */ (event).detail;
    });
  }
  room.actions.named(spec.name).run = () => {
    const tool = /** @type {ReclassifyTool | null} */ (room.active.toolOf(spec));
    if (!pointer || !tool?.moveAt(pointer)) room.choose(spec.name);
  };
}

/** @param {Room} room */
function addSize({ actions, root, size }) {
  actions.add({ ...DRAWING, name: "larger", title: "Larger brush", keys: ["]"], run: () => size.larger() });
  actions.add({ ...DRAWING, name: "smaller", title: "Smaller brush", keys: ["["], run: () => size.smaller() });
  const show = () => {
    part(root, "brush-size").textContent = size.text;
  };
  size.addEventListener("change", show);
  show();
}

/**
 * What pen and finger do.
 * @param {Room} room
 */
function wireHand(room) {
  const pressure = /** @type {HTMLInputElement} */ (part(room.root, "pen-pressure"));
  const finger = /** @type {HTMLInputElement} */ (part(room.root, "finger-drawing"));
  pressure.addEventListener("change", () => room.size.setPressure(pressure.checked));
  finger.addEventListener("change", () => {
    for (const { panel } of room.seats) panel.input.isFingerDrawing = finger.checked;
  });
}
