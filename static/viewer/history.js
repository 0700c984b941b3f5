/**
 * Undo and redo. A change is the pixels it flipped, so taking it back is making it again. Knows no DOM.
 */

/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {{label: import("./labels.js").LabelName, patch: Runs}} Change */

const MEMORY_BYTES = 64 * 2 ** 20; // about fifty thousand strokes; beyond it the oldest are forgotten

/** Any number of steps within a fixed memory. */
export class History {
  /** @type {Change[]} */
  #done = [];
  /** @type {Change[]} */
  #undone = [];
  #bytes = 0;

  /** @param {number} [memoryBytes] */
  constructor(memoryBytes = MEMORY_BYTES) {
    this.memoryBytes = memoryBytes;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** @param {Change} change a new one: what was undone before it is gone */
  push(change) {
    for (const forgotten of this.#undone) this.#bytes -= forgotten.patch.runs.byteLength;
    this.#undone = [];
    this.#done.push(change);
    this.#bytes += change.patch.runs.byteLength;
    while (this.#bytes > this.memoryBytes && this.#done.length > 1) {
      this.#bytes -= /** @type {Change} */ (this.#done.shift()).patch.runs.byteLength;
    }
  }

  /** @returns {Change | null} what to flip back */
  undo() {
    const change = this.#done.pop();
    if (!change) return null;
    this.#undone.push(change);
    return change;
  }

  /** @returns {Change | null} what to flip again */
  redo() {
    const change = this.#undone.pop();
    if (!change) return null;
    this.#done.push(change);
    return change;
  }

  /** Forget everything: the masks came anew from the server. */
  clear() {
    this.#done = [];
    this.#undone = [];
    this.#bytes = 0;
  }
}
