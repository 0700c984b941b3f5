/**
 * A model's proposal for one image: the run that makes it, watched until it ends, and its probability map on the
 * panel. Knows no DOM beyond the panel.
 */

import * as api from "./api.js";
import { decodeImage } from "./image_loader.js";
import { proposedMask, thresholdOf } from "./proposal.js";
import { difference, empty } from "./runs.js";

/** @typedef {import("./api.js").InferenceRun} InferenceRun */
/** @typedef {import("./image_panel.js").ImagePanel} ImagePanel */
/** @typedef {import("./runs.js").Runs} Runs */

const POLL_MS = 700;
const UNDER_WAY = ["queued", "running"];

/** Events: "change" (run, map, cut-off or whether it is shown). */
export class ModelProposal extends EventTarget {
  /** @type {InferenceRun | null} the run watched, or whose map is shown */
  run = null;
  /** @type {string} what went wrong, in words; "" when nothing did */
  trouble = "";
  isFetching = false;
  isShown = true;
  cutoff = 0.5;
  /** @type {Runs | null} */
  #settled = null;

  /**
   * @param {string} mammogram
   * @param {ImagePanel} panel
   */
  constructor(mammogram, panel) {
    super();
    this.mammogram = mammogram;
    this.panel = panel;
  }

  get isUnderWay() {
    return this.run !== null && UNDER_WAY.includes(this.run.state);
  }

  /** True once the map is on the panel. */
  get hasMap() {
    return this.panel.probabilityLevels !== null;
  }

  /** Take up the run that an earlier visit started. */
  async find() {
    const runs = await api.readInferenceRuns(this.mammogram);
    this.run = runs.find((run) => UNDER_WAY.includes(run.state) || run.state === "succeeded") ?? null;
    this.#tell();
    if (this.isUnderWay) await this.#follow();
  }

  /** @param {string} model id of a model version */
  start(model) {
    return this.#guard(async () => {
      this.run = await api.startInferenceRun(this.mammogram, model);
      await this.#follow();
    });
  }

  cancel() {
    return this.#guard(async () => {
      if (this.run) await api.cancelInferenceRun(this.run.id);
    });
  }

  /** Fetch the map of the finished run and put it on the panel. */
  show() {
    return this.#guard(async () => {
      const run = /** @type {InferenceRun} */ (this.run);
      this.isFetching = true;
      this.#tell();
      try {
        const levels = await decodeImage(await api.readImage(/** @type {string} */ (run.probability_url)), "max");
        this.panel.setProbability(levels);
      } finally {
        this.isFetching = false;
      }
      this.isShown = true;
      this.setCutoff(run.model_version.cutoff);
    });
  }

  /** @param {number} cutoff probability, 0 to 1 */
  setCutoff(cutoff) {
    this.cutoff = cutoff;
    this.#draw();
  }

  /** @param {boolean} isShown */
  setShown(isShown) {
    this.isShown = isShown;
    this.#draw();
  }

  /** @returns {Runs} every pixel that reaches the cut-off */
  mask() {
    const { panel } = this;
    if (!panel.probabilityLevels) return empty(panel.planes.rows, panel.planes.columns);
    return proposedMask(panel.probabilityLevels, thresholdOf(this.cutoff));
  }

  /** @returns {"none" | "running" | "fetching" | "unseen" | "shown" | "hidden"} unseen: made, and not fetched */
  get state() {
    if (this.isUnderWay) return "running";
    if (this.isFetching) return "fetching";
    if (this.hasMap) return this.isShown ? "shown" : "hidden";
    return this.run?.state === "succeeded" ? "unseen" : "none";
  }

  /**
   * Draw no more what is settled.
   * @param {Runs} settled
   */
  settle(settled) {
    this.#settled = settled;
    this.panel.settleProbability(settled);
  }

  /** @returns {Runs} what is drawn: it reaches the cut-off, and is not settled */
  shownMask() {
    const mask = this.mask();
    return this.#settled ? difference(mask, this.#settled) : mask;
  }

  /** Watch the run until it ends. It goes on when the page is left, and is found again on return. */
  async #follow() {
    while (this.isUnderWay) {
      this.#tell();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      this.run = await api.readInferenceRun(/** @type {InferenceRun} */ (this.run).id);
    }
    if (this.run?.state === "succeeded") await this.show();
    else if (this.run?.state !== "cancelled") this.trouble = `The run failed: ${this.run?.error ?? "no reason was given"}`;
    this.#tell();
  }

  #draw() {
    const layer = this.panel.renderer.probability;
    layer.threshold = thresholdOf(this.cutoff);
    layer.visible = this.isShown;
    this.panel.renderer.request();
    this.#tell();
  }

  /** @param {() => Promise<void>} act */
  async #guard(act) {
    this.trouble = "";
    try {
      await act();
    } catch (error) {
      this.trouble = /** @type {Error} */ (error).message;
    }
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
