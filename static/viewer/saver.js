/**
 * Sends operations to the server until each is acknowledged. Nothing is dropped: an operation leaves the journal
 * only when the server has named its id; one that the server will never take is set aside there. Knows no DOM.
 *
 * A version is the number of stored operations. So it tells a lost answer from somebody else's change, and after
 * either the server's masks become the base on which everything pending is made anew (see intent.js), but for what
 * lies on the other's change: that goes into a branch (see branch.js). Beyond that, the digests of both sides have
 * to agree; if they do not, an alarm is raised and saving stops.
 */

import { BATCH_OPERATIONS, nextBatch } from "./batch.js";
import { overlapping, touchedBy } from "./branch.js";
import { BranchQueue } from "./branch_queue.js";
import { now } from "./clock.js";
import { branchWords, changedElsewhereWords, refusalWords, unreadableWords } from "./save_words.js";
import { isForGood } from "./sending.js";
import { SendingQueue } from "./sending_queue.js";
import { WorkingCopy, idsOf, without } from "./working_copy.js";

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./intent.js").Pending} Pending */
/** @typedef {import("./branch_queue.js").Branched} Branched */
/** @typedef {import("./api.js").Annotation} Annotation */
/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {import("./api.js").Saved} Saved */
/** @typedef {Pick<typeof import("./api.js"), "sendOperations" | "readAnnotation" | "readOperations" | "storeBranch">} Server */

const GATHER_MS = 300; // strokes of one moment go together; 95 % are with the server within a second
const STALE_ATTEMPTS = 20; // in one go; the reader on the other device draws, too
const CLOSED = ["annotation_submitted", "exam_ended"];
const MOST_PENDING = 3_000; // an hour without a line, at a stroke each 1.2 s
const MOST_PENDING_UNKEPT = 100; // where a crash of the page would lose them

/**
 * The queue of one annotation. Events: "change" (see `state`), "moving" (what `copy` shows is about to be made anew: a
 * stroke under way has to be added now), "reset" (it has to be shown anew),
 * "submitted" (elsewhere; detail: annotation), "branches" (the server has one more), "notice" (detail: text).
 */
export class Saver extends SendingQueue {
  #staleAnswers = 0;
  #toSendSingly = 0; // so many of the oldest: one of them was refused
  #isBaseKnown = true; // false: the copy may hold some of what is pending already
  /** @type {import("./journal.js").Unreadable[]} what the journal holds and this page cannot read */
  unreadable = [];

  /**
   * @param {object} parts
   * @param {Annotation} parts.annotation as read from the server
   * @param {Server} parts.server
   * @param {import("./journal.js").Journal} parts.journal
   * @param {() => number} [parts.random] spreads retries, 0 to 1
   */
  constructor({ annotation, server, journal, random = Math.random }) {
    super({ journal, key: annotation.id, random, noun: "stroke" });
    this.id = annotation.id;
    this.server = server;
    this.copy = new WorkingCopy(annotation);
    this.branches = new BranchQueue(annotation.id, server);
  }

  /** @returns {Pending[]} what the server has not acknowledged, in the annotation or beside it */
  get unsent() {
    return [...this.copy.pending, ...this.branches.waiting];
  }

  get pendingCount() {
    return this.copy.pending.length + this.branches.waiting.length;
  }

  /** True while so much is unsent that nothing more should be drawn. */
  get isFull() {
    return this.pendingCount >= (this.isKept ? MOST_PENDING : MOST_PENDING_UNKEPT);
  }

  get noun() {
    return this.unsent.every(({ operation }) => operation.kind === "mask") ? "stroke" : "change";
  }

  /** @returns {Date | null} when the oldest change that is not saved was made */
  get oldestPendingAt() {
    const times = [this.copy.pending[0], this.branches.waiting[0]].flatMap((each) => (each ? [Date.parse(each.operation.made_at)] : []));
    return times.length ? new Date(Math.min(...times)) : null;
  }

  /**
   * Take up what an earlier visit could not send. Some of it may be stored already: its answer was lost.
   * @param {Pending[]} [own] unsent of this page, perhaps in no journal
   */
  async recover(own = []) {
    const { entries, unreadable } = await this.journal.read(this.id);
    this.unreadable = unreadable;
    if (unreadable.length) this.tell(unreadableWords(unreadable));
    this.state.refused = entries.filter(({ refusal }) => refusal).length;
    const known = new Set(idsOf(own));
    /** @type {import("./journal.js").Content[]} */
    const unsent = [...entries.filter(({ id, refusal }) => !refusal && !known.has(id)), ...own];
    this.branches.waiting = /** @type {Branched[]} */ (unsent.filter(({ branch }) => branch));
    const pending = unsent.filter(({ branch }) => !branch);
    if (pending.length) {
      this.#isBaseKnown = pending[0].version === this.copy.version;
      this.copy.resume(pending);
      this.dispatchEvent(new Event("reset"));
    }
    if (own.length) await this.keeping.keep(this.unsent);
    if (this.pendingCount) await this.flush();
  }

  /** @param {Operation} operation */
  async add(operation) {
    const pending = this.copy.add(operation);
    this.report(this.state.kind === "saved" ? "sending" : this.state.kind, this.state.message);
    if (!this.isScheduled && !this.isAlarmed) this.schedule(GATHER_MS); // a retry under way has its own time
    await this.keeping.keep([pending]);
  }

  beginAttempt() {
    this.#staleAnswers = 0;
  }

  async sendNext() {
    const limit = this.#toSendSingly ? 1 : BATCH_OPERATIONS;
    const sent = this.copy.pending.length ? await this.#sendPending(limit) : await this.#sendBranched(limit);
    if (sent === 1) this.#toSendSingly = Math.max(0, this.#toSendSingly - 1);
  }

  /** @param {number} limit @returns {Promise<number>} of operations that were sent */
  async #sendPending(limit) {
    const batch = nextBatch(this.copy.pending, limit);
    const operations = batch.map(({ operation }) => operation);
    let saved;
    try {
      saved = await this.server.sendOperations(this.id, this.copy.version, operations);
    } catch (error) {
      await this.#takeRefusal(batch, /** @type {ApiError} */ (error));
      return batch.length;
    }
    await this.#takeAnswer(batch, saved);
    return batch.length;
  }

  /**
   * @param {Pending[]} batch
   * @param {Saved} saved
   */
  async #takeAnswer(batch, saved) {
    const ids = new Set(saved.acknowledged);
    const stored = batch.filter(({ operation }) => ids.has(operation.id));
    if (!stored.length) throw new Error("the server acknowledged nothing that was sent");
    this.state.savedAt = new Date(saved.saved_at);
    const isOursAlone = this.#isBaseKnown && saved.version === this.copy.version + stored.length;
    if (!isOursAlone) return void (await this.#readAnew(idsOf(stored)));
    this.copy.acknowledge(stored, saved.version);
    await this.keeping.remove(idsOf(stored));
    if (await this.copy.agreesWith(saved.masks)) return;
    this.report("alarm", "The server's mask differs from this page's. Reload the page before you go on.");
  }

  /**
   * Deal with what the batch itself is the reason for; anything else is for `#fail`.
   * @param {Pending[]} batch
   * @param {ApiError} error
   */
  async #takeRefusal(batch, error) {
    const isClosed = CLOSED.includes(error.code);
    if (error.code === "stale_version" && ++this.#staleAnswers < STALE_ATTEMPTS) {
      await this.#readAnew(error.stored ?? []);
    } else if (!isClosed && !isForGood(error)) {
      throw error;
    } else if (batch.length > 1) {
      this.#toSendSingly = batch.length; // the others may be stored already, or in order
    } else if (isClosed) {
      await this.#takeClosing();
    } else {
      await this.#setAside(batch, error);
    }
  }

  /** The annotation takes nothing more: what is pending came too late, and goes beside it. */
  async #takeClosing() {
    const annotation = await this.server.readAnnotation(this.id);
    this.dispatchEvent(new Event("moving"));
    const late = this.branches.takeOff(this.copy.pending, "late", this.copy.version);
    this.copy.moveTo(annotation, idsOf(late));
    this.dispatchEvent(new Event("reset"));
    this.tell(branchWords(late.length, "late"));
    await this.keeping.keep(late);
    this.dispatchEvent(new CustomEvent("submitted", { detail: annotation }));
  }

  /**
   * Take the server's state as the new base. After a mere lost answer nothing that is shown changes by it. What lies
   * on somebody else's change goes beside the annotation.
   * @param {string[]} storedIds what is pending here and stored there
   */
  async #readAnew(storedIds) {
    const base = this.copy.version;
    const annotation = await this.server.readAnnotation(this.id);
    const elsewhere = await this.#changedElsewhere(base, annotation.version);
    if (elsewhere.length || !this.#isBaseKnown) this.dispatchEvent(new Event("moving"));
    const on = overlapping(without(this.copy.pending, storedIds), touchedBy(elsewhere));
    const branched = on.length ? this.branches.takeOff(on, "overlap", base) : [];
    this.#isBaseKnown = true;
    const isNew = this.copy.moveTo(annotation, [...storedIds, ...idsOf(branched)]);
    const anew = [...branched, ...this.copy.pending];
    if (isNew) this.dispatchEvent(new Event("reset"));
    if (isNew) this.tell(branched.length ? branchWords(branched.length, "overlap") : changedElsewhereWords(this.pendingCount));
    await this.keeping.remove(storedIds);
    await this.keeping.keep(anew);
  }

  /**
   * @param {number} base version that the oldest pending operation was made on
   * @param {number} version of the server
   * @returns {Promise<Operation[]>} what others stored since
   */
  async #changedElsewhere(base, version) {
    const own = new Set(idsOf(this.copy.pending));
    /** @type {Operation[]} */
    const stored = [];
    while (base + stored.length < version) {
      const { operations } = await this.server.readOperations(this.id, base + stored.length);
      if (!operations.length) throw new Error("the server has fewer operations than it said");
      stored.push(...operations);
    }
    return stored.slice(0, version - base).filter(({ id }) => !own.has(id));
  }

  /** @param {number} limit @returns {Promise<number>} of operations that were sent */
  async #sendBranched(limit) {
    const batch = this.branches.next(limit);
    try {
      const acknowledged = await this.branches.send(batch);
      this.state.savedAt = new Date(now());
      await this.keeping.remove(acknowledged);
    } catch (error) {
      if (!isForGood(/** @type {ApiError} */ (error))) throw error;
      if (batch.length > 1) this.#toSendSingly = batch.length;
      else await this.#setAside(batch, /** @type {ApiError} */ (error));
      return batch.length;
    }
    if (this.branches.isSent(batch[0].branch)) this.dispatchEvent(new Event("branches"));
    return batch.length;
  }

  /**
   * @param {Pending[]} refused for good
   * @param {ApiError} error
   */
  async #setAside(refused, error) {
    this.dispatchEvent(new Event("moving"));
    this.copy.takeBack(refused);
    this.branches.takeBack(refused);
    this.state.refused += refused.length;
    this.dispatchEvent(new Event("reset"));
    this.tell(refusalWords(refused.length, error));
    await this.keeping.setAside(refused, error);
    this.dispatchEvent(new Event("branches"));
  }
}
