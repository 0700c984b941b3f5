/** The model's proposal in the right rail: run, watch, move the cut-off, accept what is shown. */

import * as api from "../api.js";
import { tokenColour } from "../colours.js";
import { decodeImage } from "../image_loader.js";
import { part } from "../page_elements.js";
import { proposedMask, thresholdOf } from "../proposal.js";
import { areaPx, difference } from "../runs.js";

/** @typedef {import("../api.js").InferenceRun} InferenceRun */

const POLL_MS = 700;
const UNDER_WAY = ["queued", "running"];

/** Present only where the campaign lets this reader see proposals. */
export class PreannotationSection {
  /** @type {InferenceRun | null} the run followed or shown */
  #run = null;
  /** @type {api.ModelVersion[]} */
  #models = [];

  /**
   * @param {HTMLElement} section
   * @param {import("../reading.js").Reading} reading
   */
  constructor(section, reading) {
    this.section = section;
    this.reading = reading;
    this.panel = reading.panel;
    this.model = /** @type {HTMLSelectElement} */ (part(section, "model"));
    this.runButton = /** @type {HTMLButtonElement} */ (part(section, "run-model"));
    this.cutoff = /** @type {HTMLInputElement} */ (part(section, "cutoff"));
    this.isShown = /** @type {HTMLInputElement} */ (part(section, "show-proposal"));
    this.panel.renderer.probability.colour = tokenColour("--label-bac");
    this.runButton.addEventListener("click", () => this.#guard(() => this.#start()));
    this.model.addEventListener("change", () => this.#describeModel());
    part(section, "cancel-run").addEventListener("click", () => this.#guard(() => this.#cancel()));
    part(section, "show-last").addEventListener("click", () => this.#guard(() => this.#showResult()));
    part(section, "accept").addEventListener("click", () => this.accept());
    this.cutoff.addEventListener("input", () => this.#applyCutoff());
    this.isShown.addEventListener("change", () => this.#applyCutoff());
  }

  /** Offer the models, and take up the run that an earlier visit started. */
  open() {
    return this.#guard(async () => {
      const { mammogram } = this.reading.annotation;
      const [models, runs] = await Promise.all([api.readModelVersions(), api.readInferenceRuns(mammogram)]);
      this.#models = models.sort((a, b) => Number(b.state === "active") - Number(a.state === "active"));
      this.model.replaceChildren(...this.#models.map((model) => new Option(`${model.name} ${model.version}`, model.id)));
      this.runButton.disabled = models.length === 0;
      if (!models.length) this.#note("No model is installed. An administrator can import one.");
      this.#describeModel();
      const latest = runs.find((run) => UNDER_WAY.includes(run.state) || run.state === "succeeded");
      if (!latest) return;
      this.#run = latest;
      if (latest.state === "succeeded") part(this.section, "show-last").hidden = false;
      else await this.#follow();
    });
  }

  toggle() {
    this.isShown.checked = !this.isShown.checked;
    this.#applyCutoff();
  }

  /** Add every pixel that the proposal shows to the BAC label. */
  accept() {
    const levels = this.panel.probabilityLevels;
    if (!levels || !this.#run || this.reading.editor.isLocked) return;
    if (!this.isShown.checked) return this.#note("The proposal is hidden. Show it first, so that you see what you accept.");
    const cutoff = Number(this.cutoff.value);
    const { editor } = this.reading;
    const added = difference(proposedMask(levels, thresholdOf(cutoff)), editor.masks.bac);
    if (added.isEmpty) return this.#note("Everything shown is in the BAC label already.");
    editor.change("bac", added, "accept_prediction", { inference_run: this.#run.id, cutoff });
    this.#note(`${areaPx(added).toLocaleString()} pixels added to BAC. Undo takes them back.`);
  }

  #describeModel() {
    const chosen = this.#models.find((model) => model.id === this.model.value);
    part(this.section, "model-note").hidden = !chosen?.synthetic_only;
  }

  /**
   * Say whose proposal is on screen; the list above may by now stand on another model.
   * @param {InferenceRun["model_version"]} model
   */
  #nameSource(model) {
    this.model.value = model.id;
    this.#describeModel();
    const origin = model.synthetic_only ? ", trained on synthetic images only" : "";
    part(this.section, "proposal-source").textContent = `By ${model.name} ${model.version}${origin}`;
  }

  async #start() {
    this.#run = await api.startInferenceRun(this.reading.annotation.mammogram, this.model.value);
    this.#note("");
    await this.#follow();
  }

  async #cancel() {
    if (this.#run) await api.cancelInferenceRun(this.#run.id);
    part(this.section, "progress-text").textContent = "Cancelling";
  }

  /** Watch the run until it ends. It goes on when the page is left, and is found again on return. */
  async #follow() {
    let run = /** @type {InferenceRun} */ (this.#run);
    part(this.section, "progress").hidden = false;
    part(this.section, "show-last").hidden = true;
    this.runButton.disabled = true;
    try {
      while (UNDER_WAY.includes(run.state)) {
        this.#showProgress(run);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        run = await api.readInferenceRun(run.id);
      }
    } finally {
      part(this.section, "progress").hidden = true;
      this.runButton.disabled = false;
    }
    this.#run = run;
    if (run.state === "succeeded") await this.#showResult();
    else if (run.state === "cancelled") this.#note("The run was cancelled.");
    else this.#trouble(`The run failed: ${run.error ?? "no reason was given"}`);
  }

  /** @param {InferenceRun} run */
  #showProgress(run) {
    const bar = /** @type {HTMLProgressElement} */ (part(this.section, "progress-bar"));
    const isWaiting = run.state === "queued" || !run.total;
    if (isWaiting) bar.removeAttribute("value");
    else Object.assign(bar, { max: run.total, value: run.done });
    part(this.section, "progress-text").textContent = isWaiting
      ? "Waiting for a worker"
      : `${run.done} of ${run.total} tiles`;
  }

  async #showResult() {
    const run = /** @type {InferenceRun} */ (this.#run);
    const button = part(this.section, "show-last");
    button.hidden = true;
    this.#note("Fetching the proposal");
    const levels = await decodeImage(await api.readImage(/** @type {string} */ (run.probability_url)), "max");
    this.panel.setProbability(levels);
    this.#nameSource(run.model_version);
    this.cutoff.value = String(run.model_version.cutoff);
    this.isShown.checked = true;
    part(this.section, "proposal").hidden = false;
    this.#note("");
    this.#applyCutoff();
  }

  #applyCutoff() {
    const cutoff = Number(this.cutoff.value);
    const layer = this.panel.renderer.probability;
    layer.threshold = thresholdOf(cutoff);
    layer.visible = this.isShown.checked;
    part(this.section, "cutoff-text").textContent = cutoff.toFixed(2);
    this.panel.renderer.request();
  }

  /** @param {() => Promise<void>} act */
  async #guard(act) {
    try {
      await act();
    } catch (error) {
      this.#trouble(/** @type {Error} */ (error).message);
    }
  }

  /** @param {string} text */
  #note(text) {
    const note = part(this.section, "preannotation-note");
    note.textContent = text;
    delete note.dataset.kind;
  }

  /** @param {string} text */
  #trouble(text) {
    this.#note(text);
    part(this.section, "preannotation-note").dataset.kind = "trouble";
  }
}
