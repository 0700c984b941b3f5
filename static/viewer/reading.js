/**
 * One annotation being read: joins the panel, the editor and the saver.
 */

import * as api from "./api.js";
import { digest } from "./codec.js";
import { openJournal } from "./journal.js";
import { LabelEditor } from "./label_editor.js";
import { LABELS } from "./labels.js";
import { OperationLog } from "./operation_log.js";
import { answerOperation, findingOperation, maskOperation } from "./operations.js";
import { Saver } from "./saver.js";
import { stepsOf } from "./steps.js";
import { ELSEWHERE_WORDS, UNENCRYPTED_WORDS, fullWords } from "./save_words.js";
import { TabLock } from "./tab_lock.js";
import { watchUnsaved } from "./unsaved_watch.js";
import { WorkingCopy } from "./working_copy.js";

/** @typedef {import("./image_panel.js").ImagePanel} ImagePanel */
/** @typedef {import("./api.js").Annotation} Annotation */
/** @typedef {import("./operations.js").AnswerValue} AnswerValue */

const FLUSH_LIMIT_MS = 5_000; // another tab waits; what is not sent by then it finds in the journal

/**
 * Events: "answer" (to be shown anew), "state" (submitted, or drawn on in another tab, or again in this one), "saving"
 * (see `saver`), "branches" (there is one more), "notice" (detail: text).
 */
export class Reading extends EventTarget {
  #isSubmitting = false;
  #isFull = false; // of what is unsent
  #endWatch = () => {};
  /** @type {import("./journal.js").Journal | null} */
  #journal = null;
  /** @type {Saver | null} null where nothing may be drawn */
  saver = null;
  /** @type {AnswerValue | null} */
  answer = null;
  isReadOnly = false;
  /** True where another tab of this browser draws. */
  isDrawnElsewhere = false;

  /**
   * @param {ImagePanel} panel with the mammogram opened
   * @param {Annotation} annotation
   * @param {object} [parts] others than those of the page
   * @param {Pick<typeof api, "sendOperations" | "readAnnotation" | "submitAnnotation" | "readOperations" | "storeBranch">} [parts.server]
   * @param {() => Promise<import("./journal.js").Journal>} [parts.journal]
   */
  constructor(panel, annotation, { server = api, journal = openJournal } = {}) {
    super();
    this.server = server;
    this.openJournal = journal;
    this.panel = panel;
    this.annotation = annotation;
    this.answer = annotation.answers.bac_present;
    this.lock = new TabLock(annotation.id);
    this.lock.addEventListener("asked", () => this.#giveWay());
    this.lock.addEventListener("lost", () => this.#stopDrawing());
    this.log = new OperationLog(annotation.id, server);
    this.editor = new LabelEditor(panel.planes);
    this.editor.addEventListener("edit", (event) => this.#keep(/** @type {CustomEvent} */ (event).detail));
    this.editor.addEventListener("change", () => panel.renderer.requestLabels());
    this.editor.addEventListener("trouble", () => this.#notice("What was drawn before cannot be undone now: the server does not answer. Try again."));
  }

  /**
   * Show the labels and, unless read only, make drawing possible.
   * @param {boolean} isReadOnly
   * @returns {Promise<void>}
   */
  async start(isReadOnly) {
    const isSubmitted = this.annotation.state === "submitted";
    const mayHaveStrokes = !isReadOnly || isSubmitted; // of this visit or an earlier one
    const isHeld = mayHaveStrokes && (await this.lock.hold());
    this.isDrawnElsewhere = !isHeld && !isReadOnly && !isSubmitted;
    await this.#begin(isReadOnly || !isHeld, isHeld);
    if (this.isDrawnElsewhere) this.#notice(ELSEWHERE_WORDS);
  }

  /** @returns {Promise<import("./journal.js").Read>} what this browser keeps of the image and the server has not */
  async readJournal() {
    return (this.#journal ?? (await this.#openJournal())).read(this.annotation.id);
  }

  /** Draw in this tab instead of the other one, which sends or leaves in the journal what it has. */
  async takeOver() {
    await this.lock.take();
    this.annotation = await this.server.readAnnotation(this.annotation.id);
    this.isDrawnElsewhere = false;
    await this.#begin(false, true);
    this.#notice("");
    this.dispatchEvent(new Event("state"));
    this.dispatchEvent(new Event("answer"));
  }

  /**
   * @param {boolean} isReadOnly
   * @param {boolean} isHeld true if this tab may send
   */
  async #begin(isReadOnly, isHeld) {
    const isSubmitted = this.annotation.state === "submitted";
    const isSafe = globalThis.crypto?.subtle !== undefined; // else nothing can be compared with the server, or sealed
    this.#setReadOnly(true); // until it is known what an earlier visit left
    this.answer = this.annotation.answers.bac_present;
    this.#show(new WorkingCopy(this.annotation));
    if (!isSafe) return void (isHeld && this.#notice(UNENCRYPTED_WORDS));
    if (isHeld && isSubmitted) await this.#sendLateStrokes();
    else if (!isReadOnly) await this.#openForDrawing();
  }

  /** @param {AnswerValue} value */
  setAnswer(value) {
    if (!this.editor.isLocked) {
      this.answer = value;
      this.saver?.add(answerOperation(value, { view: this.#view }));
    }
    this.dispatchEvent(new Event("answer"));
  }

  /**
   * Send what is left, then submit what is on the screen now. Nothing can be drawn meanwhile.
   * @returns {Promise<string>} why it could not be submitted; "" when it was
   */
  async submit() {
    this.panel.input.tool.putAway(); // as another tool does: a line traced is drawn
    this.editor.leavePast();
    this.#isSubmitting = true;
    this.#settleLock();
    try {
      await this.#submit(/** @type {Saver} */ (this.saver), this.editor.masks);
    } catch (error) {
      return `Not submitted: ${/** @type {Error} */ (error).message}`;
    } finally {
      this.#isSubmitting = false;
      this.#settleLock();
    }
    return "";
  }

  /**
   * @param {Saver} saver
   * @param {import("./operations.js").Masks} shown
   */
  async #submit(saver, shown) {
    await saver.flush();
    if (this.isReadOnly) return; // submitted elsewhere meanwhile
    if (saver.state.kind === "alarm") throw new Error(saver.state.message);
    if (saver.pendingCount) throw new Error("some changes are not saved yet.");
    const digests = await Promise.all(LABELS.map(async ({ name }) => [name, await digest(shown[name])]));
    this.#close(await this.server.submitAnnotation(this.annotation.id, saver.copy.version, Object.fromEntries(digests)));
  }

  async #openForDrawing() {
    const journal = await this.#openJournal();
    if (!journal.isDurable) {
      this.#notice("This browser keeps no data for this site (a private window?). Strokes not yet saved are lost when the page closes.");
    }
    const saver = this.#makeSaver(journal);
    this.saver = saver;
    saver.addEventListener("reset", () => this.#showCopy(saver));
    saver.addEventListener("submitted", (event) => this.#close(/** @type {CustomEvent} */ (event).detail));
    saver.addEventListener("change", () => this.#showSaving(saver));
    this.#endWatch = watchUnsaved(saver, (text) => this.#notice(text));
    await saver.recover();
    if (saver.isStopped || this.annotation.state === "submitted") return; // meanwhile
    this.#setReadOnly(false);
    this.#showSaving(saver);
  }

  /** Another tab asks to draw. */
  async #giveWay() {
    const { saver } = this;
    this.panel.input.tool.putAway();
    this.#setReadOnly(true);
    if (saver) await Promise.race([saver.flush(), new Promise((resolve) => setTimeout(resolve, FLUSH_LIMIT_MS))]);
    this.#stopDrawing();
    this.lock.release();
  }

  #stopDrawing() {
    const { saver } = this;
    // What is in no journal can be sent by this tab alone: it goes on until all is saved.
    if (saver && (saver.journal.isDurable || !saver.pendingCount)) {
      saver.stop();
      this.#endWatch();
      this.saver = null;
    }
    this.isDrawnElsewhere = true;
    this.#setReadOnly(true);
    this.#notice(ELSEWHERE_WORDS);
    this.dispatchEvent(new Event("state"));
  }

  /** What an earlier visit left may be stored all the same, or came too late; the server says which. */
  async #sendLateStrokes() {
    await this.#makeSaver(await this.#openJournal()).recover();
  }

  /** @returns {Promise<import("./journal.js").Journal>} new, since another tab may have written meanwhile */
  async #openJournal() {
    this.#journal = await this.openJournal();
    return this.#journal;
  }

  /** @param {import("./journal.js").Journal} journal */
  #makeSaver(journal) {
    const saver = new Saver({ annotation: this.annotation, server: this.server, journal });
    saver.addEventListener("notice", (event) => this.#notice(/** @type {CustomEvent} */ (event).detail));
    saver.addEventListener("branches", () => this.dispatchEvent(new Event("branches")));
    return saver;
  }

  /** @param {import("./label_editor.js").Edit} edit */
  #keep(edit) {
    const details = { ...edit.details, view: this.#view };
    if ("finding" in edit) this.saver?.add(findingOperation(edit.finding, details, edit.id));
    else this.saver?.add(maskOperation(edit.label, edit.patch, edit.tool, details, edit.id));
  }

  /** @returns {Promise<import("./steps.js").ToldStep[]>} all that was done until now, saved or not */
  async steps() {
    await this.saver?.flush();
    const copy = this.saver?.copy;
    const pending = copy?.pending.map(({ operation }) => operation) ?? [];
    return stepsOf([...(await this.log.until(copy?.version ?? this.annotation.version)), ...pending]);
  }

  /** @returns {import("./operations.js").ViewState} how the image lies before her now */
  get #view() {
    const { viewport, windowing } = this.panel;
    return { s: rounded(viewport.view.scale), c: rounded(windowing.center), w: rounded(windowing.width) };
  }

  /** @param {WorkingCopy} copy */
  #show(copy) {
    const { version } = copy;
    const pending = copy.pending.map(({ operation }) => operation);
    const fetchEarlier = async () => stepsOf([...(await this.log.until(version)), ...pending]);
    this.editor.reset(copy.masks, copy.findings, version + pending.length ? fetchEarlier : null);
  }

  /** @param {Saver} saver */
  #showCopy({ copy }) {
    this.panel.input.cancel();
    this.#show(copy);
    this.answer = copy.answer;
    this.dispatchEvent(new Event("answer"));
  }

  /** @param {Annotation} annotation submitted, here or elsewhere */
  #close(annotation) {
    this.annotation = annotation;
    this.#setReadOnly(true);
    this.dispatchEvent(new Event("state"));
  }

  /** @param {boolean} isReadOnly */
  #setReadOnly(isReadOnly) {
    this.isReadOnly = isReadOnly;
    this.#settleLock();
  }

  /** @param {Saver} saver */
  #showSaving(saver) {
    const wasFull = this.#isFull;
    this.#isFull = saver.isFull;
    if (this.#isFull && !wasFull) this.#notice(fullWords(saver.pendingCount));
    if (!this.#isFull && wasFull) this.#notice("");
    this.#settleLock();
    this.dispatchEvent(new Event("saving"));
  }

  #settleLock() {
    this.editor.isLocked = this.isReadOnly || this.#isSubmitting || this.#isFull;
  }

  /** @param {string} detail */
  #notice(detail) {
    this.dispatchEvent(new CustomEvent("notice", { detail }));
  }
}

/** @param {number} value @returns {number} to four significant digits */
const rounded = (value) => Number(value.toPrecision(4));
