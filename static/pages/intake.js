/**
 * The intake page: files are sent one by one; each gets a row with what became of it and why.
 */

import { describeCounts, packParcels, readLines, shownName } from "./intake_queue.js";

/** @typedef {import("./intake_queue.js").Outcome} Outcome */
/** @typedef {import("./intake_queue.js").Parcel} Parcel */

const WORDS = { stored: "Stored", duplicate: "Here already", refused: "Refused" };
const MARKS = { stored: "state-done", duplicate: "", refused: "state-refused" };

/** @template {HTMLElement} T @param {string} id @param {new () => T} kind @returns {T} */
function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}

const drop = element("intake-drop", HTMLFormElement);
const fileInput = element("intake-files", HTMLInputElement);
const folderInput = element("intake-folder", HTMLInputElement);
const result = element("intake-result", HTMLElement);
const bar = element("intake-bar", HTMLProgressElement);
const countsLine = element("intake-counts", HTMLElement);
const rows = element("intake-rows", HTMLTableSectionElement);
const onlyRefused = element("only-refused", HTMLInputElement);

const TABLE_ALONE = "sidecar_without_pictures";
const uploadUrl = drop.dataset.uploadUrl ?? "";
const limitMb = Number(drop.dataset.uploadLimitMb);

const counts = { total: 0, done: 0, stored: 0, duplicate: 0, refused: 0 };
/** @type {File[]} found good by the server; they go along with every picture */
const tables = [];
/** @type {Parcel[]} */
const waiting = [];
let isSending = false;

element("choose-files", HTMLButtonElement).addEventListener("click", () => fileInput.click());
element("choose-folder", HTMLButtonElement).addEventListener("click", () => folderInput.click());
for (const input of [fileInput, folderInput]) {
  input.addEventListener("change", () => {
    takeIn(input.files ?? []);
    input.value = "";
  });
}
drop.addEventListener("submit", (event) => event.preventDefault());
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("is-over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("is-over");
  takeIn(event.dataTransfer?.files ?? []);
});
onlyRefused.addEventListener("change", () => rows.classList.toggle("only-refused", onlyRefused.checked));
window.addEventListener("beforeunload", (event) => {
  if (isSending) event.preventDefault();
});

/** @param {Iterable<File>} files */
function takeIn(files) {
  const parcels = packParcels(files);
  if (parcels.length === 0) return;
  waiting.push(...parcels);
  counts.total += parcels.length;
  result.hidden = false;
  tell();
  void sendWaiting();
}

async function sendWaiting() {
  if (isSending) return;
  isSending = true;
  for (let parcel = waiting.shift(); parcel; parcel = waiting.shift()) {
    await send(parcel);
    counts.done += 1;
    tell();
  }
  isSending = false;
}

/** Send one parcel; its row shows how much has left, then gives way to the rows of the answer. @param {Parcel} parcel */
async function send({ file, kind }) {
  const name = shownName(file);
  const progress = addRow(name, "Sending", "state-in-progress", "");
  if (file.size > limitMb * 1024 * 1024) {
    progress.remove();
    addOutcome(refusal(name, `The file is larger than ${limitMb} MB. Send it in parts. Nothing was stored.`));
    return;
  }
  let isTableGood = kind === "table";
  const onLines = (/** @type {Outcome[]} */ outcomes) => {
    for (const outcome of outcomes) {
      // A table is sent alone first, to be checked; that its pictures follow is what this page sees to.
      if (outcome.reason === TABLE_ALONE) continue;
      isTableGood = false;
      addOutcome(outcome, name);
    }
  };
  try {
    const companions = kind === "picture" ? tables : [];
    await post([file, ...companions], (text) => setState(progress, text), onLines);
    if (isTableGood) {
      tables.push(file);
      addRow(name, "Table read", "state-done", "It speaks for the pictures chosen with it.");
    }
  } catch (error) {
    addOutcome(refusal(name, error instanceof Error ? error.message : String(error)));
  }
  progress.remove();
}

/**
 * Post files and hand over the lines of the answer as they come. XMLHttpRequest, because fetch tells nothing of an
 * upload's progress.
 *
 * @param {File[]} files
 * @param {(text: string) => void} onProgress
 * @param {(outcomes: Outcome[]) => void} onLines
 * @returns {Promise<void>}
 */
function post(files, onProgress, onLines) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  const request = new XMLHttpRequest();
  let read = 0;
  const readOn = () => {
    const { outcomes, rest } = readLines(request.responseText.slice(read));
    read = request.responseText.length - rest.length;
    onLines(outcomes);
  };
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      onProgress(loaded < total ? `Sending, ${Math.floor((100 * loaded) / total)} %` : "Checking");
    });
    request.addEventListener("progress", () => {
      if (request.status === 200) readOn();
    });
    request.addEventListener("load", () => {
      if (request.status !== 200) reject(new Error(errorMessage(request)));
      else {
        readOn();
        resolve();
      }
    });
    request.addEventListener("error", () => reject(new Error("The server does not answer. Choose the file again.")));
    request.open("POST", uploadUrl);
    request.setRequestHeader("X-CSRFToken", new FormData(drop).get("csrfmiddlewaretoken")?.toString() ?? "");
    request.send(form);
  });
}

/** @param {XMLHttpRequest} request @returns {string} */
function errorMessage(request) {
  try {
    return JSON.parse(request.responseText).message;
  } catch {
    return `The server answered ${request.status}. Log in again, or ask an administrator to look at its log.`;
  }
}

/** @param {string} path @param {string} message @returns {Outcome} */
function refusal(path, message) {
  return { path, outcome: "refused", reason: null, mammogram: null, message };
}

/** @param {Outcome} outcome @param {string} [sentAs] name with its folder, which the server does not know */
function addOutcome(outcome, sentAs) {
  counts[outcome.outcome] += 1;
  const name = sentAs?.endsWith(`/${outcome.path}`) ? sentAs : outcome.path;
  const why = outcome.outcome === "stored" ? "" : outcome.message;
  const row = addRow(name, WORDS[outcome.outcome], MARKS[outcome.outcome], why);
  row.classList.toggle("is-refused", outcome.outcome === "refused");
  if (outcome.outcome === "refused" && outcome.reason) row.cells[2].append(" ", codeElement(outcome.reason));
  tell();
}

/** @param {string} name @param {string} state @param {string} mark @param {string} why @returns {HTMLTableRowElement} */
function addRow(name, state, mark, why) {
  const row = rows.insertRow();
  const file = row.insertCell();
  file.className = "intake-file";
  file.textContent = name;
  const word = document.createElement("span");
  word.className = `state intake-state ${mark}`.trim();
  word.textContent = state;
  row.insertCell().append(word);
  row.insertCell().textContent = why;
  return row;
}

/** The stable name of a reason, for those who ask about it. @param {string} reason @returns {HTMLElement} */
function codeElement(reason) {
  const code = document.createElement("code");
  code.className = "intake-code";
  code.textContent = reason;
  return code;
}

/** @param {HTMLTableRowElement} row @param {string} text */
function setState(row, text) {
  const word = row.querySelector(".intake-state");
  if (word) word.textContent = text;
}

function tell() {
  bar.max = Math.max(counts.total, 1);
  bar.value = counts.done;
  countsLine.textContent = describeCounts(counts);
}
