/**
 * The operations of one annotation as the server has them, fetched page by page and kept: they never change.
 * Knows no DOM.
 */

/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {Operation & {sequence: number}} StoredOperation */

/** Of one annotation. */
export class OperationLog {
  /** @type {StoredOperation[]} from the first one on */
  #operations = [];
  /** @type {Promise<void> | null} */
  #fetching = null;

  /**
   * @param {string} annotation id
   * @param {Pick<typeof import("./api.js"), "readOperations">} server
   */
  constructor(annotation, server) {
    this.annotation = annotation;
    this.server = server;
  }

  /**
   * @param {number} version of the server
   * @returns {Promise<StoredOperation[]>} the first `version` operations
   */
  async until(version) {
    while (this.#operations.length < version) {
      this.#fetching ??= this.#fetchPage().finally(() => {
        this.#fetching = null;
      });
      await this.#fetching;
    }
    return this.#operations.slice(0, version);
  }

  async #fetchPage() {
    const { operations } = await this.server.readOperations(this.annotation, this.#operations.length);
    if (!operations.length) throw new Error("The server has fewer operations than it said.");
    this.#operations.push(...operations);
  }
}
