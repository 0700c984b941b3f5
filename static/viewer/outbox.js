/**
 * What a page tells the server when it can: kept until it has arrived, sent a few at a time, one request after the
 * other. What the server refuses is forgotten, for it would be refused again. Knows no DOM.
 */

// Logged out, too slow, too often: these pass.
const PASSING = [401, 403, 408, 425, 429];

/** @template Item */
export class Outbox {
  /** @type {Item[]} */
  #items = [];
  /** @type {Promise<void> | null} */
  #sending = null;

  /**
   * @param {(items: Item[]) => Promise<unknown>} send fails with {status}: 0 where nothing answered
   * @param {number} [most] items of one request
   */
  constructor(send, most = 50) {
    this.send = send;
    this.most = most;
  }

  get isEmpty() {
    return this.#items.length === 0;
  }

  /** @param {Item[]} items */
  add(...items) {
    this.#items.push(...items);
  }

  /** @returns {Promise<void>} when all that waits was sent, or could not be sent now; never fails */
  flush() {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #sendAll() {
    while (this.#items.length) {
      const items = this.#items.slice(0, this.most);
      try {
        await this.send(items);
      } catch (error) {
        const { status = 0 } = /** @type {{status?: number}} */ (error);
        if (status < 400 || status >= 500 || PASSING.includes(status)) return; // another time
      }
      this.#items.splice(0, items.length);
    }
  }
}
