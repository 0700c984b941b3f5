/**
 * How long the reader works on each image, idle time left out. Nothing is shown here: a clock in sight would hurry
 * her.
 */

import { ActivityMeter } from "../activity_meter.js";
import { Outbox } from "../outbox.js";
import { sendIntervals } from "../reading_api.js";
import { uuid7 } from "../uuid.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {{id: string, startedMs: number, durationMs: number}} Kept */

const SEND_EVERY_MS = 30_000;
const INPUTS = ["pointermove", "pointerdown", "wheel", "keydown"];

/** @param {Room} room */
export function install(room) {
  /** @type {Map<Seat, SeatTime>} */
  const times = new Map();
  /** @type {SeatTime | null} of the image she works on */
  let current = null;
  const takeUp = () => {
    const now = performance.now();
    const next = timeOf(times, room.active);
    if (next !== current) current?.meter.pause(now);
    current = next;
    current?.meter.note(now); // choosing an image is work on it
  };
  const flushAll = () => Promise.all([...times.values()].map((time) => time.flush()));
  for (const type of INPUTS) {
    document.addEventListener(type, () => current?.meter.note(performance.now()), { capture: true, passive: true });
  }
  room.watch((seat) => seat.reading, "state", takeUp);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return;
    current?.meter.pause(performance.now());
    flushAll();
  });
  setInterval(flushAll, SEND_EVERY_MS);
  room.beforeSubmit.push(async (seat) => {
    await times.get(seat)?.flush();
    return "";
  });
}

/**
 * @param {Map<Seat, SeatTime>} times
 * @param {Seat} seat
 * @returns {SeatTime | null} null where she only looks
 */
function timeOf(times, seat) {
  const { annotation } = seat.image;
  if (!annotation || seat.isReadOnly) return null;
  const time = times.get(seat) ?? new SeatTime(annotation);
  times.set(seat, time);
  return time;
}

/** Of one image. */
class SeatTime {
  meter = new ActivityMeter();

  /** @param {string} annotation */
  constructor(annotation) {
    /** @type {Outbox<Kept>} */
    this.outbox = new Outbox((stretches) => sendIntervals(annotation, stretches.map(asSent)));
  }

  /** @returns {Promise<void>} */
  flush() {
    this.outbox.add(...this.meter.take().map((stretch) => ({ id: uuid7(), ...stretch })));
    return this.outbox.flush();
  }
}

/**
 * How long ago, instead of when: the clock of this computer may be wrong.
 * @param {Kept} stretch
 */
function asSent({ id, startedMs, durationMs }) {
  const duration = Math.max(1, Math.round(durationMs));
  return { id, age_ms: Math.max(duration, Math.round(performance.now() - startedMs)), duration_ms: duration };
}
