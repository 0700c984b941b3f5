/**
 * What stands beside the image in the right rail: strokes that overlap another device's or came too late, to be
 * looked at, merged or left aside; and strokes and answers that the server refuses, to be reported. Nothing of it is
 * ever deleted.
 */

import { decideBranch, readBranches } from "../api.js";
import { pixelsOf } from "../branch.js";
import { branchState, branchTitle, examAnswersText, examAnswersTitle, strokesWords } from "../branch_words.js";
import { tokenColour } from "../colours.js";
import { merge } from "../merging.js";
import { part } from "../page_elements.js";
import { empty } from "../runs.js";
import { unreadableWords } from "../save_words.js";

/** @typedef {import("../branch.js").Branch} Branch */
/** @typedef {import("../journal.js").Entry} Entry */
/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {{branches: Branch[], refused: Entry[], unreadable: import("../journal.js").Unreadable[]}} Beside */

const PLANE = 2; // of the panel, for the branch looked at

/** @param {Room} room */
export function install(room) {
  const rail = new BranchesRail(room);
  room.addEventListener("labels", (event) => rail.take(/** @type {CustomEvent} */ (event).detail));
  room.addEventListener("exam-answers", () => room.examAnswers?.addEventListener("answer", () => rail.show(room.active)));
  room.watch((seat) => seat.reading, "state", (seat) => rail.show(seat));
}

class BranchesRail {
  /** @type {WeakMap<Seat, Beside>} */
  #beside = new WeakMap();
  /** @type {string} id of the branch looked at */
  #shown = "";

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.section = /** @type {HTMLDetailsElement} */ (part(room.root, "branches"));
    this.list = part(this.section, "branch-list");
  }

  /** @param {Seat} seat that got its labels */
  take(seat) {
    const { reading, panel } = seat;
    if (!reading) return;
    panel.setStyle(PLANE, { colour: tokenColour("--branch"), opacity: 0, outline: "dashed" });
    const read = () => this.#read(seat).catch((error) => this.room.say(`What stands beside this image cannot be read now. ${error.message}`));
    reading.addEventListener("branches", read);
    reading.addEventListener("state", read);
    read();
  }

  /** @param {Seat} seat that is active */
  show(seat) {
    const { branches, refused, unreadable } = this.#beside.get(seat) ?? { branches: [], refused: [], unreadable: [] };
    const answers = this.room.examAnswers?.refused ?? [];
    const kept = refused.length + unreadable.length + answers.length;
    const open = branches.filter(({ decision }) => !decision).length + kept;
    this.section.hidden = branches.length + kept === 0;
    if (open && part(this.section, "branch-count").textContent !== String(open)) this.section.open = true;
    part(this.section, "branch-count").textContent = open ? String(open) : "";
    this.list.replaceChildren(
      ...branches.map((branch) => this.#branchItem(seat, branch)),
      ...(refused.length ? [refusedItem(refused)] : []),
      ...(answers.length ? [refusedAnswersItem(answers)] : []),
      ...(unreadable.length ? [unreadableItem(unreadable)] : []),
    );
  }

  /** @param {Seat} seat */
  async #read(seat) {
    const { reading } = seat;
    if (!reading) return;
    const branches = (await readBranches(reading.annotation.id)).filter(({ operations }) => operations.length);
    const { entries, unreadable } = await reading.readJournal();
    this.#beside.set(seat, { branches, refused: entries.filter(({ refusal }) => refusal), unreadable });
    if (seat === this.room.active) this.show(seat);
  }

  /**
   * @param {Seat} seat
   * @param {Branch} branch
   * @returns {HTMLLIElement}
   */
  #branchItem(seat, branch) {
    const isShown = this.#shown === branch.id;
    const look = button(isShown ? "Hide" : "Show", () => this.#look(seat, isShown ? null : branch));
    look.setAttribute("aria-pressed", String(isShown));
    const buttons = [look];
    if (!seat.isReadOnly) buttons.push(button("Merge", () => this.#merge(seat, branch)));
    if (!branch.decision) buttons.push(button("Leave aside", () => this.#decide(seat, branch, "left_aside")));
    return item(branchTitle(branch), branchState(branch), buttons);
  }

  /**
   * Draw a branch over the image, dashed.
   * @param {Seat} seat
   * @param {Branch | null} branch null: none
   */
  #look(seat, branch) {
    const { rows, columns } = seat.panel.planes;
    this.#shown = branch?.id ?? "";
    seat.panel.setMask(PLANE, (branch && pixelsOf(branch.operations)) ?? empty(rows, columns));
    this.show(seat);
  }

  /**
   * Put the strokes of a branch on the label, as one act that can be undone.
   * @param {Seat} seat
   * @param {Branch} branch
   */
  async #merge(seat, branch) {
    const { editor, reading } = seat;
    if (!editor || !reading?.saver || editor.isLocked) return this.room.say("Nothing can be drawn on this image now. Merge later.");
    this.#look(seat, null);
    const isDifferent = merge(reading, branch);
    await reading.saver.flush();
    if (reading.saver?.pendingCount) this.room.say("The strokes are merged and wait to be saved. Once they are, press Merge again to have it noted.");
    else await this.#noteMerged(seat, branch, isDifferent);
  }

  /**
   * The server notes it only where the strokes are in the annotation now.
   * @param {Seat} seat
   * @param {Branch} branch
   * @param {boolean} isDifferent true if merging changed what is shown
   */
  async #noteMerged(seat, branch, isDifferent) {
    try {
      await decideBranch(branch.id, "merged");
      await this.#read(seat);
    } catch (error) {
      if (/** @type {import("../api.js").ApiError} */ (error).code !== "branch_not_merged") return this.#tellNotNoted(error);
      if (isDifferent) return this.room.say("Not merged: this place was changed elsewhere once more. The strokes stand beside the image. Look at them, then merge again.");
      await this.#decide(seat, branch, "left_aside");
      this.room.say("All of it is on the image already. It is left aside.");
    }
  }

  /**
   * @param {Seat} seat
   * @param {Branch} branch
   * @param {"merged" | "left_aside"} value
   */
  async #decide(seat, branch, value) {
    if (this.#shown === branch.id) this.#look(seat, null);
    try {
      await decideBranch(branch.id, value);
      await this.#read(seat);
    } catch (error) {
      this.#tellNotNoted(error);
    }
  }

  /** @param {unknown} error */
  #tellNotNoted(error) {
    this.room.say(`Not noted. ${/** @type {Error} */ (error).message} Try again.`);
  }
}

/**
 * @param {Entry[]} refused
 * @returns {HTMLLIElement}
 */
function refusedItem(refused) {
  const title = strokesWords(refused.map(({ operation }) => operation), refused[0].operation.made_at);
  return item(title, refusalText(refused), [button("Save report", () => saveReport({ refused }))]);
}

/**
 * @param {import("../exam_answers.js").RefusedAnswer[]} refused
 * @returns {HTMLLIElement}
 */
function refusedAnswersItem(refused) {
  const state = `${examAnswersText(refused)} ${refusalText(refused)}`;
  return item(examAnswersTitle(refused), state, [button("Save report", () => saveReport({ refused }))]);
}

/**
 * @param {{refusal?: import("../journal.js").Refusal}[]} refused
 * @returns {string}
 */
function refusalText(refused) {
  const reasons = new Set(refused.map(({ refusal }) => refusal?.message));
  return `The server refuses: ${[...reasons].join(" ")} Kept in this browser. Send the report to your administrator.`;
}

/**
 * @param {import("../journal.js").Unreadable[]} unreadable
 * @returns {HTMLLIElement}
 */
function unreadableItem(unreadable) {
  const records = unreadable.map(({ id, reason }) => ({ id, reason }));
  return item("Not readable here", unreadableWords(unreadable), [button("Save report", () => saveReport({ unreadable: records }))]);
}

/**
 * Hand the person a file. It holds ids, patches and reasons; no pixels, nothing about a patient.
 * @param {object} report
 */
function saveReport(report) {
  const link = document.createElement("a");
  link.download = "strokes-not-saved.json";
  link.href = URL.createObjectURL(new Blob([JSON.stringify(report, null, 1)], { type: "application/json" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/**
 * @param {string} title
 * @param {string} state
 * @param {HTMLButtonElement[]} buttons
 * @returns {HTMLLIElement}
 */
function item(title, state, buttons) {
  const element = document.createElement("li");
  const [head, text, row] = ["strong", "p", "div"].map((name) => document.createElement(name));
  head.textContent = title;
  text.textContent = state;
  row.className = "branch-buttons";
  row.append(...buttons);
  element.append(head, text, row);
  return element;
}

/**
 * @param {string} text
 * @param {() => void} run
 * @returns {HTMLButtonElement}
 */
function button(text, run) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button-small";
  element.textContent = text;
  element.addEventListener("click", run);
  return element;
}
