/**
 * The reading page: wires panel, reading, tools and rails together.
 */

import { readAnnotation } from "./api.js";
import { ImagePanel } from "./image_panel.js";
import { exposeForInspection } from "./inspection.js";
import { LABELS } from "./labels.js";
import { optionalPart, part, parts } from "./page_elements.js";
import { Reading } from "./reading.js";
import { Shortcuts } from "./shortcuts.js";
import { BrushSize } from "./tools/brush_size.js";
import { BrushTool } from "./tools/brush_tool.js";
import { EraserTool } from "./tools/eraser_tool.js";
import { PolylineTool } from "./tools/polyline_tool.js";
import { showBottomBar } from "./ui/bottom_bar.js";
import { LabelsSection } from "./ui/labels_section.js";
import { PreannotationSection } from "./ui/preannotation_section.js";
import { showMessage, showReadingState } from "./ui/reading_state.js";
import { openShortcutList } from "./ui/shortcut_list.js";
import { showToolRail } from "./ui/tool_rail.js";

/** @typedef {import("./shortcuts.js").Shortcut} Shortcut */
/** @typedef {Record<string, import("./tools/tool.js").Tool>} Tools */
/** @typedef {{labels: LabelsSection, proposal: PreannotationSection | null, size: BrushSize, tools: Tools}} Parts */

const root = /** @type {HTMLElement} */ (document.querySelector("#viewer"));

/**
 * @param {ImagePanel} panel
 * @returns {Promise<Reading>} when image and labels are shown
 */
async function start(panel) {
  showBottomBar(root, panel);
  panel.addEventListener("trouble", (event) => showMessage(root, /** @type {CustomEvent} */ (event).detail));
  const [annotation] = await Promise.all([
    readAnnotation(root.dataset.annotation ?? ""),
    panel.open(root.dataset.mammogram ?? ""),
  ]);
  const pixels = panel.loadPixels();
  pixels.catch(() => {}); // awaited below
  const reading = new Reading(panel, annotation);
  reading.addEventListener("notice", (event) => showMessage(root, /** @type {CustomEvent} */ (event).detail));
  await reading.start(root.dataset.readOnly === "true");
  wire(reading);
  await pixels;
  return reading;
}

/** @param {Reading} reading */
function wire(reading) {
  const { panel, editor } = reading;
  const size = new BrushSize();
  size.setSpacing(panel.mammogram?.pixel_spacing_mm ?? null);
  const bench = { panel, editor, size };
  const { pan, window: windowTool } = panel.input;
  /** @type {Tools} */
  const tools = { pan, window: windowTool };
  if (!reading.isReadOnly) {
    tools.brush = new BrushTool(bench);
    tools.eraser = new EraserTool(bench);
    tools.polyline = new PolylineTool(bench);
  }
  showToolRail(root, panel, tools, size);
  const labels = new LabelsSection(root, reading);
  const section = optionalPart(root, "preannotation");
  const proposal = section && new PreannotationSection(section, reading);
  proposal?.open();
  showReadingState(root, reading);
  wireKeys(reading, { labels, proposal, size, tools });
  panel.input.choose(tools.brush ?? tools.pan);
}

/**
 * @param {Reading} reading
 * @param {Parts} own
 */
function wireKeys(reading, own) {
  const actions = actionsOf(reading, own);
  const shortcuts = new Shortcuts(shortcutsOf(reading, own, actions));
  actions.shortcuts = () => openShortcutList(root, shortcuts.list);
  for (const button of parts(root, "action")) {
    button.addEventListener("click", () => actions[button.dataset.action ?? ""]());
  }
  document.addEventListener("keydown", (event) => {
    if (reading.panel.input.tool.key(event)) event.preventDefault();
    else shortcuts.handle(event);
  });
  const showHistory = () => {
    for (const [name, can] of /** @type {const} */ ([["undo", "canUndo"], ["redo", "canRedo"]])) {
      const button = /** @type {HTMLButtonElement | null} */ (root.querySelector(`[data-action="${name}"]`));
      if (button) button.disabled = reading.isReadOnly || !reading.editor.history[can];
    }
  };
  reading.editor.addEventListener("change", showHistory);
  showHistory();
}

/**
 * @param {Reading} reading
 * @param {Parts} own
 * @returns {Record<string, () => void>}
 */
function actionsOf({ panel, editor, isReadOnly }, { size }) {
  /** @type {Record<string, () => void>} */
  const looking = {
    fit: () => panel.fit(),
    "one-to-one": () => panel.oneToOne(),
    fold: () => root.toggleAttribute("data-folded"),
    shortcuts: () => {},
  };
  if (isReadOnly) return looking;
  return {
    ...looking,
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    larger: () => size.larger(),
    smaller: () => size.smaller(),
  };
}

/**
 * @param {Reading} reading
 * @param {Parts} own
 * @param {Record<string, () => void>} actions
 * @returns {Shortcut[]}
 */
function shortcutsOf(reading, { labels, proposal, tools }, actions) {
  const { panel, editor } = reading;
  const choose = (/** @type {string} */ name) => () => {
    if (!reading.isReadOnly || name === "pan" || name === "window") panel.input.choose(tools[name]);
  };
  const zoom = (/** @type {number} */ factor) => () => {
    panel.viewport.zoomAt({ x: panel.canvas.width / 2, y: panel.canvas.height / 2 }, factor);
    panel.renderer.request();
  };
  const drawing = [
    { keys: ["b"], shown: "B", text: "Brush", run: choose("brush") },
    { keys: ["e"], shown: "E", text: "Eraser, for the active label", run: choose("eraser") },
    { keys: ["l"], shown: "L", text: "Line with width", run: choose("polyline") },
    { keys: ["]"], shown: "]", text: "Larger brush", run: actions.larger },
    { keys: ["["], shown: "[", text: "Smaller brush", run: actions.smaller },
    { keys: ["z", "ctrl+z"], shown: "Z", text: "Undo", run: actions.undo },
    { keys: ["shift+z", "ctrl+shift+z", "ctrl+y"], shown: "Shift Z", text: "Redo", run: actions.redo },
  ];
  const choosing = LABELS.map(({ name, title }, i) => {
    return { keys: [String(i + 1)], shown: String(i + 1), text: `${title} is the active label`, run: () => editor.choose(name) };
  });
  const looking = [
    { keys: ["h"], shown: "H", text: "Move the image", run: choose("pan") },
    { keys: ["w"], shown: "W", text: "Window", run: choose("window") },
    { keys: ["v"], shown: "V", text: "Hide or show all labels", run: () => labels.toggleAll() },
    { keys: ["o"], shown: "O", text: "Outline only", run: () => labels.toggleOutline() },
    { keys: ["f"], shown: "F", text: "Whole image", run: actions.fit },
    { keys: ["r"], shown: "R", text: "One to one", run: actions["one-to-one"] },
    { keys: ["+", "="], shown: "+", text: "Zoom in", run: zoom(1.25) },
    { keys: ["-"], shown: "−", text: "Zoom out", run: zoom(0.8) },
    { keys: ["\\"], shown: "\\", text: "Fold the panels away", run: actions.fold },
    { keys: ["?"], shown: "?", text: "This list", run: () => actions.shortcuts() },
  ];
  const proposing = proposal ? [{ keys: ["p"], shown: "P", text: "Hide or show the proposal", run: () => proposal.toggle() }] : [];
  return [...(reading.isReadOnly ? [] : drawing), ...choosing, ...looking, ...proposing];
}

/** @param {Error} error */
function showFailure(error) {
  showMessage(root, `This image cannot be shown. ${error.message}`);
  part(root, "save-state").textContent = "Not opened";
}

try {
  const panel = new ImagePanel(part(root, "image"));
  const reading = start(panel);
  reading.catch(showFailure);
  exposeForInspection(panel, reading);
} catch (error) {
  showFailure(/** @type {Error} */ (error));
}
