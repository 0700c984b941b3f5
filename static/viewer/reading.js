/**
 * One annotation being read: joins the panel, the editor and the saver.
 */

import * as api from "./api.js";
import { openJournal } from "./journal.js";
import { LabelEditor } from "./label_editor.js";
import { answerOperation, maskOperation } from "./operations.js";
import { Saver } from "./saver.js";
import { holdAnnotation } from "./tab_lock.js";
import { masksOf } from "./working_copy.js";

/** @typedef {import("./image_panel.js").ImagePanel} ImagePanel */
/** @typedef {import("./api.js").Annotation} Annotation */
/** @typedef {import("./operations.js").AnswerValue} AnswerValue */

const LONG_UNSAVED_MS = 60_000; // browser storage is a bridge of minutes, not an archive

/** Events: "answer" and "state" (submitted, or read anew from the server), "notice" (detail: text). */
export class Reading extends EventTarget {
  /** @type {Saver | null} null where nothing may be drawn */
  saver = null;
  /** @type {AnswerValue | null} */
  answer = null;
  isReadOnly = false;

  /**
   * @param {ImagePanel} panel with the mammogram opened
   * @param {Annotation} annotation
   */
  constructor(panel, annotation) {
    super();
    this.panel = panel;
    this.annotation = annotation;
    this.answer = annotation.answers.bac_present;
    this.editor = new LabelEditor(panel.planes);
    this.editor.addEventListener("edit", (event) => this.#keep(/** @type {CustomEvent} */ (event).detail));
    this.editor.addEventListener("change", () => panel.renderer.requestLabels());
  }

  /**
   * Show the labels and, unless read only, make drawing possible.
   * @param {boolean} isReadOnly
   * @returns {Promise<void>}
   */
  async start(isReadOnly) {
    this.isReadOnly = isReadOnly || this.annotation.state === "submitted";
    if (!this.isReadOnly && !(await holdAnnotation(this.annotation.id))) {
      this.isReadOnly = true;
      this.#notice("This image is open in another tab of this browser. Close it there and reload this page to draw.");
    }
    if (this.isReadOnly) return this.editor.reset(masksOf(this.annotation));
    const journal = await openJournal();
    if (!journal.isDurable) {
      this.#notice("This browser keeps no data for this site (a private window?). Strokes not yet saved are lost when the page closes.");
    }
    this.saver = new Saver({ annotation: this.annotation, server: api, journal });
    this.saver.addEventListener("notice", (event) => this.#notice(/** @type {CustomEvent} */ (event).detail));
    this.saver.addEventListener("reset", () => this.#showCopy(/** @type {Saver} */ (this.saver)));
    this.saver.addEventListener("submitted", (event) => this.#close(/** @type {CustomEvent} */ (event).detail));
    await this.saver.recover();
    this.#showCopy(this.saver);
    this.#guardLeaving(this.saver);
  }

  /** @param {AnswerValue} value */
  setAnswer(value) {
    this.answer = value;
    this.saver?.add(answerOperation(value));
    this.dispatchEvent(new Event("answer"));
  }

  /**
   * Send what is left, then submit.
   * @returns {Promise<string>} why it could not be submitted; "" when it was
   */
  async submit() {
    const saver = /** @type {Saver} */ (this.saver);
    await saver.flush();
    if (saver.pendingCount) return "Not submitted: some changes are not saved yet.";
    try {
      this.#close(await api.submitAnnotation(this.annotation.id, saver.copy.version));
    } catch (error) {
      return `Not submitted: ${/** @type {Error} */ (error).message}`;
    }
    return "";
  }

  /** @param {import("./label_editor.js").Edit} edit */
  #keep({ label, patch, tool, details }) {
    this.saver?.add(maskOperation(label, patch, tool, details));
  }

  /** @param {Saver} saver */
  #showCopy({ copy }) {
    this.panel.input.cancel();
    this.editor.reset(copy.masks);
    this.answer = copy.answer;
    this.dispatchEvent(new Event("answer"));
  }

  /** @param {Annotation} annotation submitted, here or elsewhere */
  #close(annotation) {
    this.annotation = annotation;
    this.isReadOnly = true;
    this.dispatchEvent(new Event("state"));
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
