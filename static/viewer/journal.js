/**
 * Operations that the server has not acknowledged, or never will, kept in the browser so that a crash, a reload or a
 * lost connection loses nothing. Holds ids and patches only: no pixels, nothing about a patient; and these sealed
 * with a key that only the same person's next session gets.
 */

import { readJournalKey } from "./api.js";
import { JournalCipher } from "./journal_cipher.js";
import { MemoryStore, openIndexedDbStore } from "./journal_store.js";

export { MemoryStore } from "./journal_store.js";

/** @typedef {import("./intent.js").Pending} Pending */
/** @typedef {import("./branch.js").BranchPlace} BranchPlace */
/** @typedef {{code: string, message: string}} Refusal the server's words */
/** @typedef {Pending & {branch?: BranchPlace, refusal?: Refusal}} Content */
/** @typedef {Content & {id: string, annotation: string, sequence: number}} Entry */
/** @typedef {"other_person" | "newer" | "damaged"} UnreadableReason */
/** @typedef {{id: string, reason: UnreadableReason, record: unknown}} Unreadable left where it is */
/** @typedef {{entries: Entry[], unreadable: Unreadable[]}} Read oldest entry first */

const FORMAT = 2; // 1 is an entry as it is, without a format

/** The queue of one or many annotations, in the order the operations were made, whatever any clock said. */
export class Journal {
  /** @type {Map<string, Map<string, number>>} by annotation: the place of each id */
  #places = new Map();
  /** @type {Promise<unknown>} one thing after the other: an older state must not overtake a newer one */
  #last = Promise.resolve();

  /**
   * @param {import("./journal_store.js").Store} store
   * @param {JournalCipher | null} [cipher] null: records stay as they are, for a store that no one else can read
   */
  constructor(store, cipher = null) {
    this.store = store;
    this.cipher = cipher;
  }

  get isDurable() {
    return this.store.isDurable;
  }

  /**
   * @param {string} annotation
   * @param {Content[]} pending new, made anew, or refused for good
   */
  async keep(annotation, pending) {
    await this.#inTurn(async () => {
      const places = await this.#placesOf(annotation);
      const entries = pending.map((each) => {
        const sequence = places.get(each.operation.id) ?? nextPlace(places);
        places.set(each.operation.id, sequence);
        return entryOf(annotation, each, sequence);
      });
      await this.store.put(await Promise.all(entries.map((entry) => this.#recordOf(entry))));
    });
  }

  /**
   * @param {string} annotation
   * @returns {Promise<Entry[]>} to be sent to the annotation, oldest first
   */
  async pending(annotation) {
    return (await this.read(annotation)).entries.filter(({ refusal, branch }) => !refusal && !branch);
  }

  /**
   * @param {string} annotation
   * @returns {Promise<Entry[]>} to be sent to a branch, oldest first
   */
  async branched(annotation) {
    return (await this.read(annotation)).entries.filter(({ refusal, branch }) => !refusal && branch);
  }

  /**
   * @param {string} annotation
   * @returns {Promise<Entry[]>} what the server will never take, oldest first
   */
  async refused(annotation) {
    return (await this.read(annotation)).entries.filter(({ refusal }) => refusal);
  }

  /** @param {string[]} ids */
  async remove(ids) {
    await this.#inTurn(async () => {
      await this.store.remove(ids);
      for (const places of this.#places.values()) ids.forEach((id) => places.delete(id));
    });
  }

  /**
   * Read everything of an annotation. Entries of an earlier form of the journal are sealed now; what cannot be read
   * stays as it is.
   * @param {string} annotation
   * @returns {Promise<Read>}
   */
  read(annotation) {
    return this.#inTurn(() => this.#read(annotation));
  }

  /** @param {string} annotation */
  async #read(annotation) {
    const records = await this.store.recordsOf(annotation);
    /** @type {Read} */
    const read = { entries: [], unreadable: [] };
    for (const record of records) {
      const entry = await this.#entryOf(record);
      if (typeof entry === "string") read.unreadable.push({ id: record.id, reason: entry, record });
      else read.entries.push(entry);
    }
    read.entries.sort(byAge);
    await this.#sealOld(annotation, records, read.entries);
    return read;
  }

  /**
   * @param {string} annotation
   * @param {any[]} records
   * @param {Entry[]} entries of these, oldest first
   */
  async #sealOld(annotation, records, entries) {
    const old = new Set(records.filter(isPlain).map(({ id }) => id));
    if (!this.cipher || !old.size) return;
    entries.forEach((entry, i) => (entry.sequence = i + 1));
    await this.store.put(await Promise.all(entries.map((entry) => this.#recordOf(entry))));
    this.#places.set(annotation, new Map(entries.map(({ id, sequence }) => [id, sequence])));
  }

  /**
   * @param {any} record
   * @returns {Promise<Entry | UnreadableReason>}
   */
  async #entryOf(record) {
    if (isPlain(record)) return { sequence: 0, ...record };
    if (record.format !== FORMAT || !this.cipher) return "newer";
    if (record.key !== this.cipher.name) return "other_person";
    const { id, annotation, sequence } = record;
    try {
      return { id, annotation, sequence, ...(await this.cipher.open(record, placeOf(record))) };
    } catch {
      return "damaged";
    }
  }

  /** @param {Entry} entry */
  async #recordOf(entry) {
    if (!this.cipher) return entry;
    const { id, annotation, sequence, ...content } = entry;
    const record = { id, annotation, format: FORMAT, sequence, key: this.cipher.name };
    return { ...record, ...(await this.cipher.seal(content, placeOf(record))) };
  }

  /** @param {string} annotation */
  async #placesOf(annotation) {
    if (!this.#places.has(annotation)) {
      const { entries } = await this.#read(annotation);
      this.#places.set(annotation, new Map(entries.map(({ id, sequence }) => [id, sequence])));
    }
    return /** @type {Map<string, number>} */ (this.#places.get(annotation));
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTurn(work) {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {}); // told to whoever asked for it
    return turn;
  }
}

/** @type {Promise<JournalCipher> | null} of the person whose page this is */
let cipher = null;

/** @returns {Promise<Journal>} durable where the browser allows it; rejected where the server gives no key */
export async function openJournal() {
  const store = await openIndexedDbStore().catch(() => null);
  if (!store) return new Journal(new MemoryStore());
  cipher ??= fetchCipher().catch((error) => {
    cipher = null; // it may be asked again
    throw error;
  });
  return new Journal(store, await cipher);
}

async function fetchCipher() {
  const { key } = await readJournalKey();
  navigator.storage?.persist?.().catch(() => {}); // a wish: the browser may still clear what nobody visits
  return JournalCipher.from(key);
}

/** @param {Map<string, number>} places */
const nextPlace = (places) => Math.max(0, ...places.values()) + 1;

/** @param {{id: string, annotation: string, sequence: number}} record */
const placeOf = ({ id, annotation, sequence }) => `${annotation} ${sequence} ${id}`;

/**
 * @param {any} record
 * @returns {boolean} true for an entry as it is
 */
const isPlain = ({ format, operation }) => format === undefined && operation !== undefined;

/**
 * @param {Entry} a
 * @param {Entry} b
 * @returns {number} entries of earlier days have no place; their ids begin with the time
 */
const byAge = (a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1);

/**
 * @param {string} annotation
 * @param {Content} content
 * @param {number} sequence
 * @returns {Entry}
 */
function entryOf(annotation, { operation, intent, version, branch, refusal }, sequence) {
  const state = { ...(branch && { branch }), ...(refusal && { refusal }) };
  return { id: operation.id, annotation, sequence, operation, intent, version, ...state };
}
