/** Saved or not, always in sight: of all images of the page, what needs attention first. */

import { part } from "../page_elements.js";
import { saveWords } from "../save_words.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {import("../sending_queue.js").SaveKind} SaveKind */

/** @type {SaveKind[]} the gravest first */
const BY_GRAVITY = ["alarm", "refused", "logged_out", "waiting", "sending", "saved"];
const CAN_BE_SENT_NOW = ["waiting", "logged_out", "refused"];

/** @param {Room} room */
export function install(room) {
  const show = () => showState(room);
  room.addEventListener("labels", (event) => {
    const { reading } = /** @type {Seat} */ (/** @type {CustomEvent} */ (event).detail);
    reading?.addEventListener("saving", show);
    reading?.addEventListener("state", show);
    show();
  });
  room.addEventListener("labels", (event) => offerTakeOver(room, /** @type {CustomEvent} */ (event).detail));
  room.addEventListener("exam-answers", () => room.examAnswers?.addEventListener("change", show));
  room.addEventListener("active", show);
  part(room.root, "save-now").addEventListener("click", () => {
    for (const saver of room.savers) saver.flush();
  });
}

/** @param {Room} room */
function showState(room) {
  const line = part(room.root, "save-state");
  const sendNow = part(room.root, "save-now");
  const gravest = graveState(room);
  const { reading } = room.active;
  if (gravest) {
    line.textContent = saveWords(gravest);
    line.dataset.kind = gravest.kind;
  } else if (reading) {
    line.textContent = lookOnlyWords(reading);
    line.dataset.kind = "saved";
  }
  sendNow.hidden = !gravest || !CAN_BE_SENT_NOW.includes(gravest.kind);
  part(room.root, "take-over").hidden = !reading?.isDrawnElsewhere;
}

/**
 * Where another tab draws on this image, this one can ask to.
 * @param {Room} room
 * @param {Seat} seat
 */
function offerTakeOver(room, seat) {
  const { reading } = seat;
  if (!reading) return;
  const button = /** @type {HTMLButtonElement} */ (part(room.root, "take-over"));
  button.addEventListener("click", async () => {
    if (seat !== room.active || !reading.isDrawnElsewhere) return;
    button.disabled = true;
    await reading.takeOver().catch((error) => room.say(`Drawing stays in the other tab. ${error.message}`));
    button.disabled = false;
  });
  // The tool in her hand is none where nothing may be drawn, and is one again where it may.
  reading.addEventListener("state", () => room.choose(room.tool));
}

/** @param {import("../reading.js").Reading} reading */
function lookOnlyWords({ annotation, isDrawnElsewhere }) {
  if (isDrawnElsewhere) return "Drawn on in another tab. Look only.";
  return annotation.state === "submitted" ? "Submitted. Look only." : "Look only";
}

/**
 * @param {Room} room
 * @returns {import("../sending_queue.js").SaveState | null} null where the active image is only looked at and nothing waits
 */
function graveState(room) {
  const { reading, isReadOnly } = room.active;
  const states = room.savers
    .filter((saver) => saver.pendingCount || saver.state.kind === "alarm" || (!isReadOnly && [reading?.saver, room.examAnswers].includes(saver)))
    .map(({ state }) => state);
  const [worst = null] = states.sort((a, b) => BY_GRAVITY.indexOf(a.kind) - BY_GRAVITY.indexOf(b.kind) || Number(b.savedAt) - Number(a.savedAt));
  return worst;
}
