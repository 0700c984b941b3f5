/**
 * How long a reader works: stretches of input with no gap of half a minute between. Times are those of a clock
 * that only goes forward (performance.now()). Knows no DOM.
 */

export const IDLE_MS = 30_000;

/** @typedef {{startedMs: number, durationMs: number}} Stretch */

/** Of one image. */
export class ActivityMeter {
  /** @type {{startedMs: number, lastMs: number} | null} null while she is idle or elsewhere */
  #current = null;
  /** @type {Stretch[]} */
  #done = [];

  /** @param {number} nowMs of a pointer, a key or the wheel */
  note(nowMs) {
    if (this.#current && nowMs - this.#current.lastMs > IDLE_MS) this.#end();
    this.#current ??= { startedMs: nowMs, lastMs: nowMs };
    this.#current.lastMs = Math.max(this.#current.lastMs, nowMs);
  }

  /** @param {number} nowMs when the page was hidden, or another image taken up */
  pause(nowMs) {
    if (!this.#current) return;
    if (nowMs - this.#current.lastMs <= IDLE_MS) this.note(nowMs);
    this.#end();
  }

  /** @returns {Stretch[]} up to the last input; each is given once */
  take() {
    if (this.#current) {
      const { lastMs } = this.#current;
      this.#end();
      this.#current = { startedMs: lastMs, lastMs };
    }
    return this.#done.splice(0);
  }

  #end() {
    const { startedMs, lastMs } = /** @type {{startedMs: number, lastMs: number}} */ (this.#current);
    this.#current = null;
    if (lastMs > startedMs) this.#done.push({ startedMs, durationMs: lastMs - startedMs });
  }
}
