/** The time line: labels and findings as they were after any step, to look at and to return to. */

import { part } from "../page_elements.js";
import { stepWords } from "../provenance_words.js";
import { Timeline } from "../timeline.js";

/** @typedef {import("../seat.js").Seat} Seat */

/** @param {import("../room.js").Room} room */
export function install(room) {
  const section = new TimelineSection(room);
  const toggle = () => (section.seat ? section.leave() : section.enter(room.active));
  room.actions.add({ name: "timeline", title: "Time line of the annotation", keys: ["shift+q"], group: "history", run: toggle });
  room.addEventListener("active", () => section.leave());
}

class TimelineSection {
  /** @type {Seat | null} whose past is shown */
  seat = null;
  /** @type {Timeline | null} null while it is fetched */
  #timeline = null;
  #endListening = new AbortController();

  /** @param {import("../room.js").Room} room */
  constructor(room) {
    this.room = room;
    this.box = part(room.root, "timeline");
    this.words = part(room.root, "timeline-words");
    this.slider = /** @type {HTMLInputElement} */ (part(room.root, "timeline-at"));
    this.restoreButton = /** @type {HTMLButtonElement} */ (part(room.root, "timeline-restore"));
    this.slider.addEventListener("input", () => this.#go(this.slider.valueAsNumber));
    this.restoreButton.addEventListener("click", () => this.#restore());
    part(room.root, "timeline-leave").addEventListener("click", () => this.leave());
  }

  /** @param {Seat} seat */
  async enter(seat) {
    const { reading, editor, panel } = seat;
    if (!reading || !editor || !panel.mammogram) return this.room.tell("There are no labels of yours here to look back on.");
    this.seat = seat;
    panel.input.finish();
    editor.showPast(editor.masks, editor.findings); // nothing is drawn while the steps come
    this.#listen(editor);
    try {
      const steps = await reading.steps();
      if (this.seat !== seat) return; // left meanwhile
      this.#open(new Timeline(steps, panel.mammogram.rows, panel.mammogram.columns), editor);
    } catch (error) {
      this.leave();
      this.room.say(`The time line cannot be shown. ${/** @type {Error} */ (error).message}`);
    }
  }

  /** Show what is there now. */
  leave() {
    this.#endListening.abort();
    this.box.hidden = true;
    this.#timeline = null;
    this.seat?.editor?.leavePast();
    this.seat = null;
  }

  /**
   * @param {Timeline} timeline
   * @param {import("../label_editor.js").LabelEditor} editor
   */
  #open(timeline, editor) {
    timeline.go(timeline.steps.length);
    this.#timeline = timeline;
    this.slider.max = String(timeline.steps.length);
    this.slider.value = this.slider.max;
    this.restoreButton.hidden = this.seat?.isReadOnly ?? true;
    this.box.hidden = false;
    this.slider.focus();
    this.#show(timeline);
    editor.showPast(timeline.masks, timeline.findings);
  }

  /** @param {number} at */
  #go(at) {
    if (!this.#timeline || !this.seat?.editor) return;
    this.#timeline.go(at);
    this.seat.editor.showPast(this.#timeline.masks, this.#timeline.findings);
    this.#show(this.#timeline);
  }

  /** @param {Timeline} timeline */
  #show({ at, steps }) {
    const what = at ? stepWords(steps[at - 1]) : "Before the first stroke";
    this.words.textContent = `Step ${at} of ${steps.length}. ${what}`;
    this.slider.setAttribute("aria-valuetext", this.words.textContent);
    this.restoreButton.disabled = at === steps.length;
  }

  #restore() {
    const timeline = this.#timeline;
    const editor = this.seat?.editor;
    this.leave();
    if (timeline && editor) editor.restore(timeline.masks, timeline.findings, { step: timeline.at });
  }

  /** @param {import("../label_editor.js").LabelEditor} editor */
  #listen(editor) {
    this.#endListening = new AbortController();
    const { signal } = this.#endListening;
    editor.addEventListener("change", () => !editor.isInPast && this.leave(), { signal }); // the server sent something else
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.leave(), { signal });
  }
}
