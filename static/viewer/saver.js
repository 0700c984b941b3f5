/**
 * Sends operations to the server until each is acknowledged. Nothing is dropped: an operation leaves the journal
 * only when the server has named its id; one that the server will never take is set aside there. Knows no DOM.
 *
 * A version is the number of stored operations. So it tells a lost answer from somebody else's change, and after
 * either the server's masks become the base on which everything pending is made anew (see intent.js). Beyond
 * that, the digests of both sides have to agree; if they do not, an alarm is raised and saving stops.
 */

import { CHANGED_ELSEWHERE, STORAGE_TROUBLE, refusalWords } from "./save_words.js";
import { WorkingCopy, idsOf } from "./working_copy.js";

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./intent.js").Pending} Pending */
/** @typedef {import("./api.js").Annotation} Annotation */
/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {import("./api.js").Saved} Saved */
/** @typedef {"saved" | "sending" | "waiting" | "logged_out" | "refused" | "alarm"} SaveKind */
/**
 * @typedef {object} SaveState
 * @property {SaveKind} kind
 * @property {number} pending
 * @property {number} refused set aside, in this visit or an earlier one
 * @property {"stroke" | "change"} noun
 * @property {Date | null} savedAt
 * @property {string} message
 */
/**
 * @typedef {object} Server
 * @property {typeof import("./api.js").sendOperations} sendOperations
 * @property {typeof import("./api.js").readAnnotation} readAnnotation
 */

const GATHER_MS = 300; // strokes of one moment go together; 95 % are with the server within a second
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const BATCH_OPERATIONS = 50;
const BATCH_CHARACTERS = 1_000_000;
const STALE_ATTEMPTS = 20; // in one go; the reader on the other device draws, too
const OPERATION_REFUSED = [400, 413, 422]; // what is wrong with the person or the address is not the operation's fault

/**
 * The queue of one annotation. Events: "change" (see `state`), "reset" (what `copy` shows has to be shown anew),
 * "submitted" (elsewhere; detail: annotation), "notice" (detail: text).
 */
export class Saver extends EventTarget {
  /** @type {Promise<void> | null} */
  #flushing = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #failures = 0;
  #staleAnswers = 0;
  #toSendSingly = 0; // so many of the oldest: one of them was refused
  #isBaseKnown = true; // false: the copy may hold some of what is pending already
  #isStorageTold = false;
  /** @type {SaveState} */
  state = { kind: "saved", pending: 0, refused: 0, noun: "stroke", savedAt: null, message: "" };

  /**
   * @param {object} parts
   * @param {Annotation} parts.annotation as read from the server
   * @param {Server} parts.server
   * @param {import("./journal.js").Journal} parts.journal
   * @param {() => number} [parts.random] spreads retries, 0 to 1
   */
  constructor({ annotation, server, journal, random = Math.random }) {
    super();
    this.id = annotation.id;
    this.server = server;
    this.journal = journal;
    this.random = random;
    this.copy = new WorkingCopy(annotation);
  }

  get pendingCount() {
    return this.copy.pending.length;
  }

  /** @returns {Date | null} when the oldest change that is not saved was made */
  get oldestPendingAt() {
    const [oldest] = this.copy.pending;
    return oldest ? new Date(oldest.operation.made_at) : null;
  }

  /** Take up what an earlier visit could not send. Some of it may be stored already: its answer was lost. */
  async recover() {
    this.state.refused = (await this.journal.refused(this.id)).length;
    const pending = await this.journal.pending(this.id);
    if (!pending.length) return;
    this.#isBaseKnown = pending[0].version === this.copy.version;
    this.copy.resume(pending);
    this.dispatchEvent(new Event("reset"));
    await this.flush();
  }

  /** @param {Operation} operation */
  async add(operation) {
    const pending = this.copy.add(operation);
    this.#report(this.state.kind === "saved" ? "sending" : this.state.kind, this.state.message);
    if (this.#timer === undefined && !this.#isAlarmed()) this.#schedule(GATHER_MS); // a retry under way has its own time
    await this.#store(() => this.journal.keep(this.id, [pending]));
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

  async #sendAll() {
    this.#staleAnswers = 0;
    try {
      while (this.pendingCount && !this.#isAlarmed()) {
        this.#report("sending", "");
        const batch = nextBatch(this.copy.pending, this.#toSendSingly ? 1 : BATCH_OPERATIONS);
        await this.#sendBatch(batch);
        if (batch.length === 1) this.#toSendSingly = Math.max(0, this.#toSendSingly - 1);
      }
      if (this.#isAlarmed()) return;
      this.#failures = 0;
      this.#report("saved", "");
    } catch (error) {
      this.#fail(/** @type {ApiError} */ (error));
    }
  }

  /** @param {Pending[]} batch */
  async #sendBatch(batch) {
    const operations = batch.map(({ operation }) => operation);
    let saved;
    try {
      saved = await this.server.sendOperations(this.id, this.copy.version, operations);
    } catch (error) {
      return this.#takeRefusal(batch, /** @type {ApiError} */ (error));
    }
    await this.#takeAnswer(batch, saved);
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
    await this.#store(() => this.journal.remove(idsOf(stored)));
    if (await this.copy.agreesWith(saved.masks)) return;
    this.#report("alarm", "The server's mask differs from this page's. Reload the page before you go on.");
  }

  /**
   * Deal with what the batch itself is the reason for; anything else is for `#fail`.
   * @param {Pending[]} batch
   * @param {ApiError} error
   */
  async #takeRefusal(batch, error) {
    const isClosed = error.code === "annotation_submitted";
    if (error.code === "stale_version" && ++this.#staleAnswers < STALE_ATTEMPTS) {
      await this.#readAnew(error.stored ?? []);
    } else if (!isClosed && !OPERATION_REFUSED.includes(error.status)) {
      throw error;
    } else if (batch.length > 1) {
      this.#toSendSingly = batch.length; // the others may be stored already, or in order
    } else if (isClosed) {
      const annotation = await this.#readAnew([]);
      await this.#setAside(this.copy.pending, error);
      this.dispatchEvent(new CustomEvent("submitted", { detail: annotation }));
    } else {
      await this.#setAside(batch, error);
    }
  }

  /**
   * Take the server's state as the new base. After a mere lost answer nothing that is shown changes by it.
   * @param {string[]} storedIds what is pending here and stored there
   */
  async #readAnew(storedIds) {
    const annotation = await this.server.readAnnotation(this.id);
    this.#isBaseKnown = true;
    if (this.copy.moveTo(annotation, storedIds)) {
      this.dispatchEvent(new Event("reset"));
      this.#tell(CHANGED_ELSEWHERE);
    }
    await this.#store(async () => {
      await this.journal.remove(storedIds);
      await this.journal.keep(this.id, this.copy.pending);
    });
    return annotation;
  }

  /**
   * @param {Pending[]} refused for good
   * @param {ApiError} error
   */
  async #setAside(refused, error) {
    this.copy.takeBack(refused);
    this.state.refused += refused.length;
    this.dispatchEvent(new Event("reset"));
    this.#tell(refusalWords(refused.length, error));
    await this.#store(() => this.journal.setAside(this.id, refused, error, this.copy.pending));
  }

  /**
   * Without its journal the page still sends; it only may not be closed.
   * @param {() => Promise<void>} write
   */
  async #store(write) {
    try {
      await write();
    } catch {
      if (!this.#isStorageTold) this.#tell(STORAGE_TROUBLE);
      this.#isStorageTold = true;
    }
  }

  /** @param {string} detail for the reader */
  #tell(detail) {
    this.dispatchEvent(new CustomEvent("notice", { detail }));
  }

  /** @param {ApiError} error or a fault of this page: that has no status, and no retry mends it */
  #fail(error) {
    const { status, message } = error;
    if (typeof status !== "number") {
      console.error(error);
      return this.#report("alarm", `A fault of this page stopped saving (${message}). Reload the page before you go on.`);
    }
    this.#failures++;
    const isPassing = status === 0 || status === 408 || status === 409 || status === 429 || status >= 500;
    if (status === 401 || error.code === "not_authenticated") this.#report("logged_out", message);
    else if (isPassing) this.#report("waiting", message);
    else return this.#report("refused", message);
    const doubled = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    this.#schedule(doubled * (0.5 + this.random())); // apart, so that many pages do not return at one moment
  }

  /** @param {number} delayMs */
  #schedule(delayMs) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), delayMs);
  }

  #isAlarmed() {
    return this.state.kind === "alarm";
  }

  /**
   * @param {SaveKind} kind
   * @param {string} message
   */
  #report(kind, message) {
    const noun = this.copy.pending.every(({ operation }) => operation.kind === "mask") ? "stroke" : "change";
    this.state = { ...this.state, kind, message, noun, pending: this.pendingCount };
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * @param {Pending[]} pending
 * @param {number} limit
 * @returns {Pending[]} as many of the oldest as go into one request; at least one
 */
function nextBatch(pending, limit) {
  const batch = [];
  let characters = 0;
  for (const each of pending.slice(0, limit)) {
    characters += each.operation.kind === "mask" ? each.operation.patch.length : 0;
    if (batch.length && characters > BATCH_CHARACTERS) break;
    batch.push(each);
  }
  return batch;
}
