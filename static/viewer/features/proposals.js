/** Proposals one by one: the piece at hand is framed and outlined; one key accepts, trims or rejects it. */

import { keyText } from "../actions.js";
import { tokenColour } from "../colours.js";
import { optionalPart, part } from "../page_elements.js";
import { ProposalSteps } from "../proposal_steps.js";
import { piecesText } from "../proposal_words.js";
import { frameOf } from "../proposed_pieces.js";
import { empty } from "../runs.js";
import { piecesDoubt } from "../submit_words.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {import("../model_proposal.js").ModelProposal} ModelProposal */

const PLANE = 3; // of the panel, for the piece at hand
const MARGIN_PX = 20;
const REFRESH_MS = 300;

/**
 * @param {Room} room
 * @param {(seat: Seat) => ModelProposal} proposalOf
 */
export function installProposals(room, proposalOf) {
  if (!optionalPart(room.root, "pieces")) return;
  const pieces = new PiecesSection(room, proposalOf);
  const add = (/** @type {string} */ name, /** @type {string} */ title, /** @type {string} */ key, /** @type {() => void} */ run) =>
    room.actions.add({ name, title, keys: [key], group: "proposal", isDrawing: true, run });
  add("next-piece", "Next piece", ".", () => pieces.step(1));
  add("previous-piece", "Previous piece", ",", () => pieces.step(-1));
  add("accept-piece", "Accept the piece", "y", () => pieces.decide((steps) => steps.accept()));
  add("trim-piece", "Accept the larger part, cut at the pointer", "t", () => pieces.trim());
  add("reject-piece", "Reject the piece", "n", () => pieces.decide((steps) => steps.reject()));
  add("check-label", "Check my label for what the image does not bear out", "shift+y", () => pieces.check());
  room.doubts.push((seat) => pieces.doubt(seat));
  add("reopen-pieces", "Ask again for rejected pieces", "shift+n", () => pieces.decide((steps) => steps.reopen()));
}

class PiecesSection {
  /** @type {Map<Seat, ProposalSteps>} */
  #steps = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {import("../geometry.js").Point | null} where the pointer is over the active image */
  #pointer = null;

  /**
   * @param {Room} room
   * @param {(seat: Seat) => ModelProposal} proposalOf
   */
  constructor(room, proposalOf) {
    this.room = room;
    this.proposalOf = proposalOf;
    for (const { panel } of room.seats) {
      panel.setStyle(PLANE, { colour: tokenColour("--label-piece"), opacity: 0, outline: "dotted" });
      panel.addEventListener("point", (event) => {
        this.#pointer = /** @type {CustomEvent} */ (event).detail ?? this.#pointer;
      });
    }
    room.addEventListener("labels", (event) => {
      this.#stepsOf(/** @type {CustomEvent} */ (event).detail).open().catch((error) => this.#say(error.message));
    });
    room.watch((seat) => this.#stepsOf(seat), "change", () => this.#show());
    room.watch((seat) => seat.reading, "state", () => this.#show());
    room.watch((seat) => proposalOf(seat), "change", (seat) => this.#stepsOf(seat).refresh());
    room.watch((seat) => seat.editor, "change", (seat) => this.#refreshSoon(seat));
  }

  /** @param {1 | -1} direction */
  step(direction) {
    this.decide((steps) => steps.step(direction));
  }

  /** @param {(steps: ProposalSteps) => void} act */
  decide(act) {
    this.#say("");
    const steps = this.#stepsOf(this.room.active);
    act(steps);
    this.#frame(steps);
  }

  trim() {
    const steps = this.#stepsOf(this.room.active);
    if (!steps.current) return this.step(1);
    if (steps.trim(this.#pointer)) this.#frame(steps);
    else this.#say("Point at the place on the piece where it should end, then trim.");
  }

  async check() {
    const steps = this.#stepsOf(this.room.active);
    this.#say("");
    try {
      await steps.checkLabel();
      if (!steps.current) this.#say("The check found nothing to remove.");
      this.#frame(steps);
    } catch (error) {
      this.#say(`The label was not checked. ${/** @type {Error} */ (error).message}`);
    }
  }

  /**
   * Strokes and undo change what is left; looking once after a stroke is enough.
   * @param {Seat} seat
   */
  #refreshSoon(seat) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stepsOf(seat).refresh(), REFRESH_MS);
  }

  /** @param {Seat} seat */
  #stepsOf(seat) {
    let steps = this.#steps.get(seat);
    if (!steps) {
      steps = new ProposalSteps(seat, this.proposalOf(seat));
      this.#steps.set(seat, steps);
    }
    return steps;
  }

  /** @param {ProposalSteps} steps */
  #frame({ current, seat }) {
    if (current) seat.panel.focus(frameOf(current.mask, MARGIN_PX));
  }

  #show() {
    const { root, active } = this.room;
    const { current, pieces, isChecking, rejectedCount } = this.#stepsOf(active);
    const { rows, columns } = active.panel.planes;
    if (active.editor) active.panel.setMask(PLANE, current?.mask ?? empty(rows, columns));
    part(root, "pieces-text").textContent = isChecking ? "Checking the label" : this.#words(active);
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (part(root, "pieces-keys").querySelectorAll("button"))) {
      const isStep = button.dataset.action === "next-piece" || button.dataset.action === "previous-piece";
      button.disabled = active.isReadOnly || (isStep ? !pieces.length : !current);
    }
    part(root, "pieces-reopen").hidden = !rejectedCount;
    part(root, "pieces-rejected").textContent = String(rejectedCount);
  }

  /** @param {Seat} seat */
  #words(seat) {
    const { current, pieces, isChecking, waitingCount: waiting } = this.#stepsOf(seat);
    const { isReadOnly, panel } = seat;
    const isSubmitted = seat.reading?.annotation.state === "submitted";
    const proposal = this.proposalOf(seat).state;
    const showKey = keyText(this.room.actions.named("show-proposal").keys[0] ?? "");
    return piecesText({ isChecking, isReadOnly, isSubmitted, proposal, waiting, pieces, current, showKey }, panel.mammogram?.length_spacing_mm);
  }

  /** @param {Seat} seat @returns {string} what speaks against submitting it */
  doubt(seat) {
    const steps = this.#stepsOf(seat);
    steps.refresh();
    return piecesDoubt(steps.waitingCount, steps.totalCount);
  }

  /** @param {string} text */
  #say(text) {
    const note = part(this.room.root, "pieces-note");
    note.textContent = text;
  }
}
