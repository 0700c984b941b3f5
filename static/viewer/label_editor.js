/**
 * The masks that the reader sees and every way to change them. Each change is painted, remembered for undo and
 * told as an operation. Knows no DOM.
 */

import { LABELS, labelByName } from "./labels.js";
import { History } from "./history.js";
import { empty, xor } from "./runs.js";
import { Stroke } from "./stroke.js";

/** @typedef {import("./labels.js").LabelName} LabelName */
/** @typedef {import("./operations.js").ToolName} ToolName */
/** @typedef {import("./operations.js").Masks} Masks */
/** @typedef {import("./operations.js").Details} Details */
/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {{label: LabelName, patch: Runs, tool: ToolName, details: Details}} Edit */

/** Events: "edit" (detail: Edit) for each change by the reader, "change" for these and for `reset`. */
export class LabelEditor extends EventTarget {
  /** @type {Stroke | null} */
  #stroke = null;
  /** @type {LabelName} */
  #active = LABELS[0].name;
  history = new History();
  /** True while nothing may be changed: strokes, undo and redo do nothing. */
  isLocked = false;

  /** @param {import("./label_planes.js").LabelPlanes} planes */
  constructor(planes) {
    super();
    this.planes = planes;
    const none = empty(planes.rows, planes.columns);
    /** @type {Masks} */
    this.masks = { bac: none, microcalcification: none };
  }

  get active() {
    return this.#active;
  }

  /** @param {LabelName} label that tools work on from now on */
  choose(label) {
    this.#active = labelByName(label).name;
    this.dispatchEvent(new Event("change"));
  }

  /** Start a stroke on the active label. */
  begin() {
    this.abort();
    if (this.isLocked) return;
    this.#stroke = new Stroke(this.planes, labelByName(this.#active).plane);
  }

  /**
   * @param {Runs} mask
   * @param {"set" | "clear"} how
   */
  paint(mask, how) {
    this.#stroke?.paint(mask, how);
  }

  /**
   * Finish the stroke. One that changed nothing leaves no trace.
   * @param {ToolName} tool
   * @param {Details} details
   */
  end(tool, details) {
    const stroke = this.#stroke;
    this.#stroke = null;
    if (stroke) this.#record(LABELS[stroke.plane].name, stroke.finish(), tool, details);
  }

  /** Take the unfinished stroke back. */
  abort() {
    const stroke = this.#stroke;
    this.#stroke = null;
    if (stroke) this.planes.apply(stroke.plane, stroke.finish(), "flip");
  }

  /**
   * Flip pixels of a label at once.
   * @param {LabelName} label
   * @param {Runs} patch
   * @param {ToolName} tool
   * @param {Details} details
   */
  change(label, patch, tool, details) {
    this.abort();
    if (this.isLocked) return;
    this.planes.apply(labelByName(label).plane, patch, "flip");
    this.#record(label, patch, tool, details);
  }

  undo() {
    this.abort();
    if (this.isLocked) return;
    const change = this.history.undo();
    if (change) this.#replayed(change, "undo");
  }

  redo() {
    this.abort();
    if (this.isLocked) return;
    const change = this.history.redo();
    if (change) this.#replayed(change, "redo");
  }

  /**
   * Show masks that came from the server. What could be undone before is forgotten.
   * @param {Masks} masks
   */
  reset(masks) {
    this.abort();
    for (const { name, plane } of LABELS) {
      this.planes.apply(plane, xor(this.masks[name], masks[name]), "flip");
    }
    this.masks = { ...masks };
    this.history.clear();
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {import("./history.js").Change} change
   * @param {"undo" | "redo"} tool
   */
  #replayed({ label, patch }, tool) {
    this.planes.apply(labelByName(label).plane, patch, "flip");
    this.#tell({ label, patch, tool, details: {} });
  }

  /**
   * @param {LabelName} label
   * @param {Runs} patch
   * @param {ToolName} tool
   * @param {Details} details
   */
  #record(label, patch, tool, details) {
    if (patch.isEmpty) return;
    this.history.push({ label, patch });
    this.#tell({ label, patch, tool, details });
  }

  /** @param {Edit} edit painted already */
  #tell(edit) {
    this.masks = { ...this.masks, [edit.label]: xor(this.masks[edit.label], edit.patch) };
    this.dispatchEvent(new CustomEvent("edit", { detail: edit }));
    this.dispatchEvent(new Event("change"));
  }
}
