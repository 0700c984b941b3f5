/**
 * Holds an exam that came from a pool while its page is in sight and somebody works on it; else its time runs out and
 * another reader gets it.
 */

import { holdExam } from "../reading_api.js";

const BEAT_MS = 60_000;
const IDLE_MS = 15 * 60_000; // thinking over one image is work; a page left open overnight is not
const INPUTS = ["pointermove", "pointerdown", "wheel", "keydown"];

/** @typedef {import("../api.js").ApiError} ApiError */

/** @param {import("../room.js").Room} room */
export function install(room) {
  const assignment = room.facts.exam.held_assignment;
  if (assignment) hold(room, assignment);
}

/**
 * @param {import("../room.js").Room} room
 * @param {string} assignment
 */
function hold(room, assignment) {
  let lastInputMs = performance.now();
  for (const type of INPUTS) {
    document.addEventListener(type, () => (lastInputMs = performance.now()), { capture: true, passive: true });
  }
  const timer = setInterval(beat, BEAT_MS);
  document.addEventListener("visibilitychange", beat);

  async function beat() {
    if (document.hidden || performance.now() - lastInputMs > IDLE_MS) return;
    try {
      await holdExam(assignment);
    } catch (error) {
      const { code, message } = /** @type {ApiError} */ (error);
      if (code !== "exam_ended") return; // the next beat tries again; saving tells of a server that is away
      clearInterval(timer);
      document.removeEventListener("visibilitychange", beat);
      room.say(message);
    }
  }
}
