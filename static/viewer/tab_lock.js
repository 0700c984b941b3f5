/**
 * One tab of this browser draws on an annotation; a second one may look, or ask to draw in its place.
 */

const PATIENCE_MS = 8_000; // a tab that is frozen gives no answer

/**
 * Events: "asked" (another tab wants to draw: finish, then `release`), "lost" (it took the lock, since no answer
 * came).
 */
export class TabLock extends EventTarget {
  /** @type {(() => void) | null} */
  #release = null;
  /** @type {BroadcastChannel | null} open while the lock is held */
  #channel = null;

  /** @param {string} annotation */
  constructor(annotation) {
    super();
    this.name = `tramline-annotation-${annotation}`;
  }

  /** @returns {Promise<boolean>} true if this tab holds it from now on */
  hold() {
    return this.#request({ ifAvailable: true });
  }

  /** Ask the tab that draws to stop, and hold the lock as soon as it has; take it where no answer comes. */
  async take() {
    const channel = new BroadcastChannel(this.name);
    channel.postMessage("may I draw?");
    channel.close();
    const isGiven = await this.#request({ signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!isGiven) await this.#request({ steal: true });
  }

  release() {
    this.#channel?.close();
    this.#release?.();
    this.#release = null;
  }

  /**
   * @param {LockOptions} options
   * @returns {Promise<boolean>}
   */
  #request(options) {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      const held = navigator.locks.request(this.name, options, (lock) => {
        resolve(lock !== null);
        return lock ? this.#untilReleased() : undefined;
      });
      held.catch(() => {
        resolve(false); // the time ran out; or, long since resolved, the lock was taken
        if (this.#release) this.#lose();
      });
    });
  }

  /** @returns {Promise<void>} never settled before: the lock is held as long as the page lives */
  #untilReleased() {
    this.#channel = new BroadcastChannel(this.name);
    this.#channel.onmessage = () => this.dispatchEvent(new Event("asked"));
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  #lose() {
    this.release();
    this.dispatchEvent(new Event("lost"));
  }
}
