/**
 * What a reader answers about the exam as a whole: kept in the journal, as a stroke is, until the server has it.
 * Knows no DOM.
 */

import { lastAnswers } from "./answers.js";
import { now } from "./clock.js";
import { Keeping } from "./keeping.js";
import { answerOperation } from "./operations.js";
import { examAnswerRefusedWords, storageWords, unreadableWords } from "./save_words.js";
import { isForGood, retryMs, troubleOf } from "./sending.js";
import { idsOf, without } from "./working_copy.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {import("./operations.js").AnswerOperation} AnswerOperation */
/** @typedef {{operation: AnswerOperation, intent: null, version: number}} PendingAnswer */
/** @typedef {PendingAnswer & {refusal: import("./journal.js").Refusal}} RefusedAnswer */
/** @typedef {import("./saver.js").SaveKind} SaveKind */
/** @typedef {import("./saver.js").SaveState} SaveState */

/** Those of one exam. Events: "answer" (to be shown anew), "change" (see `state`), "notice" (detail: text). */
export class ExamAnswers extends EventTarget {
  /** @type {Promise<void> | null} */
  #flushing = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #failures = 0;
  /** @type {PendingAnswer[]} oldest first */
  #pending = [];
  /** @type {RefusedAnswer[]} oldest first; kept in this browser, for a report */
  refused = [];
  isStopped = false;
  /** @type {SaveState} */
  state = { kind: "saved", pending: 0, oldestAt: null, refused: 0, noun: "answer", savedAt: null, message: "" };

  /**
   * @param {object} parts
   * @param {string} parts.assignment
   * @param {Answers} parts.stored as the server told them
   * @param {Pick<typeof import("./api.js"), "answerExam">} parts.server
   * @param {import("./journal.js").Journal} parts.journal
   * @param {() => number} [parts.random] spreads retries, 0 to 1
   */
  constructor({ assignment, stored, server, journal, random = Math.random }) {
    super();
    this.assignment = assignment;
    this.stored = stored;
    this.server = server;
    this.journal = journal;
    this.random = random;
    this.keeping = new Keeping(journal, assignment, () => this.#pending);
    this.keeping.addEventListener("trouble", (event) => this.#tell(storageWords(/** @type {CustomEvent} */ (event).detail)));
  }

  /** @returns {Answers} her last word on each question, saved or not */
  get answers() {
    return { ...this.stored, ...lastAnswers(this.#pending.map(({ operation }) => operation)) };
  }

  get pendingCount() {
    return this.#pending.length;
  }

  /** True where what is unsent outlives this page. */
  get isKept() {
    return this.keeping.isSafe;
  }

  /** @returns {Date | null} when the oldest answer that is not saved was given */
  get oldestPendingAt() {
    return this.#pending.length ? new Date(this.#pending[0].operation.made_at) : null;
  }

  /** Take up what an earlier visit could not send; some of it may be stored already. */
  async recover() {
    const { entries, unreadable } = await this.journal.read(this.assignment);
    if (unreadable.length) this.#tell(unreadableWords(unreadable));
    const earlier = /** @type {(PendingAnswer & import("./journal.js").Content)[]} */ (/** @type {unknown} */ (entries));
    this.refused = /** @type {RefusedAnswer[]} */ (earlier.filter(({ refusal }) => refusal));
    this.state.refused = this.refused.length;
    this.#pending = [...earlier.filter(({ refusal }) => !refusal), ...this.#pending];
    this.dispatchEvent(new Event("answer"));
    if (this.pendingCount) await this.flush();
  }

  /**
   * @param {string} question
   * @param {string} value
   */
  async give(question, value) {
    const pending = { operation: /** @type {AnswerOperation} */ (answerOperation(value, {}, question)), intent: null, version: 0 };
    this.#pending.push(pending);
    this.dispatchEvent(new Event("answer"));
    this.#report(this.state.kind === "saved" ? "sending" : this.state.kind, this.state.message);
    await this.keeping.keep([pending]);
    await this.flush();
  }

  /**
   * Send now.
   * @returns {Promise<void>} settled when everything is acknowledged or the attempt has failed
   */
  flush() {
    clearTimeout(this.#timer);
    this.#flushing ??= this.#sendAll().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  /** Send nothing more: the next visit takes up what is in the journal. */
  stop() {
    this.isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Tell the state again: what is unsent has grown older. */
  remind() {
    this.#report(this.state.kind, this.state.message);
  }

  async #sendAll() {
    this.keeping.mend(); // sending does not wait for it
    try {
      while (this.#pending.length && !this.isStopped) {
        this.#report("sending", "");
        await this.#send(this.#pending[0]);
      }
      if (this.isStopped) return;
      this.#failures = 0;
      this.#report("saved", "");
    } catch (error) {
      this.#fail(/** @type {ApiError} */ (error));
    }
  }

  /** @param {PendingAnswer} pending the oldest: a later answer must not overtake it */
  async #send(pending) {
    const { id, answer } = pending.operation;
    try {
      this.stored = (await this.server.answerExam(this.assignment, { id, ...answer })).answers;
      this.state.savedAt = new Date(now());
      this.#takeOff(pending);
      await this.keeping.remove([id]);
    } catch (error) {
      const refusal = /** @type {ApiError} */ (error);
      if (!isForGood(refusal) && refusal.code !== "exam_not_open") throw error;
      await this.#setAside(pending, refusal);
    }
    this.dispatchEvent(new Event("answer"));
  }

  /** @param {PendingAnswer} pending */
  #takeOff(pending) {
    this.#pending = /** @type {PendingAnswer[]} */ (without(this.#pending, idsOf([pending])));
  }

  /**
   * @param {PendingAnswer} refused for good
   * @param {ApiError} refusal
   */
  async #setAside(refused, refusal) {
    this.#takeOff(refused);
    this.refused.push({ ...refused, refusal: { code: refusal.code, message: refusal.message } });
    this.state.refused = this.refused.length;
    this.#tell(examAnswerRefusedWords(refusal));
    await this.keeping.setAside([refused], refusal);
  }

  /** @param {string} detail for the reader */
  #tell(detail) {
    this.dispatchEvent(new CustomEvent("notice", { detail }));
  }

  /** @param {ApiError} error or a fault of this page, which has no status */
  #fail(error) {
    if (typeof error.status !== "number") {
      console.error(error);
      return this.#report("alarm", `A fault of this page stopped saving (${error.message}). Reload the page before you go on.`);
    }
    this.#failures++;
    this.#report(troubleOf(error), error.message);
    clearTimeout(this.#timer);
    if (!this.isStopped) this.#timer = setTimeout(() => this.flush(), retryMs(this.#failures, error, this.random()));
  }

  /**
   * @param {SaveKind} kind
   * @param {string} message
   */
  #report(kind, message) {
    this.state = { ...this.state, kind, message, pending: this.pendingCount, oldestAt: this.oldestPendingAt };
    this.dispatchEvent(new Event("change"));
  }
}
