/**
 * Sends operations to the server until each is acknowledged. Nothing is dropped: an operation leaves the journal
 * only when the server has named its id. Knows no DOM.
 *
 * The server's digest of each mask is compared with that of the acknowledged operations replayed here. They
 * differ either because somebody else wrote (then the state is read anew), or because something is wrong (then
 * an alarm is raised and saving stops).
 */

import { digest, fromBase64 } from "./codec.js";
import { LABELS } from "./labels.js";
import { replay } from "./operations.js";

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./operations.js").Masks} Masks */
/** @typedef {import("./api.js").Annotation} Annotation */
/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {"saved" | "sending" | "waiting" | "logged_out" | "refused" | "alarm"} SaveKind */
/** @typedef {{kind: SaveKind, pending: number, noun: "stroke" | "change", savedAt: Date | null, message: string}} SaveState */
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
const STALE_ATTEMPTS = 5;
const STORAGE_TROUBLE =
  "This browser cannot keep unsaved strokes: its storage is full. Do not close the page before everything is saved.";

/**
 * The queue of one annotation. Events: "change" (see `state`), "reload" (masks came anew from the server),
 * "notice" (detail: text for the reader).
 */
export class Saver extends EventTarget {
  /** @type {Operation[]} */
  #pending = [];
  /** @type {Promise<void> | null} */
  #flushing = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #failures = 0;
  #mayDiffer = false;
  #isStorageTold = false;
  /** @type {SaveState} */
  state = { kind: "saved", pending: 0, noun: "stroke", savedAt: null, message: "" };

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
    this.version = annotation.version;
    /** @type {Masks} the state that the server has acknowledged */
    this.acknowledged = masksOf(annotation);
  }

  get pendingCount() {
    return this.#pending.length;
  }

  /** @returns {Date | null} when the oldest change that is not saved was made */
  get oldestPendingAt() {
    return this.#pending.length ? new Date(this.#pending[0].made_at) : null;
  }

  /** @returns {Masks} what the reader sees: acknowledged operations and those on their way */
  localMasks() {
    return replay(this.acknowledged, this.#pending);
  }

  /** Take up what an earlier visit could not send. Some of it may be stored already: its answer was lost. */
  async recover() {
    this.#pending = await this.journal.pending(this.id);
    if (!this.#pending.length) return;
    this.#mayDiffer = true;
    await this.flush();
  }

  /** @param {Operation} operation */
  async add(operation) {
    this.#pending.push(operation);
    this.#report(this.state.kind === "saved" ? "sending" : this.state.kind, this.state.message);
    if (this.#timer === undefined && !this.#isAlarmed()) this.#schedule(GATHER_MS); // a retry under way has its own time
    await this.#store(() => this.journal.add(this.id, operation));
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
    if (this.#isAlarmed()) return;
    try {
      while (this.#pending.length) {
        this.#report("sending", "");
        await this.#sendBatch(nextBatch(this.#pending));
        if (this.#isAlarmed()) return;
      }
      this.#failures = 0;
      this.#report("saved", "");
    } catch (error) {
      this.#fail(/** @type {ApiError} */ (error));
    }
  }

  /** @param {Operation[]} batch */
  async #sendBatch(batch) {
    const saved = await this.#sendPastStaleVersions(batch);
    const ids = new Set(saved.acknowledged);
    const stored = batch.filter((operation) => ids.has(operation.id));
    if (!stored.length) throw new Error("The server acknowledged nothing that was sent.");
    this.acknowledged = replay(this.acknowledged, stored);
    this.#pending = this.#pending.filter((operation) => !ids.has(operation.id));
    this.version = saved.version;
    this.state.savedAt = new Date(saved.saved_at);
    await this.#store(() => this.journal.remove([...ids]));
    if (await this.#agreesWith(saved.masks)) this.#mayDiffer = false;
    else if (this.#mayDiffer) await this.#reload();
    else this.#report("alarm", "The server's mask differs from this page's. Reload the page before you go on.");
  }

  /**
   * A stale version means that the answer to an earlier attempt was lost, or that somebody else wrote. Known ids
   * are not applied twice, so sending again on the server's version is safe in both cases.
   * @param {Operation[]} batch
   */
  async #sendPastStaleVersions(batch) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.server.sendOperations(this.id, this.version, batch);
      } catch (error) {
        const { code, version } = /** @type {ApiError} */ (error);
        if (code !== "stale_version" || typeof version !== "number" || attempt === STALE_ATTEMPTS) throw error;
        this.version = version;
        this.#mayDiffer = true;
      }
    }
  }

  async #reload() {
    const annotation = await this.server.readAnnotation(this.id);
    this.version = annotation.version;
    this.acknowledged = masksOf(annotation);
    this.#mayDiffer = false;
    this.dispatchEvent(new CustomEvent("reload", { detail: { annotation } }));
  }

  /**
   * @param {Record<string, {sha256: string}>} masks
   * @returns {Promise<boolean>}
   */
  async #agreesWith(masks) {
    for (const { name } of LABELS) {
      if ((await digest(this.acknowledged[name])) !== masks[name]?.sha256) return false;
    }
    return true;
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
    else if (isPassing && error.code !== "annotation_submitted") this.#report("waiting", message);
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
    const noun = this.#pending.every((operation) => operation.kind === "mask") ? "stroke" : "change";
    this.state = { ...this.state, kind, message, noun, pending: this.#pending.length };
    this.dispatchEvent(new Event("change"));
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
 * @param {Operation[]} pending
 * @returns {Operation[]} as many of the oldest as go into one request; at least one
 */
function nextBatch(pending) {
  const batch = [];
  let characters = 0;
  for (const operation of pending.slice(0, BATCH_OPERATIONS)) {
    characters += operation.kind === "mask" ? operation.patch.length : 0;
    if (batch.length && characters > BATCH_CHARACTERS) break;
    batch.push(operation);
  }
  return batch;
}
