/**
 * Keeps an eye on what is not saved yet: asks before the page is left, sends when it is put away and when the network
 * is back, and reminds of what waits for long.
 */

import { now } from "./clock.js";

/** @typedef {Pick<import("./saver.js").Saver, "pendingCount" | "isStopped" | "oldestPendingAt" | "flush" | "remind">} Unsaved */

const LONG_UNSAVED_MS = 60_000; // browser storage is a bridge of minutes, not an archive
const LOOK_MS = 5_000;

/**
 * @param {Unsaved} saver
 * @param {(text: string) => void} notice
 * @returns {() => void} ends the watch
 */
export function watchUnsaved(saver, notice) {
  const end = new AbortController();
  const { signal } = end;
  const send = () => {
    if (saver.pendingCount) saver.flush();
  };
  window.addEventListener("beforeunload", (event) => {
    if (saver.pendingCount && !saver.isStopped) event.preventDefault(); // the browser asks in its own words
  }, { signal });
  document.addEventListener("visibilitychange", send, { signal });
  window.addEventListener("online", send, { signal });
  const timer = setInterval(remindOfLongUnsaved(saver, notice), LOOK_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  return () => end.abort();
}

/**
 * @param {Unsaved} saver
 * @param {(text: string) => void} notice
 * @returns {() => void} to be called every few seconds
 */
function remindOfLongUnsaved(saver, notice) {
  let isWarned = false;
  return () => {
    const oldest = saver.oldestPendingAt;
    if (oldest) saver.remind();
    const isLong = oldest !== null && now() - oldest.getTime() > LONG_UNSAVED_MS;
    if (isLong === isWarned) return;
    isWarned = isLong;
    notice(isLong ? "Some of your work has not reached the server for over a minute. Keep this page open." : "");
  };
}
