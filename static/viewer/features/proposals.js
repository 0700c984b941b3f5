/** Proposals one by one: the piece at hand is framed and outlined; one key accepts, trims or rejects it. */

import { tokenColour } from "../colours.js";
import { optionalPart, part } from "../page_elements.js";
import { ProposalSteps } from "../proposal_steps.js";
import { frameOf } from "../proposed_pieces.js";
import { areaPx, empty } from "../runs.js";

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
    const { current, pieces } = this.#stepsOf(seat);
    if (!pieces.length) return "Nothing waits for your word.";
    if (!current) return `${pieces.length} ${pieces.length === 1 ? "piece waits" : "pieces wait"} for your word.`;
    const act = current.effect === "add" ? "Add" : "Remove";
    return `${pieces.indexOf(current) + 1} of ${pieces.length}. ${act} ${sizeText(areaPx(current.mask), seat.panel.mammogram)}: ${current.words}`;
  }

  /** @param {string} text */
  #say(text) {
    const note = part(this.room.root, "pieces-note");
    note.textContent = text;
  }
}

/**
 * @param {number} area pixels
 * @param {import("../api.js").Mammogram | null} mammogram
 */
function sizeText(area, mammogram) {
  const spacing = mammogram?.length_spacing_mm;
  return spacing ? `${(area * spacing[0] * spacing[1]).toFixed(1)} mm²` : `${area} px`;
}
