/** The model's proposal in the right rail: run, watch, move the cut-off, accept what is shown. */

import * as api from "../api.js";
import { tokenColour } from "../colours.js";
import { ModelProposal } from "../model_proposal.js";
import { optionalPart, part } from "../page_elements.js";
import { areaPx, difference } from "../runs.js";
import { installProposals } from "./proposals.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

/** @param {Room} room */
export function install(room) {
  const element = optionalPart(room.root, "preannotation"); // left out where the campaign hides proposals
  if (!element) return;
  const section = new PreannotationSection(element, room);
  room.actions.add({ name: "show-proposal", title: "Hide or show the proposal", keys: ["p"], group: "proposal", run: () => section.toggle() });
  installProposals(room, (seat) => section.proposalOf(seat));
}

class PreannotationSection {
  /** @type {Map<Seat, ModelProposal>} */
  #proposals = new Map();
  /** @type {api.ModelVersion[]} */
  #models = [];
  #said = "";
  #isModelFolded = false;

  /**
   * @param {HTMLElement} element
   * @param {Room} room
   */
  constructor(element, room) {
    this.element = element;
    this.room = room;
    this.model = /** @type {HTMLSelectElement} */ (part(element, "model"));
    this.cutoff = /** @type {HTMLInputElement} */ (part(element, "cutoff"));
    this.isShown = /** @type {HTMLInputElement} */ (part(element, "show-proposal"));
    const current = () => this.proposalOf(room.active);
    part(element, "run-model").addEventListener("click", () => current().start(this.model.value));
    part(element, "cancel-run").addEventListener("click", () => current().cancel());
    part(element, "show-last").addEventListener("click", () => current().show());
    part(element, "accept").addEventListener("click", () => this.#accept());
    this.model.addEventListener("change", () => this.#describeModel());
    this.cutoff.addEventListener("input", () => current().setCutoff(Number(this.cutoff.value)));
    this.isShown.addEventListener("change", () => current().setShown(this.isShown.checked));
    room.addEventListener("labels", (event) => this.#open(/** @type {CustomEvent} */ (event).detail));
    room.addEventListener("active", () => this.#say(""));
    room.watch((seat) => this.proposalOf(seat), "change", () => this.#show());
    room.watch((seat) => seat.reading, "state", () => this.#show());
    this.#readModels().catch((error) => this.#say(error.message));
  }

  /**
   * @param {Seat} seat
   * @returns {ModelProposal}
   */
  proposalOf(seat) {
    let proposal = this.#proposals.get(seat);
    if (!proposal) {
      proposal = new ModelProposal(seat.image.mammogram, seat.panel);
      this.#proposals.set(seat, proposal);
    }
    return proposal;
  }

  toggle() {
    const proposal = this.proposalOf(this.room.active);
    proposal.setShown(!proposal.isShown);
  }

  async #readModels() {
    const models = await api.readModelVersions();
    this.#models = models.sort((a, b) => Number(b.state === "active") - Number(a.state === "active"));
    this.model.replaceChildren(...this.#models.map((model) => new Option(`${model.name} ${model.version}${model.state === "candidate" ? " (candidate)" : ""}`, model.id)));
    this.#show();
  }

  /** @param {Seat} seat */
  #open(seat) {
    seat.panel.renderer.probability.colour = tokenColour("--label-bac");
    this.proposalOf(seat).find().catch((error) => this.#say(error.message));
  }

  /** Add every pixel that the proposal shows to the BAC label. */
  #accept() {
    const seat = this.room.active;
    const proposal = this.proposalOf(seat);
    if (!proposal.hasMap || !proposal.run || !seat.editor || seat.isReadOnly) return;
    if (!proposal.isShown) return this.#say("The proposal is hidden. Show it first, so that you see what you accept.");
    const added = difference(proposal.shownMask(), seat.editor.masks.bac);
    if (added.isEmpty) return this.#say("Nothing is shown that the BAC label does not have already.");
    seat.editor.change("bac", added, "accept_prediction", { inference_run: proposal.run.id, cutoff: proposal.cutoff });
    this.#say(`${areaPx(added).toLocaleString()} pixels added to BAC. Undo takes them back.`);
  }

  #show() {
    const proposal = this.proposalOf(this.room.active);
    const { run, isUnderWay, hasMap, isFetching } = proposal;
    const { element } = this;
    /** @type {HTMLButtonElement} */ (part(element, "run-model")).disabled = isUnderWay || !this.#models.length;
    /** @type {HTMLButtonElement} */ (part(element, "accept")).disabled = this.room.active.isReadOnly;
    part(element, "progress").hidden = !isUnderWay;
    part(element, "show-last").hidden = run?.state !== "succeeded" || hasMap || isFetching;
    part(element, "proposal").hidden = !hasMap;
    if (hasMap !== this.#isModelFolded) part(element, "model-choice").toggleAttribute("open", !hasMap); // makes room for the pieces
    this.#isModelFolded = hasMap;
    if (run && isUnderWay) this.#showProgress(run);
    if (run && hasMap) this.#nameSource(run.model_version);
    this.cutoff.value = String(proposal.cutoff);
    part(element, "cutoff-text").textContent = proposal.cutoff.toFixed(2);
    this.isShown.checked = proposal.isShown;
    this.#describeModel();
    this.#showNote(proposal);
  }

  /** @param {ModelProposal} proposal */
  #showNote({ run, trouble, isFetching }) {
    const note = part(this.element, "preannotation-note");
    const nothing = this.#models.length ? "" : "No model is in use. A data scientist or an administrator can put one to use.";
    const state = isFetching ? "Fetching the proposal" : run?.state === "cancelled" ? "The run was cancelled." : nothing;
    note.textContent = trouble || this.#said || state;
    note.dataset.kind = trouble ? "trouble" : "";
  }

  /** @param {api.InferenceRun} run */
  #showProgress(run) {
    const bar = /** @type {HTMLProgressElement} */ (part(this.element, "progress-bar"));
    const isWaiting = run.state === "queued" || !run.total;
    if (isWaiting) bar.removeAttribute("value");
    else Object.assign(bar, { max: run.total, value: run.done });
    part(this.element, "progress-text").textContent = isWaiting ? "Waiting for a worker" : `${run.done} of ${run.total} tiles`;
  }

  /**
   * Say whose proposal is on screen; the list above may by now stand on another model.
   * @param {api.InferenceRun["model_version"]} model
   */
  #nameSource(model) {
    const origin = model.synthetic_only ? ", trained on synthetic images only" : "";
    part(this.element, "proposal-source").textContent = `By ${model.name} ${model.version}${origin}`;
  }

  #describeModel() {
    const chosen = this.#models.find((model) => model.id === this.model.value);
    part(this.element, "model-note").hidden = !chosen?.synthetic_only;
    this.model.title = chosen ? `${chosen.name} ${chosen.version}` : "";
  }

  /** @param {string} text */
  #say(text) {
    this.#said = text;
    this.#show();
  }
}
