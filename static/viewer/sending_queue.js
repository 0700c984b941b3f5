/**
 * What a reader made and the server does not have yet: sent one attempt at a time, again after a failure, and kept in
 * the journal meanwhile. What is sent, and how, is of those that extend it. Knows no DOM.
 */

import { Keeping } from "./keeping.js";
import { storageWords } from "./save_words.js";
import { retryMs, troubleOf } from "./sending.js";

/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {"saved" | "sending" | "waiting" | "logged_out" | "refused" | "alarm"} SaveKind */
/** @typedef {"stroke" | "change" | "answer"} Noun */
/**
 * @typedef {object} SaveState
 * @property {SaveKind} kind
 * @property {number} pending
 * @property {Date | null} oldestAt when the oldest of these was made
 * @property {number} refused set aside, in this visit or an earlier one
 * @property {Noun} noun
 * @property {Date | null} savedAt
 * @property {string} message
 */

/** Events: "change" (see `state`), "notice" (detail: text). */
export class SendingQueue extends EventTarget {
  /** @type {Promise<void> | null} */
  #flushing = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #failures = 0;
  isStopped = false;

  /**
   * @param {object} parts
   * @param {import("./journal.js").Journal} parts.journal
   * @param {string} parts.key of what is in the journal
   * @param {() => number} parts.random spreads retries, 0 to 1
   * @param {Noun} parts.noun
   */
  constructor({ journal, key, random, noun }) {
    super();
    /** @type {SaveState} */
    this.state = { kind: "saved", pending: 0, oldestAt: null, refused: 0, noun, savedAt: null, message: "" };
    this.journal = journal;
    this.random = random;
    this.keeping = new Keeping(journal, key, () => this.unsent);
    this.keeping.addEventListener("trouble", (event) => this.tell(storageWords(/** @type {CustomEvent} */ (event).detail)));
  }

  /** @returns {import("./intent.js").Pending[]} oldest first */
  get unsent() {
    return [];
  }

  get pendingCount() {
    return this.unsent.length;
  }

  /** @returns {Date | null} when the oldest of what is unsent was made */
  get oldestPendingAt() {
    const [oldest] = this.unsent;
    return oldest ? new Date(oldest.operation.made_at) : null;
  }

  /** @returns {Noun} what the reader calls it */
  get noun() {
    return this.state.noun;
  }

  /** True where what is unsent outlives this page. */
  get isKept() {
    return this.keeping.isSafe;
  }

  /** @protected */
  get isAlarmed() {
    return this.state.kind === "alarm";
  }

  /** @protected an attempt has its time already */
  get isScheduled() {
    return this.#timer !== undefined;
  }

  /**
   * Send now.
   * @returns {Promise<void>} settled when everything is acknowledged or the attempt has failed
   */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#sendAll().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  /** Send nothing more: another tab, or the next visit, takes up what is in the journal. */
  stop() {
    this.isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Tell the state again: what is unsent has grown older. */
  remind() {
    this.report(this.state.kind, this.state.message);
  }

  async #sendAll() {
    this.beginAttempt();
    this.keeping.mend(); // sending does not wait for it
    try {
      while (this.pendingCount && !this.isAlarmed && !this.isStopped) {
        this.report("sending", "");
        await this.sendNext();
      }
      if (this.isAlarmed || this.isStopped) return;
      this.#failures = 0;
      this.report("saved", "");
    } catch (error) {
      this.#fail(/** @type {ApiError} */ (error));
    }
  }

  /** @protected */
  beginAttempt() {}

  /** @protected Send the oldest; fails with what is tried again. */
  async sendNext() {}

  /**
   * @protected
   * @param {number} delayMs
   */
  schedule(delayMs) {
    clearTimeout(this.#timer);
    if (!this.isStopped) this.#timer = setTimeout(() => this.flush(), delayMs);
  }

  /**
   * @protected
   * @param {SaveKind} kind
   * @param {string} message
   */
  report(kind, message) {
    this.state = { ...this.state, kind, message, noun: this.noun, pending: this.pendingCount, oldestAt: this.oldestPendingAt };
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @protected
   * @param {string} detail for the reader
   */
  tell(detail) {
    this.dispatchEvent(new CustomEvent("notice", { detail }));
  }

  /** @param {ApiError} error or a fault of this page: that has no status, and no retry mends it */
  #fail(error) {
    if (typeof error.status !== "number") {
      console.error(error);
      return this.report("alarm", `A fault of this page stopped saving (${error.message}). Reload the page before you go on.`);
    }
    this.#failures++;
    this.report(troubleOf(error), error.message);
    this.schedule(retryMs(this.#failures, error, this.random()));
  }
}
