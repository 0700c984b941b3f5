/** What becomes of the reader's changes, in words, never only as a colour. Knows no DOM. */

import { now } from "./clock.js";

/** @typedef {import("./sending_queue.js").SaveState} SaveState */

const MINUTE_MS = 60_000;

export const ELSEWHERE_WORDS =
  "This image is open in another tab of this browser, and drawn on there. Look here, or press “Draw here instead” above.";
export const ONLY_HERE_WORDS =
  "This image is drawn on in another tab now. Some of your changes are only in this tab: keep it open until they are saved.";
export const NOT_KEPT_WORDS = "The last change came when nothing could be drawn here. It is taken off the image: draw it again.";
export const UNENCRYPTED_WORDS =
  "This address is not encrypted (http), so this browser neither checks nor keeps strokes here: you can only look. Open the page under its https address, or ask your administrator for it.";

/**
 * @param {Error} error
 * @returns {string}
 */
export function noJournalWords({ message }) {
  return `You can look at this image, but not draw on it yet: what this browser keeps of earlier strokes cannot be opened. ${message} This page tries again by itself.`;
}

/**
 * @param {number} number of changes that are unsent
 * @returns {string}
 */
export function fullWords(number) {
  return `${changes(number)} wait to be saved, as many as this page keeps. Drawing goes on once the server has taken some. Keep this page open.`;
}

/**
 * @param {number} number of changes that are unsent when she logs out
 * @param {boolean} isKept whether they outlive the page
 * @returns {string}
 */
export function leavingWords(number, isKept) {
  const unsaved = `${changes(number)} ${number === 1 ? "has" : "have"} not reached the server.`;
  if (!isKept) return `${unsaved} This browser cannot keep them: if you log out now, they are lost. Stay until they are saved.`;
  return `${unsaved} If you log out, they stay in this browser, sealed: nobody reads them until you log in here again and open this image.`;
}

/**
 * @param {Error} error of the browser's storage
 * @returns {string}
 */
export function storageWords({ name }) {
  const reason = name === "QuotaExceededError" ? "its storage is full" : "its storage does not work";
  return `This browser cannot keep unsaved strokes: ${reason}. Do not close the page before everything is saved.`;
}

/**
 * @param {number} pending of hers, put on top
 * @returns {string}
 */
export function changedElsewhereWords(pending) {
  const joined = pending ? ` Your ${changes(pending)} not yet saved ${isOrAre(pending)} on top, and nowhere on the same place.` : "";
  return `This image was changed elsewhere. The labels shown are those of the server.${joined}`;
}

/**
 * @param {number} number of changes that go beside the annotation
 * @param {"overlap" | "late"} reason
 * @returns {string}
 */
export function branchWords(number, reason) {
  const where = "See “Beside this image” on the right";
  if (reason === "late") {
    return `${changes(number)} came too late: this image is submitted, or its exam has ended. Nothing is lost. ${where}.`;
  }
  const them = number === 1 ? "it" : "them";
  return `This image was changed elsewhere, and ${changes(number)} of yours ${number === 1 ? "lies" : "lie"} on that. ${number === 1 ? "It is" : "They are"} kept beside the label. ${where}: merge ${them}, or leave ${them} aside.`;
}

/**
 * @param {number} number of changes that the server will never take
 * @param {{message: string}} refusal
 * @returns {string}
 */
export function refusalWords(number, { message }) {
  return `The server refuses ${changes(number)}. Taken off the image and kept in this browser; see “Beside this image” on the right. Its reason: ${message}`;
}

/**
 * @param {{message: string}} refusal
 * @returns {string}
 */
export function examAnswerRefusedWords({ message }) {
  return `The server refuses an answer about the exam. It is kept in this browser; see “Beside this image” on the right. What is ticked is what the server has. Its reason: ${message}`;
}

/**
 * @param {import("./journal.js").Unreadable[]} unreadable
 * @returns {string}
 */
export function unreadableWords(unreadable) {
  const number = unreadable.length;
  switch (unreadable[0].reason) {
    case "other_person":
      return `This browser keeps ${changes(number)} of somebody else, not yet saved. They are sent when that person logs in and opens this image.`;
    case "newer":
      return `This browser keeps ${changes(number)} from a newer form of this page. They stay where they are. Reload the page; if this message stays, tell your administrator.`;
    default:
      return `This browser keeps ${changes(number)} that this page cannot read. They stay where they are. Tell your administrator.`;
  }
}

/**
 * @param {SaveState} state
 * @returns {string}
 */
export function saveWords(state) {
  const unsaved = `${count(state)} not yet saved${age(state)}`;
  switch (state.kind) {
    case "saved":
      return (state.savedAt ? `Saved ${clock(state.savedAt)}` : "Nothing to save") + refused(state);
    case "sending":
      return `Saving ${count(state)}${age(state)}`;
    case "logged_out":
      return `${unsaved}: you are logged out. Log in again on this page.`;
    case "refused":
      return `${unsaved}: the server refuses. ${state.message}`;
    case "alarm":
      return `Stop: ${state.message}`;
    case "waiting":
      return `${unsaved}: ${state.message.charAt(0).toLowerCase()}${state.message.slice(1).replace(/\.$/, "")}`;
  }
}

/**
 * @param {SaveState} state
 * @returns {string} "" where nothing was refused
 */
function refused({ refused: number }) {
  return number ? `, ${changes(number)} refused` : "";
}

/**
 * @param {number} number
 * @returns {string}
 */
function changes(number) {
  return number === 1 ? "1 change" : `${number.toLocaleString("en")} changes`;
}

/** @param {number} number */
const isOrAre = (number) => (number === 1 ? "is" : "are");

/**
 * @param {SaveState} state
 * @returns {string}
 */
function count({ pending, noun }) {
  return pending === 1 ? `1 ${noun}` : `${pending} ${noun}s`;
}

/**
 * @param {SaveState} state
 * @returns {string} "" under a minute
 */
function age({ oldestAt }) {
  const minutes = oldestAt ? Math.floor((now() - oldestAt.getTime()) / MINUTE_MS) : 0;
  if (minutes < 1) return "";
  return minutes < 120 ? ` for ${minutes} min` : ` for ${Math.floor(minutes / 60)} h`;
}

/**
 * @param {Date} date
 * @returns {string} local time, as 14:03:12
 */
function clock(date) {
  return `${clockWords(date)}:${String(date.getSeconds()).padStart(2, "0")}`;
}

/**
 * @param {Date} date
 * @returns {string} local time, as 14:03
 */
export function clockWords(date) {
  return [date.getHours(), date.getMinutes()].map((number) => String(number).padStart(2, "0")).join(":");
}
