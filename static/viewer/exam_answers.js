/**
 * What a reader answers about the exam as a whole: kept in the journal, as a stroke is, until the server has it.
 * Knows no DOM.
 */

import { lastAnswers } from "./answers.js";
import { now } from "./clock.js";
import { answerOperation } from "./operations.js";
import { examAnswerRefusedWords, unreadableWords } from "./save_words.js";
import { isForGood } from "./sending.js";
import { SendingQueue } from "./sending_queue.js";
import { idsOf, without } from "./working_copy.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {import("./operations.js").AnswerOperation} AnswerOperation */
/** @typedef {{operation: AnswerOperation, intent: null, version: number}} PendingAnswer */
/** @typedef {PendingAnswer & {refusal: import("./journal.js").Refusal}} RefusedAnswer */

/** Those of one exam. Events, beside those of the queue: "answer" (to be shown anew). */
export class ExamAnswers extends SendingQueue {
  /** @type {PendingAnswer[]} oldest first */
  #pending = [];
  /** @type {RefusedAnswer[]} oldest first; kept in this browser, for a report */
  refused = [];

  /**
   * @param {object} parts
   * @param {string} parts.assignment
   * @param {Answers} parts.stored as the server told them
   * @param {Pick<typeof import("./api.js"), "answerExam">} parts.server
   * @param {import("./journal.js").Journal} parts.journal
   * @param {() => number} [parts.random] spreads retries, 0 to 1
   */
  constructor({ assignment, stored, server, journal, random = Math.random }) {
    super({ journal, key: assignment, random, noun: "answer" });
    this.assignment = assignment;
    this.stored = stored;
    this.server = server;
  }

  /** @returns {Answers} her last word on each question, saved or not */
  get answers() {
    return { ...this.stored, ...lastAnswers(this.#pending.map(({ operation }) => operation)) };
  }

  get unsent() {
    return this.#pending;
  }

  /** Take up what an earlier visit could not send; some of it may be stored already. */
  async recover() {
    const { entries, unreadable } = await this.journal.read(this.assignment);
    if (unreadable.length) this.tell(unreadableWords(unreadable));
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
    this.report(this.state.kind === "saved" ? "sending" : this.state.kind, this.state.message);
    await this.keeping.keep([pending]);
    await this.flush();
  }

  /** A later answer must not overtake the oldest. */
  async sendNext() {
    const [oldest] = this.#pending;
    const { id, answer } = oldest.operation;
    try {
      this.stored = (await this.server.answerExam(this.assignment, { id, ...answer })).answers;
      this.state.savedAt = new Date(now());
      this.#takeOff(oldest);
      await this.keeping.remove([id]);
    } catch (error) {
      const refusal = /** @type {ApiError} */ (error);
      if (!isForGood(refusal) && refusal.code !== "exam_not_open") throw error;
      await this.#setAside(oldest, refusal);
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
    this.tell(examAnswerRefusedWords(refusal));
    await this.keeping.setAside([refused], refusal);
  }
}
