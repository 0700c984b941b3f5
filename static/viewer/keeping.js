/**
 * What one queue writes into the journal. A write that failed is not forgotten: until everything that is unsent has
 * been written anew, nothing counts as kept. Knows no DOM.
 */

/** @typedef {import("./intent.js").Pending} Pending */
/** @typedef {import("./journal.js").Content} Content */
/** @typedef {import("./journal.js").Refusal} Refusal */

/** Without its journal the page still sends; it only may not be closed. Event "trouble" (detail: Error) when it begins. */
export class Keeping extends EventTarget {
  #hasGap = false; // something that is unsent may be missing in the journal
  /** @type {Content[]} refused for good and, for all this page knows, not written */
  #setAside = [];
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * @param {import("./journal.js").Journal} journal
   * @param {string} annotation
   * @param {() => Content[]} unsent all that is, oldest first
   */
  constructor(journal, annotation, unsent) {
    super();
    this.journal = journal;
    this.annotation = annotation;
    this.unsent = unsent;
  }

  /** True where what is unsent outlives this page. */
  get isSafe() {
    return this.journal.isDurable && !this.#hasGap;
  }

  /** @returns {Promise<unknown>} when every write until now has come to its end: `isSafe` is then known */
  get settled() {
    return this.#last;
  }

  /** @param {Content[]} contents new, or made anew */
  keep(contents) {
    return this.#write(() => this.journal.keep(this.annotation, contents));
  }

  /** @param {string[]} ids that the server has */
  remove(ids) {
    return this.#write(() => this.journal.remove(ids));
  }

  /**
   * @param {Pending[]} refused for good
   * @param {Refusal} refusal
   */
  async setAside(refused, { code, message }) {
    const contents = refused.map((each) => ({ ...each, refusal: { code, message } }));
    const isWritten = await this.#write(() => this.journal.keep(this.annotation, [...contents, ...this.unsent()]));
    if (isWritten) return;
    this.#setAside.push(...contents);
    this.#hasGap = true;
  }

  /** Write once more what failed before. */
  async mend() {
    if (this.#hasGap) await this.#write(async () => {});
  }

  /**
   * @param {() => Promise<void>} write
   * @returns {Promise<boolean>} true if it was written
   */
  #write(write) {
    const attempt = this.#attempt(write);
    this.#last = Promise.all([this.#last, attempt]);
    return attempt;
  }

  /** @param {() => Promise<void>} write */
  async #attempt(write) {
    try {
      await write();
      if (this.#hasGap) await this.#fillGap();
      return true;
    } catch (error) {
      const isNews = !this.#hasGap;
      this.#hasGap = true;
      if (isNews) this.dispatchEvent(new CustomEvent("trouble", { detail: error }));
      return false;
    }
  }

  async #fillGap() {
    const setAside = this.#setAside;
    this.#setAside = [];
    try {
      await this.journal.keep(this.annotation, [...setAside, ...this.unsent()]);
      this.#hasGap = this.#setAside.length > 0;
    } catch (error) {
      this.#setAside.push(...setAside);
      throw error;
    }
  }
}
