/**
 * What waits for the reader's word on one image, piece by piece: from a model's proposal, or from a check of her own
 * label. Knows no DOM beyond the panel.
 */

import * as api from "./api.js";
import { fromBase64, toBase64 } from "./codec.js";
import { sortPieces, trim } from "./proposed_pieces.js";
import { areaPx, difference, intersection } from "./runs.js";
import { uuid7 } from "./uuid.js";

/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./seat.js").Seat} Seat */
/** @typedef {import("./model_proposal.js").ModelProposal} ModelProposal */
/** @typedef {import("./proposed_pieces.js").ProposedPiece} ProposedPiece */
/** @typedef {import("./proposed_pieces.js").Decision} Decision */

const POLL_MS = 400;
const STARTED = ["queued", "running"];

/** Events: "change". */
export class ProposalSteps extends EventTarget {
  /** @type {ProposedPiece[]} what is left, the one at hand among them */
  pieces = [];
  /** @type {ProposedPiece | null} the one at hand */
  current = null;
  /** @type {Decision[]} on the model's pieces, oldest first */
  #decisions = [];
  /** @type {Set<string>} components of which the rest stays */
  #trimmed = new Set();
  /** @type {api.CorrectionRun | null} the check of the reader's label */
  check = null;
  isChecking = false;
  /** Pieces of the proposal, decided or not, shown or hidden. */
  totalCount = 0;
  /** @type {Runs[]} of these, what nobody has decided on */
  #waiting = [];

  /**
   * @param {Seat} seat
   * @param {ModelProposal} proposal
   */
  constructor(seat, proposal) {
    super();
    this.seat = seat;
    this.proposal = proposal;
  }

  /** @returns {number} model's pieces that were turned down and could be asked for again */
  get rejectedCount() {
    const reopened = this.#decisions.findLastIndex(({ value }) => value === "reopened");
    return this.#decisions.slice(reopened + 1).filter(({ value }) => value === "rejected").length;
  }

  get waitingCount() {
    return this.#waiting.length;
  }

  /** Fetch what was decided in earlier visits. */
  async open() {
    const { annotation } = this.seat.image;
    if (!annotation) return;
    const decisions = await api.readProposalDecisions(annotation);
    this.#decisions = decisions.map(({ value, piece }) => ({ value, piece: fromBase64(piece) }));
    this.refresh();
  }

  /** Look anew at what is left: the label, the cut-off or the decisions changed. */
  refresh() {
    const before = this.current;
    this.#sortPieces();
    this.pieces = [...this.#correctionPieces(), ...this.#modelPieces()];
    this.current = before && (this.pieces.find((piece) => !intersection(piece.mask, before.mask).isEmpty) ?? null);
    this.#tell();
  }

  /** @param {1 | -1} direction */
  step(direction) {
    this.refresh();
    const at = this.current ? this.pieces.indexOf(this.current) + direction : direction > 0 ? 0 : -1;
    this.current = this.pieces.at(at % Math.max(1, this.pieces.length)) ?? null;
    this.#tell();
  }

  /** Do what is proposed, and go on to the next. */
  accept() {
    const piece = this.current;
    if (piece) this.#take(piece, piece.mask, "accepted");
  }

  /**
   * Do what is proposed for the larger part of the piece, cut where the reader points; the rest stays as it is.
   * @param {Point | null} point image px
   * @returns {boolean} false where no cut at this place makes two parts
   */
  trim(point) {
    const part = this.current && point && trim(this.current.mask, point);
    if (!this.current || !part) return false;
    this.#take(this.current, part, "trimmed");
    return true;
  }

  /** Leave the label as it is, and go on to the next. */
  reject() {
    const piece = this.current;
    if (!piece) return;
    if (piece.component) this.#decideComponent(piece.component, false);
    else this.#decide("rejected", piece.mask);
    this.#goOn();
  }

  /** Ask again for what was turned down. */
  reopen() {
    const turnedDown = this.#decisions.filter(({ value }) => value === "rejected");
    for (const { piece } of turnedDown) this.#decide("reopened", piece);
    this.step(1);
  }

  /** Have the label correction look at the label as it is now. */
  async checkLabel() {
    const { reading, image } = this.seat;
    if (!reading?.saver || !image.annotation) return;
    this.isChecking = true;
    this.#tell();
    try {
      await reading.saver.flush();
      let run = await api.requestCorrection(image.annotation);
      while (STARTED.includes(run.state)) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        run = await api.readCorrectionRun(run.id);
      }
      if (run.state !== "succeeded") throw new Error(run.error || "The check did not finish.");
      this.check = run;
    } finally {
      this.isChecking = false;
      this.refresh();
    }
    this.step(1);
  }

  /**
   * @param {ProposedPiece} piece
   * @param {Runs} part of it
   * @param {"accepted" | "trimmed"} value
   */
  #take(piece, part, value) {
    const { editor } = this.seat;
    if (!editor || editor.isLocked) return;
    const label = editor.masks.bac;
    if (piece.component) {
      const details = { correction_run: this.check?.id ?? "", component: piece.component };
      editor.change("bac", intersection(label, part), value === "trimmed" ? "trim" : "accept_correction", details);
      this.#decideComponent(piece.component, true);
      if (value === "trimmed") this.#trimmed.add(piece.component);
    } else {
      const details = { inference_run: this.proposal.run?.id ?? "", cutoff: this.proposal.cutoff };
      editor.change("bac", difference(part, label), value === "trimmed" ? "trim" : "accept_prediction", details);
      this.#decide(value, piece.mask);
    }
    this.#goOn();
  }

  #sortPieces() {
    const { editor } = this.seat;
    this.totalCount = 0;
    this.#waiting = [];
    if (!editor || !this.proposal.hasMap) return;
    const { waiting, settled, total } = sortPieces(this.proposal.mask(), editor.masks.bac, this.#decisions);
    this.totalCount = total;
    this.#waiting = waiting;
    this.proposal.settle(settled);
  }

  /** @returns {ProposedPiece[]} none while the proposal is hidden: nobody decides on what she does not see */
  #modelPieces() {
    if (!this.proposal.isShown) return [];
    return this.#waiting.map((mask) => ({ mask, effect: "add", words: "proposed by the model" }));
  }

  /** @returns {ProposedPiece[]} */
  #correctionPieces() {
    const label = this.seat.editor?.masks.bac;
    if (!label || !this.check) return [];
    return this.check.components
      .filter(({ id, decision, human_decision }) => {
        return decision !== "keep" && (human_decision?.is_removed ?? true) && !this.#trimmed.has(id);
      })
      .map(({ id, runs, reason_text }) => {
        return { mask: intersection(label, fromBase64(runs)), effect: /** @type {const} */ ("remove"), words: reason_text, component: id };
      })
      .filter(({ mask }) => areaPx(mask) > 0);
  }

  /** After a decision the next piece takes the place of this one. */
  #goOn() {
    const at = this.current ? this.pieces.indexOf(this.current) : 0;
    this.current = null;
    this.refresh();
    this.current = this.pieces[at] ?? this.pieces[0] ?? null;
    this.#tell();
  }

  /**
   * @param {Decision["value"]} value
   * @param {Runs} piece
   */
  #decide(value, piece) {
    const { annotation } = this.seat.image;
    const run = this.proposal.run?.id;
    this.#decisions.push({ value, piece });
    if (!annotation || !run) return;
    const decision = { id: uuid7(), inference_run: run, value, piece: toBase64(piece), cutoff: this.proposal.cutoff };
    this.#send(() => api.sendProposalDecisions(annotation, [decision]));
  }

  /**
   * @param {string} component
   * @param {boolean} isRemoved
   */
  #decideComponent(component, isRemoved) {
    const known = this.check?.components.find(({ id }) => id === component);
    if (known) known.human_decision = { is_removed: isRemoved };
    const run = this.check?.id;
    if (run) this.#send(() => api.sendCorrectionDecision(run, component, isRemoved));
  }

  /**
   * What the label becomes is saved with the strokes; a word on a piece that does not arrive is only asked for again.
   * @param {() => Promise<unknown>} send
   */
  #send(send) {
    send().catch((error) => this.seat.room.say(`Your decision on this piece was not stored; it will be asked again. ${error.message}`));
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
