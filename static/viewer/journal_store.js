/**
 * Where the journal keeps its records: the browser's IndexedDB, or the memory of the page where that is refused.
 */

/**
 * @typedef {object} JournalRecord its content sealed, or, in the memory of the page and in journals of earlier days,
 *   as it is
 * @property {string} id of the operation
 * @property {string} annotation
 * @property {number} [format]
 */
/**
 * @typedef {object} Store
 * @property {boolean} isDurable true where records survive a reload
 * @property {(records: JournalRecord[]) => Promise<void>} put all of them or none
 * @property {(annotation: string) => Promise<any[]>} recordsOf in any order
 * @property {(ids: string[]) => Promise<void>} remove
 */

const DATABASE = "tramline";
const STORE = "operations";

/** For browsers that refuse IndexedDB (some private windows), and for tests. */
export class MemoryStore {
  /** @type {Map<string, JournalRecord>} */
  #records = new Map();
  isDurable = false;

  /** @param {JournalRecord[]} records */
  async put(records) {
    for (const record of records) this.#records.set(record.id, structuredClone(record));
  }

  /** @param {string} annotation */
  async recordsOf(annotation) {
    return [...this.#records.values()].filter((record) => record.annotation === annotation);
  }

  /** @param {string[]} ids */
  async remove(ids) {
    for (const id of ids) this.#records.delete(id);
  }
}

class IndexedDbStore {
  isDurable = true;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
    database.onversionchange = () => database.close(); // a newer page in another tab must not wait for this one
  }

  /** @param {JournalRecord[]} records */
  async put(records) {
    await this.#write((store) => records.forEach((record) => store.put(record)));
  }

  /**
   * @param {string} annotation
   * @returns {Promise<any[]>}
   */
  recordsOf(annotation) {
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
    transaction.commit();
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(undefined);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }
}

/**
 * Open whatever version of the database is there: what a newer page keeps in it stays as it is.
 * @returns {Promise<Store>} rejected where the browser keeps nothing for this site
 */
export async function openIndexedDbStore() {
  const request = indexedDB.open(DATABASE);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { keyPath: "id" });
    store.createIndex("annotation", "annotation");
  };
  return new IndexedDbStore(await result(request));
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
