/**
 * One annotation being read: joins the panel, the editor and the saver.
 */

import { BAC_PRESENT, answersOf } from "./answers.js";
import * as api from "./api.js";
import { digest } from "./codec.js";
import { openJournal } from "./journal.js";
import { LabelEditor } from "./label_editor.js";
import { LABELS } from "./labels.js";
import { OperationLog } from "./operation_log.js";
import { answerOperation, findingOperation, maskOperation } from "./operations.js";
import { Saver } from "./saver.js";
import { stepsOf } from "./steps.js";
import { ELSEWHERE_WORDS, NOT_KEPT_WORDS, ONLY_HERE_WORDS, UNENCRYPTED_WORDS, fullWords, noJournalWords } from "./save_words.js";
import { TabLock } from "./tab_lock.js";
import { watchUnsaved } from "./unsaved_watch.js";
import { WorkingCopy } from "./working_copy.js";

/** @typedef {import("./image_panel.js").ImagePanel} ImagePanel */
/** @typedef {import("./api.js").Annotation} Annotation */

const BEGIN_AGAIN_MS = 10_000;
const FLUSH_LIMIT_MS = 5_000; // another tab waits; what is not sent by then it finds in the journal

/**
 * Events: "answer" (to be shown anew), "state" (submitted, or drawn on in another tab, or again in this one), "saving"
 * (see `saver`), "branches" (there is one more), "notice" (detail: text), "objections" (detail: what checks say).
 */
export class Reading extends EventTarget {
  #isSubmitting = false;
  #isFull = false; // of what is unsent
  #endWatch = () => {};
  /** @type {import("./journal.js").Journal | null} */
  #journal = null;
  /** @type {WorkingCopy} what is shown */
  #copy;
  /** @type {Saver | null} null where nothing may be drawn */
  saver = null;
  /** @type {import("./answers.js").Answers} */
  answers = {};
  isReadOnly = false;
  /** @type {string[]} checks that warned of the labels as they are */
  #warned = [];
  /** @type {string[]} checks whose warning she has read, and goes past with the next submission */
  #acknowledged = [];
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
    this.#copy = new WorkingCopy(annotation);
    this.answers = answersOf(annotation.answers);
    this.lock = new TabLock(annotation.id);
    this.lock.addEventListener("asked", () => this.#giveWay());
    this.lock.addEventListener("lost", () => this.#stopDrawing());
    this.log = new OperationLog(annotation.id, server);
    this.editor = new LabelEditor(panel.planes);
    this.editor.addEventListener("edit", (event) => this.#keep(/** @type {CustomEvent} */ (event).detail));
    this.editor.addEventListener("change", () => panel.renderer.requestLabels());
    this.editor.addEventListener("trouble", () => this.#notice("What was drawn before cannot be undone now: the server does not answer. Try again."));
  }

  /** @returns {import("./operations.js").AnswerValue | null} to whether BAC is present */
  get answer() {
    return /** @type {import("./operations.js").AnswerValue} */ (this.answers[BAC_PRESENT]) ?? null;
  }

  /**
   * Show the labels and, unless read only, make drawing possible.
   * @param {boolean} isReadOnly
   * @returns {Promise<void>}
   */
  async start(isReadOnly) {
    const isClosed = takesNoMore(this.annotation);
    const mayHaveStrokes = !isReadOnly || isClosed; // of this visit or an earlier one
    const isHeld = mayHaveStrokes && (await this.lock.hold());
    this.isDrawnElsewhere = !isHeld && !isReadOnly && !isClosed;
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
    const unsent = this.saver?.unsent ?? []; // what only this tab has, since it drew before
    this.#letGo();
    await this.#begin(false, true, unsent);
    this.#notice("");
    this.dispatchEvent(new Event("state"));
    this.dispatchEvent(new Event("answer"));
  }

  /**
   * @param {boolean} isReadOnly
   * @param {boolean} isHeld true if this tab may send
   * @param {import("./intent.js").Pending[]} unsent of this page, beside what the journal holds
   */
  async #begin(isReadOnly, isHeld, unsent = []) {
    const isClosed = takesNoMore(this.annotation);
    const isSafe = globalThis.crypto?.subtle !== undefined; // else nothing can be compared with the server, or sealed
    this.#setReadOnly(true); // until it is known what an earlier visit left
    this.answers = answersOf(this.annotation.answers);
    this.#show(new WorkingCopy(this.annotation));
    if (!isSafe) return void (isHeld && this.#notice(UNENCRYPTED_WORDS));
    try {
      if (isHeld && isClosed) await this.#sendLateStrokes(unsent);
      else if (!isReadOnly) await this.#openForDrawing(unsent);
    } catch (error) {
      this.#letGo();
      this.#notice(noJournalWords(/** @type {Error} */ (error)));
      setTimeout(() => this.#beginAgain(isReadOnly, isHeld, unsent), BEGIN_AGAIN_MS);
    }
  }

  /**
   * The journal could not be opened: the image is shown meanwhile.
   * @param {boolean} isReadOnly
   * @param {boolean} isHeld
   * @param {import("./intent.js").Pending[]} unsent
   */
  async #beginAgain(isReadOnly, isHeld, unsent) {
    if (this.saver || this.isDrawnElsewhere) return; // begun, or given away, meanwhile
    this.annotation = await this.server.readAnnotation(this.annotation.id).catch(() => this.annotation);
    this.#notice("");
    await this.#begin(isReadOnly, isHeld, unsent);
    this.dispatchEvent(new Event("state"));
    this.dispatchEvent(new Event("answer"));
  }

  /**
   * @param {string} value
   * @param {import("./operations.js").Details} [details]
   * @param {string} [question]
   */
  setAnswer(value, details = {}, question = BAC_PRESENT) {
    if (!this.editor.isLocked) {
      this.answers = { ...this.answers, [question]: value };
      this.#add(answerOperation(value, { ...details, view: this.#view }, question));
    }
    this.dispatchEvent(new Event("answer"));
  }

  /**
   * Send what is left, then submit what is on the screen now. Nothing can be drawn meanwhile.
   * @returns {Promise<string>} why it could not be submitted; "" when it was
   */
  async submit() {
    this.#endGesture();
    this.editor.leavePast();
    this.#isSubmitting = true;
    this.#settleLock();
    try {
      await this.#submit(/** @type {Saver} */ (this.saver), this.editor.masks);
    } catch (error) {
      this.#tellObjections(error);
      return `Not submitted: ${/** @type {Error} */ (error).message}`;
    } finally {
      this.#isSubmitting = false;
      this.#acknowledged = [];
      this.#settleLock();
    }
    return "";
  }

  /** Go past what the last submission was warned of. */
  acknowledge() {
    this.#acknowledged = this.#warned;
  }

  /** @param {unknown} error */
  #tellObjections(error) {
    this.#warned = [];
    if (!(error instanceof api.ApiError) || !error.facts.objections) return;
    this.#warned = [...new Set(error.facts.objections.map((/** @type {{check: string}} */ { check }) => check))];
    this.dispatchEvent(new CustomEvent("objections", { detail: error.facts }));
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
    this.#close(await this.server.submitAnnotation(this.annotation.id, saver.copy.version, Object.fromEntries(digests), this.#acknowledged));
  }

  /** @param {import("./intent.js").Pending[]} unsent */
  async #openForDrawing(unsent) {
    const journal = await this.#openJournal();
    if (!journal.isDurable) {
      this.#notice("This browser keeps no data for this site (a private window?). Strokes not yet saved are lost when the page closes.");
    }
    const saver = this.#makeSaver(journal);
    this.saver = saver;
    saver.addEventListener("moving", () => this.editor.settle());
    saver.addEventListener("reset", () => this.#showCopy(saver));
    saver.addEventListener("submitted", (event) => this.#close(/** @type {CustomEvent} */ (event).detail));
    saver.addEventListener("change", () => this.#showSaving(saver));
    this.#endWatch = watchUnsaved(saver, (text) => this.#notice(text));
    await saver.recover(unsent);
    if (saver.isStopped || takesNoMore(this.annotation)) return; // meanwhile
    this.#setReadOnly(false);
    this.#showSaving(saver);
  }

  /** Another tab asks to draw. */
  async #giveWay() {
    await this.#stopDrawing();
    this.lock.release();
  }

  async #stopDrawing() {
    const { saver } = this;
    this.#endGesture();
    this.#setReadOnly(true);
    if (saver) await Promise.race([saver.flush(), new Promise((resolve) => setTimeout(resolve, FLUSH_LIMIT_MS))]);
    await saver?.keeping.settled;
    this.isDrawnElsewhere = true;
    if (saver?.isKept || !saver?.pendingCount) this.#letGo();
    else saver.addEventListener("change", () => this.saver === saver && this.isDrawnElsewhere && !saver.pendingCount && this.#letGo());
    this.#notice(this.saver ? ONLY_HERE_WORDS : ELSEWHERE_WORDS);
    this.dispatchEvent(new Event("state"));
  }

  /** Another tab sends what is in the journal. What is in none this tab alone can send: it goes on until all is saved. */
  #letGo() {
    this.saver?.stop();
    this.#endWatch();
    this.saver = null;
  }

  /** A stroke or line under way is drawn, as when another tool is chosen. */
  #endGesture() {
    this.panel.input.tool.putAway();
    this.editor.settle();
  }

  /**
   * What an earlier visit left may be stored all the same, or came too late; the server says which.
   * @param {import("./intent.js").Pending[]} unsent
   */
  async #sendLateStrokes(unsent) {
    await this.#makeSaver(await this.#openJournal()).recover(unsent);
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
    if ("finding" in edit) this.#add(findingOperation(edit.finding, details, edit.id));
    else this.#add(maskOperation(edit.label, edit.patch, edit.tool, details, edit.id));
  }

  /** @param {import("./operations.js").Operation} operation is saved, or taken off the image with a word: never neither */
  #add(operation) {
    if (this.saver) return void this.saver.add(operation);
    queueMicrotask(() => this.#show(this.#copy)); // when all of the act is told
    this.#notice(NOT_KEPT_WORDS);
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
    this.#copy = copy;
    const { version } = copy;
    const pending = copy.pending.map(({ operation }) => operation);
    // What she started from is not hers to take back step by step.
    const fetchEarlier = async () => stepsOf([...(await this.log.until(version)), ...pending]).filter(({ isCopy }) => !isCopy);
    this.editor.reset(copy.masks, copy.findings, version + pending.length ? fetchEarlier : null);
  }

  /** @param {Saver} saver */
  #showCopy({ copy }) {
    this.#show(copy);
    this.answers = copy.answers;
    this.dispatchEvent(new Event("answer"));
  }

  /** @param {Annotation} annotation submitted, here or elsewhere */
  #close(annotation) {
    this.#endGesture();
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

/** @param {Annotation} annotation @returns {boolean} true where what comes now goes beside it */
const takesNoMore = ({ state, exam_ended }) => state === "submitted" || exam_ended;

/** @param {number} value @returns {number} to four significant digits */
const rounded = (value) => Number(value.toPrecision(4));
