/**
 * Operations that the server has not acknowledged, or never will, kept in the browser (IndexedDB) so that a crash,
 * a reload or a lost connection loses nothing. Holds ids and patches only: no pixels, nothing about a patient.
 */

/** @typedef {import("./intent.js").Pending} Pending */
/** @typedef {{code: string, message: string}} Refusal the server's words */
/** @typedef {Pending & {id: string, annotation: string, refusal?: Refusal}} Entry */
/**
 * @typedef {object} Store
 * @property {boolean} isDurable true where entries survive a reload
 * @property {(entries: Entry[]) => Promise<void>} put all of them or none
 * @property {(annotation: string) => Promise<Entry[]>} entriesOf in any order
 * @property {(ids: string[]) => Promise<void>} remove
 */

const DATABASE = "tramline";
const STORE = "operations";

/** The queue of one or many annotations, in the order the operations were made. */
export class Journal {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  get isDurable() {
    return this.store.isDurable;
  }

  /**
   * @param {string} annotation
   * @param {Pending[]} pending new, or made anew
   */
  async keep(annotation, pending) {
    await this.store.put(pending.map((each) => entryOf(annotation, each)));
  }

  /**
   * @param {string} annotation
   * @returns {Promise<Pending[]>} oldest first: their ids begin with the time
   */
  async pending(annotation) {
    return (await this.#entries(annotation)).filter(({ refusal }) => !refusal);
  }

  /**
   * Keep what the server will never take, apart from what is sent.
   * @param {string} annotation
   * @param {Pending[]} refused
   * @param {Refusal} refusal
   * @param {Pending[]} rest made anew without the refused
   */
  async setAside(annotation, refused, refusal, rest) {
    const { code, message } = refusal;
    const aside = refused.map((each) => ({ ...entryOf(annotation, each), refusal: { code, message } }));
    await this.store.put([...aside, ...rest.map((each) => entryOf(annotation, each))]);
  }

  /**
   * @param {string} annotation
   * @returns {Promise<Entry[]>} oldest first
   */
  async refused(annotation) {
    return (await this.#entries(annotation)).filter(({ refusal }) => refusal);
  }

  /** @param {string[]} ids */
  async remove(ids) {
    await this.store.remove(ids);
  }

  /** @param {string} annotation */
  async #entries(annotation) {
    const entries = await this.store.entriesOf(annotation);
    return entries.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/**
 * @param {string} annotation
 * @param {Pending} pending
 * @returns {Entry}
 */
function entryOf(annotation, { operation, intent, version }) {
  return { id: operation.id, annotation, operation, intent, version };
}

/** For browsers that refuse IndexedDB (some private windows), and for tests. */
export class MemoryStore {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  isDurable = false;

  /** @param {Entry[]} entries */
  async put(entries) {
    for (const entry of entries) this.#entries.set(entry.id, structuredClone(entry));
  }

  /** @param {string} annotation */
  async entriesOf(annotation) {
    return [...this.#entries.values()].filter((entry) => entry.annotation === annotation);
  }

  /** @param {string[]} ids */
  async remove(ids) {
    for (const id of ids) this.#entries.delete(id);
  }
}

class IndexedDbStore {
  isDurable = true;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /** @param {Entry[]} entries */
  async put(entries) {
    await this.#write((store) => entries.forEach((entry) => store.put(entry)));
  }

  /**
   * @param {string} annotation
   * @returns {Promise<Entry[]>}
   */
  entriesOf(annotation) {
    const index = this.database.transaction(STORE).objectStore(STORE).index("annotation");
    return result(index.getAll(annotation));
  }

  /** @param {string[]} ids */
  async remove(ids) {
    await this.#write((store) => ids.forEach((id) => store.delete(id)));
  }

  /** @param {(store: IDBObjectStore) => void} change */
  #write(change) {
    // "strict": on the disk before the promise resolves, so that a kept stroke outlives a crash of the machine.
    const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    change(transaction.objectStore(STORE));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(undefined);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }
}

/** @returns {Promise<Journal>} durable where the browser allows it */
export async function openJournal() {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STORE, { keyPath: "id" });
      store.createIndex("annotation", "annotation");
    };
    return new Journal(new IndexedDbStore(await result(request)));
  } catch {
    return new Journal(new MemoryStore());
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
