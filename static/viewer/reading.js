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
import { holdAnnotation } from "./tab_lock.js";
import { WorkingCopy } from "./working_copy.js";

/** @typedef {import("./image_panel.js").ImagePanel} ImagePanel */
/** @typedef {import("./api.js").Annotation} Annotation */
/** @typedef {import("./operations.js").AnswerValue} AnswerValue */

const LONG_UNSAVED_MS = 60_000; // browser storage is a bridge of minutes, not an archive

/** Events: "answer" (to be shown anew), "state" (submitted), "notice" (detail: text). */
export class Reading extends EventTarget {
  /** @type {Saver | null} null where nothing may be drawn */
  saver = null;
  /** @type {AnswerValue | null} */
  answer = null;
  isReadOnly = false;

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
    const isHeld = mayHaveStrokes && (await holdAnnotation(this.annotation.id));
    this.#setReadOnly(isReadOnly || isSubmitted || !isHeld);
    this.#show(new WorkingCopy(this.annotation));
    if (isHeld && isSubmitted) return this.#sendLateStrokes();
    if (!isHeld && !isReadOnly && !isSubmitted) {
      this.#notice("This image is open in another tab of this browser. Close it there and reload this page to draw.");
    }
    if (!this.isReadOnly) await this.#openForDrawing();
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
    this.editor.isLocked = true;
    try {
      await this.#submit(/** @type {Saver} */ (this.saver), this.editor.masks);
    } catch (error) {
      return `Not submitted: ${/** @type {Error} */ (error).message}`;
    } finally {
      this.editor.isLocked = this.isReadOnly;
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
    const journal = await this.openJournal();
    if (!journal.isDurable) {
      this.#notice("This browser keeps no data for this site (a private window?). Strokes not yet saved are lost when the page closes.");
    }
    const saver = this.#makeSaver(journal);
    this.saver = saver;
    saver.addEventListener("reset", () => this.#showCopy(saver));
    saver.addEventListener("submitted", (event) => this.#close(/** @type {CustomEvent} */ (event).detail));
    await saver.recover();
    this.#guardLeaving(saver);
  }

  /** What an earlier visit left may be stored all the same, or came too late; the server says which. */
  async #sendLateStrokes() {
    await this.#makeSaver(await this.openJournal()).recover();
  }

  /** @param {import("./journal.js").Journal} journal */
  #makeSaver(journal) {
    const saver = new Saver({ annotation: this.annotation, server: this.server, journal });
    saver.addEventListener("notice", (event) => this.#notice(/** @type {CustomEvent} */ (event).detail));
    return saver;
  }

  /** @param {import("./label_editor.js").Edit} edit */
  #keep(edit) {
    const details = { ...edit.details, view: this.#view };
    if ("finding" in edit) this.saver?.add(findingOperation(edit.finding, details, edit.id));
    else this.saver?.add(maskOperation(edit.label, edit.patch, edit.tool, details, edit.id));
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
    this.editor.isLocked = isReadOnly;
  }

  /** @param {Saver} saver */
  #guardLeaving(saver) {
    window.addEventListener("beforeunload", (event) => {
      if (saver.pendingCount) event.preventDefault(); // the browser asks in its own words
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && saver.pendingCount) saver.flush();
    });
    window.addEventListener("online", () => saver.flush());
    this.#warnOfLongUnsaved(saver);
  }

  /** @param {Saver} saver */
  #warnOfLongUnsaved(saver) {
    let isWarned = false;
    setInterval(() => {
      const oldest = saver.oldestPendingAt;
      const isLong = oldest !== null && Date.now() - oldest.getTime() > LONG_UNSAVED_MS;
      if (isLong === isWarned) return;
      isWarned = isLong;
      this.#notice(isLong ? "Some strokes have not reached the server for over a minute. Keep this page open." : "");
    }, LONG_UNSAVED_MS / 12);
  }

  /** @param {string} detail */
  #notice(detail) {
    this.dispatchEvent(new CustomEvent("notice", { detail }));
  }
}

/** @param {number} value @returns {number} to four significant digits */
const rounded = (value) => Number(value.toPrecision(4));
