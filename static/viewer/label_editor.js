/**
 * The masks that the reader sees and every way to change them. Each change is painted, remembered for undo and
 * told as an operation. Knows no DOM.
 */

import { LABELS, labelByName } from "./labels.js";
import { findingChanges, withFinding, isSame } from "./finding.js";
import { History, turned } from "./history.js";
import { empty, xor } from "./runs.js";
import { Stroke } from "./stroke.js";
import { uuid7 } from "./uuid.js";

/** @typedef {import("./labels.js").LabelName} LabelName */
/** @typedef {import("./operations.js").ToolName} ToolName */
/** @typedef {import("./operations.js").Masks} Masks */
/** @typedef {import("./operations.js").Details} Details */
/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {import("./finding.js").Finding} Finding */
/** @typedef {import("./finding.js").RemovedFinding} RemovedFinding */
/** @typedef {import("./finding.js").Findings} Findings */
/** @typedef {import("./history.js").Change} Change */
/** @typedef {import("./history.js").Step} Step */
/** @typedef {{id: string, label: LabelName, patch: Runs, tool: ToolName, details: Details}} MaskEdit */
/** @typedef {{id: string, finding: Finding | RemovedFinding, details: Details}} FindingEdit */
/** @typedef {MaskEdit | FindingEdit} Edit one operation */

/**
 * Events: "edit" (detail: Edit) for each change by the reader, "change" for these and for `reset`, "trouble" (detail:
 * Error) where earlier steps could not be fetched.
 */
export class LabelEditor extends EventTarget {
  /** @type {Stroke | null} */
  #stroke = null;
  #endOfStroke = () => {};
  /** @type {LabelName} */
  #active = LABELS[0].name;
  history = new History();
  /** True while nothing may be changed: strokes, undo and redo do nothing. */
  isLocked = false;
  /** @type {{masks: Masks, findings: Findings} | null} as they are now, while those of another time are shown */
  #now = null;

  /** @param {import("./label_planes.js").LabelPlanes} planes */
  constructor(planes) {
    super();
    this.planes = planes;
    const none = empty(planes.rows, planes.columns);
    /** @type {Masks} */
    this.masks = { bac: none, microcalcification: none };
    /** @type {Findings} */
    this.findings = new Map();
  }

  /** True while masks of another time are shown: nothing can be changed then either. */
  get isInPast() {
    return this.#now !== null;
  }

  get #isOff() {
    return this.isLocked || this.isInPast;
  }

  get active() {
    return this.#active;
  }

  /** @param {LabelName} label that tools work on from now on */
  choose(label) {
    this.#active = labelByName(label).name;
    this.dispatchEvent(new Event("change"));
  }

  /** True between `begin` and whatever ends the stroke. */
  get isDrawing() {
    return this.#stroke !== null;
  }

  /**
   * Start a stroke on the active label.
   * @param {ToolName} [tool]
   * @param {() => Details} [details] asked for where the stroke ends before the tool says so
   */
  begin(tool = "brush", details = () => ({})) {
    this.settle();
    if (this.#isOff) return;
    this.#stroke = new Stroke(this.planes, labelByName(this.#active).plane);
    this.#endOfStroke = () => this.end(tool, details());
  }

  /** End the stroke under way, if there is one, with what was drawn so far. */
  settle() {
    if (this.#stroke) this.#endOfStroke();
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
    if (stroke) this.#record([{ label: LABELS[stroke.plane].name, patch: stroke.finish() }], tool, details);
  }

  /** Take the unfinished stroke back. */
  abort() {
    const stroke = this.#stroke;
    this.#stroke = null;
    if (stroke) this.planes.apply(stroke.plane, stroke.finish(), "flip");
  }

  /**
   * @param {LabelName} label
   * @param {Runs} patch whose pixels are flipped at once
   * @param {ToolName} tool
   * @param {Details} details
   */
  change(label, patch, tool, details) {
    this.changeAll([{ label, patch }], tool, details);
  }

  /**
   * Flip pixels of several labels, and change findings, as one act.
   * @param {Change[]} changes
   * @param {ToolName} tool
   * @param {Details} details
   */
  changeAll(changes, tool, details) {
    this.settle();
    if (this.#isOff) return;
    this.#paint(changes);
    this.#record(changes, tool, details);
  }

  /** @param {Finding} finding new, or with a known id changed */
  putFinding(finding) {
    this.#changeFinding(finding.id, finding);
  }

  /** @param {string} id */
  removeFinding(id) {
    this.#changeFinding(id, null);
  }

  /**
   * Return to masks and findings of earlier, as one act that can be undone like any other.
   * @param {Masks} masks
   * @param {Findings} findings
   * @param {Details} details
   */
  restore(masks, findings, details) {
    this.settle();
    this.leavePast();
    const changed = LABELS.map(({ name }) => ({ label: name, patch: xor(this.masks[name], masks[name]) }));
    this.changeAll([...changed, ...findingChanges(this.findings, findings)], "restore", details);
  }

  /** @returns {Promise<void>} when it is taken back; what was done in an earlier visit has to be fetched first */
  undo() {
    return this.#replay((history) => history.lastDone, "undo");
  }

  /** @returns {Promise<void>} */
  redo() {
    return this.#replay((history) => history.lastUndone, "redo");
  }

  /**
   * Show what came from the server.
   * @param {Masks} masks
   * @param {Findings} [findings]
   * @param {(() => Promise<Step[]>) | null} [fetchEarlier] asks for the steps that led there, to undo them, too
   */
  reset(masks, findings = new Map(), fetchEarlier = null) {
    this.settle();
    this.#now = null;
    this.history.start(fetchEarlier);
    this.#show(masks, findings);
  }

  /**
   * Look at masks and findings of another time; `masks` and `findings` are these until `leavePast`.
   * @param {Masks} masks
   * @param {Findings} findings
   */
  showPast(masks, findings) {
    this.settle();
    this.#now ??= { masks: this.masks, findings: this.findings };
    this.#show(masks, findings);
  }

  /** Show what is there now. */
  leavePast() {
    const now = this.#now;
    this.#now = null;
    if (now) this.#show(now.masks, now.findings);
  }

  /**
   * @param {Masks} masks
   * @param {Findings} findings
   */
  #show(masks, findings) {
    for (const { name, plane } of LABELS) this.planes.apply(plane, xor(this.masks[name], masks[name]), "flip");
    this.masks = { ...masks };
    this.findings = findings;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {string} id
   * @param {Finding | null} after
   */
  #changeFinding(id, after) {
    this.settle();
    if (this.#isOff) return;
    const before = this.findings.get(id) ?? null;
    if (!isSame(before, after)) this.#record([{ finding: id, before, after }], "brush", {});
  }

  /**
   * At once where the act is known; what stands below the steps of this visit is fetched first.
   * @param {(history: History) => import("./history.js").Act | null} pick
   * @param {"undo" | "redo"} tool
   */
  async #replay(pick, tool) {
    this.settle();
    if (this.#isOff) return;
    if (!pick(this.history)) await this.history.complete().catch((detail) => this.#tellTrouble(detail));
    const act = pick(this.history);
    if (!act || this.#isOff || this.#stroke) return; // she drew on while it was fetched
    const changes = tool === "undo" ? act.changes.map(turned).reverse() : act.changes;
    this.#paint(changes);
    const which = tool === "undo" ? { undoes: act.id } : { redoes: act.id };
    this.#tell({ id: uuid7(), changes, ...which }, tool, which);
  }

  /** @param {Change[]} changes */
  #paint(changes) {
    for (const change of changes) {
      if ("patch" in change) this.planes.apply(labelByName(change.label).plane, change.patch, "flip");
    }
  }

  /**
   * @param {Change[]} changes painted already
   * @param {ToolName} tool
   * @param {Details} details
   */
  #record(changes, tool, details) {
    const kept = changes.filter((change) => !("patch" in change) || !change.patch.isEmpty);
    if (kept.length) this.#tell({ id: uuid7(), changes: kept }, tool, details);
  }

  /**
   * @param {Step} step painted already
   * @param {ToolName} tool
   * @param {Details} details
   */
  #tell(step, tool, details) {
    this.history.take(step);
    const shared = step.changes.length > 1 ? { ...details, act: step.id } : details;
    step.changes.forEach((change, i) => {
      const detail = this.#apply(change, i ? uuid7() : step.id, tool, shared);
      this.dispatchEvent(new CustomEvent("edit", { detail }));
    });
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {Change} change
   * @param {string} id
   * @param {ToolName} tool
   * @param {Details} details
   * @returns {Edit}
   */
  #apply(change, id, tool, details) {
    if ("patch" in change) {
      const { label, patch } = change;
      this.masks = { ...this.masks, [label]: xor(this.masks[label], patch) };
      return { id, label, patch, tool, details };
    }
    const finding = change.after ?? /** @type {RemovedFinding} */ ({ id: change.finding, removed: true });
    this.findings = withFinding(this.findings, finding);
    return { id, finding, details };
  }

  /** @param {Error} detail */
  #tellTrouble(detail) {
    this.dispatchEvent(new CustomEvent("trouble", { detail }));
  }
}
