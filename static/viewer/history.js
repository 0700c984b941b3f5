/**
 * Undo and redo. An act is what the reader did at once; each of its changes can be turned round. Knows no DOM.
 */

import { equal } from "./runs.js";

/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {import("./finding.js").Finding} Finding */
/** @typedef {{label: import("./labels.js").LabelName, patch: Runs}} MaskChange the pixels it flips */
/** @typedef {{finding: string, before: Finding | null, after: Finding | null}} FindingChange of the finding with this id */
/** @typedef {MaskChange | FindingChange} Change */
/** @typedef {{id: string, changes: Change[]}} Act */
/**
 * An act as it is told: a new one, or one that takes another back or makes it again. Pages of earlier days did not
 * say which one they took back; the tool alone tells of those.
 * @typedef {Act & {undoes?: string, redoes?: string, tool?: string}} Step
 */

const MEMORY_BYTES = 64 * 2 ** 20; // about fifty thousand strokes; beyond it the oldest are forgotten

/**
 * Any number of steps within a fixed memory. What was done in earlier visits is fetched when it is first needed;
 * until then the steps of this visit are kept to be taken again on top of it.
 */
export class History {
  /** @type {Act[]} */
  #done = [];
  /** @type {Act[]} */
  #undone = [];
  #bytes = 0;
  /** @type {(() => Promise<Step[]>) | null} null once everything is here */
  #fetchEarlier = null;
  /** @type {Promise<void> | null} */
  #completing = null;
  /** @type {Step[]} taken since the start, while earlier ones are not here */
  #since = [];

  /** @param {number} [memoryBytes] */
  constructor(memoryBytes = MEMORY_BYTES) {
    this.memoryBytes = memoryBytes;
  }

  /** True where there is, or may be, something to undo. */
  get canUndo() {
    return this.#done.length > 0 || this.#fetchEarlier !== null;
  }

  get canRedo() {
    return this.#undone.length > 0 || (this.#fetchEarlier !== null && this.#since.every((step) => step.undoes));
  }

  /** @returns {Act | null} what undo takes back; null where nothing is known */
  get lastDone() {
    return this.#done.at(-1) ?? null;
  }

  /** @returns {Act | null} what redo makes again */
  get lastUndone() {
    return this.#undone.at(-1) ?? null;
  }

  /**
   * Forget everything and begin anew.
   * @param {(() => Promise<Step[]>) | null} [fetchEarlier] asks for what was done before; null where nothing was
   */
  start(fetchEarlier = null) {
    this.#done = [];
    this.#undone = [];
    this.#bytes = 0;
    this.#since = [];
    this.#completing = null;
    this.#fetchEarlier = fetchEarlier;
  }

  /**
   * Have the steps of earlier visits, too.
   * @returns {Promise<void>} rejected where they could not be fetched; they may be asked for again
   */
  complete() {
    if (!this.#fetchEarlier) return Promise.resolve();
    this.#completing ??= this.#complete(this.#fetchEarlier).finally(() => {
      this.#completing = null;
    });
    return this.#completing;
  }

  /** @param {() => Promise<Step[]>} fetchEarlier */
  async #complete(fetchEarlier) {
    const earlier = await fetchEarlier();
    if (this.#fetchEarlier !== fetchEarlier) return this.complete(); // begun anew meanwhile
    const since = this.#since;
    this.start();
    for (const step of [...earlier, ...since]) this.take(step);
  }

  /** @param {Step} step done just now, or the next one of the log */
  take(step) {
    if (this.#fetchEarlier) this.#since.push(step);
    const isUndo = step.undoes !== undefined || (step.redoes === undefined && step.tool === "undo");
    const isRedo = step.redoes !== undefined || (step.undoes === undefined && step.tool === "redo");
    if (isUndo && move(this.#done, this.#undone, step, step.undoes)) return;
    if (isRedo && move(this.#undone, this.#done, step, step.redoes)) return;
    if (step.changes.length) this.#push({ id: step.id, changes: step.changes });
  }

  /** @param {Act} act a new one: what was undone before it is gone */
  #push(act) {
    for (const forgotten of this.#undone) this.#bytes -= bytesOf(forgotten);
    this.#undone = [];
    this.#done.push(act);
    this.#bytes += bytesOf(act);
    while (this.#bytes > this.memoryBytes && this.#done.length > 1) {
      this.#bytes -= bytesOf(/** @type {Act} */ (this.#done.shift()));
    }
  }
}

/**
 * @param {Change} change
 * @returns {Change} what takes it back
 */
export function turned(change) {
  if ("patch" in change) return change;
  return { finding: change.finding, before: change.after, after: change.before };
}

/**
 * @param {Act[]} from
 * @param {Act[]} to
 * @param {Step} step
 * @param {string | undefined} id of the act that it moves; unknown, the last one with the same changes
 * @returns {boolean} false where there is none that the step's changes turn round
 */
function move(from, to, step, id) {
  const at = from.findLastIndex((act) => (id === undefined || act.id === id) && isSame(act.changes, step.changes));
  if (at < 0) return false;
  to.push(...from.splice(at, 1));
  return true;
}

/**
 * @param {Change[]} a
 * @param {Change[]} b
 * @returns {boolean} whether they flip the same pixels and touch the same findings, in whichever order
 */
function isSame(a, b) {
  return a.length === b.length && a.every((one) => b.some((other) => isSameChange(one, other)));
}

/**
 * @param {Change} a
 * @param {Change} b
 */
function isSameChange(a, b) {
  if ("patch" in a) return "patch" in b && a.label === b.label && equal(a.patch, b.patch);
  return "finding" in b && a.finding === b.finding;
}

/** @param {Act} act */
function bytesOf(act) {
  return act.changes.reduce((sum, change) => sum + ("patch" in change ? change.patch.runs.byteLength : 200), 0);
}
