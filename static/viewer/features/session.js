/**
 * Who is logged in. When the session ends, or is about to, she logs in again on this very page and everything goes
 * on; whoever logs out is told what is not saved yet.
 */

import * as api from "../api.js";
import { now } from "../clock.js";
import { part } from "../page_elements.js";
import { clockWords, leavingWords } from "../save_words.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../api.js").Session} Session */

const WARNING_MS = 10 * 60_000; // before the session ends
const LONGEST_WAIT_MS = 2 ** 31 - 1; // of a browser's timer
const LOG_OUT_LIMIT_MS = 5_000;
const LOOK_APART_MS = 5_000;
const LATER_MS = 5 * 60_000; // after she said "not now"

/** @param {Room} room */
export function install(room) {
  const keeper = new SessionKeeper(room);
  room.addEventListener("labels", (event) => {
    const { reading } = /** @type {import("../seat.js").Seat} */ (/** @type {CustomEvent} */ (event).detail);
    reading?.addEventListener("saving", () => keeper.look(reading.saver?.state.kind ?? "saved"));
  });
  room.addEventListener("exam-answers", () => {
    const { examAnswers } = room;
    examAnswers?.addEventListener("change", () => keeper.look(examAnswers.state.kind));
  });
}

class SessionKeeper {
  /** @type {Session | null} the one that the page was opened with */
  #own = null;
  #isLooking = false;
  #nextLookAt = 0; // ms since 1970
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.dialog = /** @type {HTMLDialogElement} */ (part(room.root, "log-in"));
    this.name = /** @type {HTMLInputElement} */ (part(this.dialog, "log-in-name"));
    this.password = /** @type {HTMLInputElement} */ (part(this.dialog, "log-in-password"));
    part(this.dialog, "log-in-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#logIn();
    });
    part(this.dialog, "log-in-later").addEventListener("click", () => {
      this.dialog.close();
      this.#nextLookAt = now() + LATER_MS;
    });
    part(room.root, "save-now").addEventListener("click", () => (this.#nextLookAt = 0));
    document.querySelector("[data-log-out]")?.addEventListener("submit", (event) => this.#logOut(/** @type {SubmitEvent} */ (event)));
    api.readSession().then((session) => this.#keep(session), () => {}); // else saving tells
  }

  /**
   * Where the server turns the page away, find out whether anybody, or somebody else, is logged in now.
   * @param {import("../sending_queue.js").SaveKind} kind
   */
  async look(kind) {
    if (kind !== "logged_out" && kind !== "refused") return;
    if (this.dialog.open || this.#isLooking || !this.#own || now() < this.#nextLookAt) return;
    this.#isLooking = true;
    this.#nextLookAt = now() + LOOK_APART_MS;
    try {
      const session = await api.readSession();
      if (session.reader === this.#own.reader) this.#takeBack(session, kind);
      else this.#ask(`${session.name} is logged in now`, `The strokes on this page are yours. Log in again to save them; ${session.name} is logged out by that.`);
    } catch (error) {
      const { status } = /** @type {api.ApiError} */ (error);
      if (status === 401 || status === 403) this.#ask("You are logged out", "Log in again, and everything on this page goes on where it is. Your strokes are kept until then.");
    } finally {
      this.#isLooking = false;
    }
  }

  /** @param {Session} session of this page's person */
  #keep(session) {
    this.#own = session;
    this.name.value = session.name;
    const endsAt = Date.parse(session.ends_at);
    this.#wakeAt(endsAt - WARNING_MS, () => {
      this.#ask("Your session ends soon", `It ends at ${clockWords(new Date(endsAt))}. Log in again now and go on without a break.`);
      this.#wakeAt(endsAt, () => this.#noteEnd());
    });
  }

  #noteEnd() {
    this.dialog.close();
    this.#nextLookAt = 0;
    this.look("logged_out");
  }

  /**
   * She is logged in, perhaps again, in another tab. What is refused all the same is tried later, as ever.
   * @param {Session} session
   * @param {import("../sending_queue.js").SaveKind} kind
   */
  #takeBack(session, kind) {
    this.#keep(session);
    if (kind === "logged_out") this.#sendAll();
  }

  /**
   * @param {number} time ms since 1970 by the server's clock
   * @param {() => void} act
   */
  #wakeAt(time, act) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, Math.min(Math.max(time - now(), 0), LONGEST_WAIT_MS));
  }

  /**
   * Not modal, and without taking the keys: a stroke that is under way goes on.
   * @param {string} title
   * @param {string} text
   */
  #ask(title, text) {
    part(this.dialog, "log-in-title").textContent = title;
    part(this.dialog, "log-in-text").textContent = text;
    this.#showTrouble("");
    if (this.dialog.open) return;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    this.dialog.show();
    focused?.focus();
    if (document.activeElement !== focused) /** @type {HTMLElement} */ (document.activeElement)?.blur();
  }

  async #logIn() {
    const go = /** @type {HTMLButtonElement} */ (part(this.dialog, "log-in-go"));
    go.disabled = true;
    try {
      const session = await api.logIn(this.name.value, this.password.value);
      this.password.value = "";
      this.dialog.close();
      this.#keep(session);
      this.#sendAll();
    } catch (error) {
      this.#showTrouble(/** @type {Error} */ (error).message);
    } finally {
      go.disabled = false;
    }
  }

  /** @param {string} text */
  #showTrouble(text) {
    const trouble = part(this.dialog, "log-in-trouble");
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  #sendAll() {
    for (const saver of this.room.savers) saver.flush();
  }

  /** @param {SubmitEvent} event of the page's log-out button */
  async #logOut(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrfmiddlewaretoken"));
    token.value = api.csrfToken(document.cookie); // another one since she logged in again
    const { savers } = this.room;
    const unsaved = () => savers.reduce((sum, saver) => sum + saver.pendingCount, 0);
    if (!unsaved()) return;
    event.preventDefault();
    const sent = Promise.all(savers.map((saver) => saver.flush()));
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, LOG_OUT_LIMIT_MS))]);
    const isKept = savers.every((saver) => saver.isKept);
    if (unsaved() && !(await this.#mayLeave(leavingWords(unsaved(), isKept)))) return;
    for (const saver of savers) saver.stop(); // or the browser would ask again
    form.submit();
  }

  /**
   * @param {string} text
   * @returns {Promise<boolean>}
   */
  #mayLeave(text) {
    const dialog = /** @type {HTMLDialogElement} */ (part(this.room.root, "log-out-anyway"));
    part(dialog, "log-out-text").textContent = text;
    dialog.returnValue = "stay";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "leave"), { once: true });
    });
  }
}
