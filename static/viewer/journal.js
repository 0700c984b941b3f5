/**
 * Operations that the server has not acknowledged, kept in the browser (IndexedDB) so that a crash, a reload or
 * a lost connection loses nothing. Holds ids and patches only: no pixels, nothing about a patient.
 */

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {{id: string, annotation: string, operation: Operation}} Entry */
/**
 * @typedef {object} Store
 * @property {boolean} isDurable true where entries survive a reload
 * @property {(entry: Entry) => Promise<void>} put
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
   * @param {Operation} operation
   */
  async add(annotation, operation) {
    await this.store.put({ id: operation.id, annotation, operation });
  }

  /**
   * @param {string} annotation
   * @returns {Promise<Operation[]>} oldest first: their ids begin with the time
   */
  async pending(annotation) {
    const entries = await this.store.entriesOf(annotation);
    return entries.sort((a, b) => (a.id < b.id ? -1 : 1)).map((entry) => entry.operation);
  }

  /** @param {string[]} ids */
  async remove(ids) {
    await this.store.remove(ids);
  }
}

/** For browsers that refuse IndexedDB (some private windows), and for tests. */
export class MemoryStore {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  isDurable = false;

  /** @param {Entry} entry */
  async put(entry) {
    this.#entries.set(entry.id, structuredClone(entry));
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

  /** @param {Entry} entry */
  async put(entry) {
    await this.#write((store) => store.put(entry));
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
