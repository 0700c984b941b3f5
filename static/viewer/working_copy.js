/**
 * An annotation as its reader sees it: what the server has acknowledged, and on top what it has not. Sends
 * nothing and knows no DOM.
 */

import { BAC_PRESENT, answersOf, areSame, lastAnswers } from "./answers.js";
import { digest, fromBase64 } from "./codec.js";
import { pendingOf, rebase } from "./intent.js";
import { areEqual, findingsOf, replayFindings } from "./finding.js";
import { LABELS } from "./labels.js";
import { replay } from "./operations.js";
import { equal } from "./runs.js";

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./operations.js").Masks} Masks */
/** @typedef {import("./intent.js").Pending} Pending */
/** @typedef {import("./api.js").Annotation} Annotation */
/** @typedef {import("./api.js").Saved} Saved */
/** @typedef {import("./finding.js").Findings} Findings */

/** Acknowledged and pending operations of one annotation. */
export class WorkingCopy {
  /** @type {Pending[]} oldest first */
  pending = [];

  /** @param {Annotation} annotation as read from the server */
  constructor(annotation) {
    /** The version that the oldest pending operation was made on. */
    this.version = annotation.version;
    /** @type {Masks} */
    this.acknowledged = masksOf(annotation);
    /** @type {Answers} */
    this.acknowledgedAnswers = answersOf(annotation.answers);
    /** @type {Masks} as shown: acknowledged and pending */
    this.masks = this.acknowledged;
    /** @type {Findings} */
    this.acknowledgedFindings = findingsOf(annotation.findings);
    /** @type {Findings} as shown */
    this.findings = this.acknowledgedFindings;
  }

  /** @returns {Answers} as shown */
  get answers() {
    return { ...this.acknowledgedAnswers, ...lastAnswers(this.pending.map(({ operation }) => operation)) };
  }

  /** @returns {string | null} to whether BAC is present, as shown */
  get answer() {
    return this.answers[BAC_PRESENT] ?? null;
  }

  /**
   * @param {Operation} operation made on what is shown
   * @returns {Pending}
   */
  add(operation) {
    const pending = pendingOf(operation, this.masks, this.version + this.pending.length);
    this.pending.push(pending);
    this.masks = replay(this.masks, [operation]);
    this.findings = replayFindings(this.findings, [operation]);
    return pending;
  }

  /**
   * Put operations of an earlier visit on top of the masks as the server has them now.
   * @param {Pending[]} pending oldest first; the masks may hold some of them already
   */
  resume(pending) {
    this.pending = pending;
    this.version = pending[0].version;
    this.#rebase();
  }

  /**
   * @param {Pending[]} stored the oldest ones; nobody else wrote
   * @param {number} version of the server, with these
   */
  acknowledge(stored, version) {
    const operations = stored.map(({ operation }) => operation);
    this.acknowledged = replay(this.acknowledged, operations);
    this.acknowledgedFindings = replayFindings(this.acknowledgedFindings, operations);
    this.acknowledgedAnswers = { ...this.acknowledgedAnswers, ...lastAnswers(operations) };
    this.version = version;
    this.pending = without(this.pending, idsOf(stored));
  }

  /**
   * Make the server's state the base, and what is pending anew on it.
   * @param {Annotation} annotation
   * @param {string[]} goneIds what is pending here and stored there, in the annotation or beside it
   * @returns {boolean} true if something else is shown now
   */
  moveTo(annotation, goneIds) {
    const { masks, answers, findings } = this;
    this.pending = without(this.pending, goneIds);
    this.version = annotation.version;
    this.acknowledged = masksOf(annotation);
    this.acknowledgedAnswers = answersOf(annotation.answers);
    this.acknowledgedFindings = findingsOf(annotation.findings);
    this.#rebase();
    const isSame = areSame(this.answers, answers) && areEqual(this.findings, findings);
    return !isSame || !LABELS.every(({ name }) => equal(this.masks[name], masks[name]));
  }

  /** @param {Pending[]} refused what follows them is made anew without them */
  takeBack(refused) {
    this.pending = without(this.pending, idsOf(refused));
    this.#rebase();
  }

  /**
   * @param {Saved["masks"]} masks of the server
   * @returns {Promise<boolean>} true if what is acknowledged has the same digests
   */
  async agreesWith(masks) {
    for (const { name } of LABELS) {
      if ((await digest(this.acknowledged[name])) !== masks[name]?.sha256) return false;
    }
    return true;
  }

  #rebase() {
    this.pending = rebase(this.pending, this.acknowledged, this.version);
    const operations = this.pending.map(({ operation }) => operation);
    this.masks = replay(this.acknowledged, operations);
    this.findings = replayFindings(this.acknowledgedFindings, operations);
  }
}

/**
 * @param {Annotation} annotation
 * @returns {Masks}
 */
export function masksOf(annotation) {
  const entries = LABELS.map(({ name }) => [name, fromBase64(annotation.masks[name].runs)]);
  return /** @type {Masks} */ (Object.fromEntries(entries));
}

/**
 * @param {Pending[]} pending
 * @returns {string[]}
 */
export const idsOf = (pending) => pending.map(({ operation }) => operation.id);

/**
 * @template {Pending} T
 * @param {T[]} pending
 * @param {string[]} ids
 * @returns {T[]}
 */
export function without(pending, ids) {
  const gone = new Set(ids);
  return pending.filter(({ operation }) => !gone.has(operation.id));
}
