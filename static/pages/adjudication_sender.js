/**
 * Decisions on their way to the server, in the order in which they were made. What the server does not answer is
 * sent again under the same id, so that nothing is lost and nothing is stored twice.
 *
 * Events: "change" when something was stored or waits; "refused" detail {request, message}; "stored" detail
 * {request, answer}.
 */

import { ApiError, json } from "../viewer/api.js";

/** @typedef {{url: string, body: Record<string, unknown>, segment: string}} Request */

const RETRY_MS = 3000;

export class DecisionSender extends EventTarget {
  /** @type {Request[]} */
  #waiting = [];
  /** @type {Promise<void>} */
  #sending = Promise.resolve();
  /** True while the server does not answer. */
  isStuck = false;

  get waiting() {
    return this.#waiting.length;
  }

  /** @returns {string[]} segments decided here that the server may not know of yet */
  get segments() {
    return this.#waiting.map(({ segment }) => segment);
  }

  /** @param {Request} request */
  send(request) {
    this.#waiting.push(request);
    this.#sending = this.#sending.then(() => this.#deliver(request));
    this.dispatchEvent(new Event("change"));
  }

  /** @returns {Promise<void>} when all that was sent is answered */
  settled() {
    return this.#sending;
  }

  /** @param {Request} request */
  async #deliver(request) {
    for (;;) {
      try {
        const answer = await json("POST", request.url, request.body);
        this.#done("stored", { request, answer });
        return;
      } catch (error) {
        const { status, message } = /** @type {ApiError} */ (error);
        if (error instanceof ApiError && status >= 400 && status < 500) return this.#done("refused", { request, message });
        this.isStuck = true;
        this.dispatchEvent(new Event("change"));
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** @param {"stored" | "refused"} type @param {{request: Request, answer?: unknown, message?: string}} detail */
  #done(type, detail) {
    this.isStuck = false;
    this.#waiting = this.#waiting.filter((request) => request !== detail.request);
    this.dispatchEvent(new CustomEvent(type, { detail }));
    this.dispatchEvent(new Event("change"));
  }
}
