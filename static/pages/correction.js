/** The correction page: wires the run on the server, the list of pieces and the image. */

import { ApiError } from "../viewer/api.js";
import { fromBase64 } from "../viewer/codec.js";
import { tokenColour } from "../viewer/colours.js";
import { ImagePanel } from "../viewer/image_panel.js";
import { PieceList } from "./correction_list.js";
import { fateOf, isUndecided, pieceAt, sumUp, unionOf } from "./correction_pieces.js";
import { imageText, whatToDo } from "./correction_words.js";
import { getJson, postJson } from "./server.js";

/** @typedef {import("./correction_pieces.js").Piece} Piece */
/** @typedef {import("../viewer/runs.js").Runs} Runs */
/**
 * @typedef {object} Run
 * @property {string} id
 * @property {string} annotation
 * @property {string} state
 * @property {number} done
 * @property {number} total
 * @property {string} error_code
 * @property {string} error
 * @property {string} mode
 * @property {{flags?: string[], processing?: {magnification?: number | null}}} summary
 * @property {string | null} result
 * @property {Piece[]} components
 */

const POLL_MS = 1000;
const CONTEXT_PX = 120;
const PLANE = { stays: 0, goes: 1, open: 2, selected: 3 };
const SELECTED_COLOUR = /** @type {[number, number, number]} */ ([1, 1, 1]);

const page = /** @type {HTMLElement} */ (document.querySelector("#correction"));
const address = `/api/correction-runs/${page.dataset.run}/`;
const canDecide = page.dataset.canDecide === "true";

/** @type {<T extends HTMLElement>(selector: string) => T} */
const find = (selector) => /** @type {any} */ (page.querySelector(selector));

const list = new PieceList(find("[data-pieces]"), find("[data-piece-template]"), canDecide);
const panel = new ImagePanel(find("[data-image]"));
/** @type {Map<string, Runs>} */
const masks = new Map();
/** @type {Run | null} */
let run = null;
let isImageHere = false;
/** The piece that somebody was sent here for, until it is shown. */
let wanted = page.dataset.piece ?? "";
/** Requests go one after the other, in the order of the clicks. */
let sending = Promise.resolve();

/** @param {Piece} piece @returns {Runs} */
function maskOf(piece) {
  const mask = masks.get(piece.id) ?? fromBase64(piece.runs);
  masks.set(piece.id, mask);
  return mask;
}

async function openImage() {
  panel.setStyle(PLANE.stays, { colour: tokenColour("--label-bac"), opacity: 0.22, outline: "solid" });
  panel.setStyle(PLANE.goes, { colour: tokenColour("--label-removed"), opacity: 0, outline: "solid", hatch: true });
  panel.setStyle(PLANE.open, { colour: tokenColour("--label-bac"), opacity: 0, outline: "dashed" });
  panel.setStyle(PLANE.selected, { colour: SELECTED_COLOUR, opacity: 0, outline: "solid" });
  panel.addEventListener("trouble", (event) => showTrouble(/** @type {CustomEvent} */ (event).detail));
  panel.addEventListener("click", (event) => {
    const { row, column } = /** @type {CustomEvent} */ (event).detail;
    list.select(pieceAt(list.pieces, row, column, maskOf)?.id);
  });
  await panel.load(/** @type {string} */ (page.dataset.mammogram));
  isImageHere = true;
  drawPieces();
  if (list.selected) centreOn(list.selected);
}

function drawPieces() {
  const { mammogram } = panel;
  if (!isImageHere || !mammogram || !run) return;
  for (const fate of /** @type {const} */ (["stays", "goes", "open"])) {
    const some = list.pieces.filter((piece) => fateOf(piece) === fate).map(maskOf);
    panel.setMask(PLANE[fate], unionOf(some, mammogram.rows, mammogram.columns));
  }
  drawSelected();
}

function drawSelected() {
  const piece = list.selected;
  if (!isImageHere || !piece) return;
  panel.setMask(PLANE.selected, maskOf(piece));
}

/** @param {Piece} piece */
function centreOn(piece) {
  drawSelected();
  if (isImageHere) panel.focus(withSurroundings(piece.box));
}

/**
 * @param {Piece["box"]} box
 * @returns {import("../viewer/runs.js").Box} at least CONTEXT_PX long: a dot is judged by what lies around it
 */
function withSurroundings([row0, column0, row1, column1]) {
  const more = Math.max(0, CONTEXT_PX - Math.max(row1 - row0, column1 - column0)) / 2;
  return { row0: row0 - more, column0: column0 - more, row1: row1 + more, column1: column1 + more };
}

/** @param {string} message empty when it is over */
function showTrouble(message) {
  find("[data-trouble]").textContent = message;
  find("[data-trouble]").hidden = !message;
}

async function follow() {
  try {
    show(await getJson(address));
  } catch (error) {
    showTrouble(/** @type {Error} */ (error).message);
    if (error instanceof ApiError && error.status) return; // refused: asking again would not help
  }
  if (!run || run.state === "queued" || run.state === "running") setTimeout(follow, POLL_MS);
}

/** @param {Run} fresh */
function show(fresh) {
  run = fresh;
  showTrouble("");
  const isReady = fresh.state === "succeeded";
  find("[data-wait]").hidden = fresh.state !== "queued" && fresh.state !== "running";
  find("[data-wait-text]").textContent =
    fresh.state === "queued" ? "Waiting for a worker to be free" : "Measuring every piece of the label";
  if (["failed", "cancelled", "dead"].includes(fresh.state)) showFailure(fresh);
  for (const part of ["[data-sums]", "[data-pieces]", "[data-foot]"]) find(part).hidden = !isReady;
  if (!isReady) return;
  list.show(fresh.components, fresh.mode);
  find("[data-mode]").textContent = imageText(fresh.mode, fresh.summary);
  showSums(fresh);
  drawPieces();
  if (wanted) list.select(wanted);
  wanted = "";
}

/** @param {Run} failed */
function showFailure(failed) {
  const title = document.createElement("strong");
  title.textContent = failed.state === "cancelled" ? "This correction was cancelled." : "This correction did not work.";
  const reason = document.createElement("p");
  reason.textContent = `${failed.error} ${whatToDo(failed)}`;
  const code = document.createElement("p");
  code.className = "dim";
  code.textContent = failed.error_code && `Reason: ${failed.error_code}`;
  find("[data-failure]").replaceChildren(title, reason, code);
  find("[data-failure]").hidden = false;
}

/** @param {Run} fresh */
function showSums(fresh) {
  const { undecided, goingPieces, goingMm, totalMm, dice } = sumUp(fresh.components);
  find("[data-going-mm]").textContent = goingMm.toFixed(1);
  find("[data-total-mm]").textContent = totalMm.toFixed(1);
  find("[data-dice]").textContent = dice === null ? "not defined: the label is empty" : dice.toFixed(3);
  find("[data-going]").textContent = String(goingPieces);
  find("[data-total]").textContent = String(fresh.components.length);
  find("[data-left]").replaceChildren(...whatIsLeft(fresh, undecided));
  if (!canDecide) return;
  const clear = fresh.components.some((piece) => piece.decision === "remove" && isUndecided(piece));
  const isOver = fresh.result !== null;
  const accept = /** @type {HTMLButtonElement} */ (find("[data-accept-clear]"));
  const apply = /** @type {HTMLButtonElement} */ (find("[data-apply]"));
  accept.disabled = !clear;
  apply.disabled = undecided > 0;
  find("[data-acts]").hidden = isOver;
  find("[data-keys]").hidden = isOver;
  accept.classList.toggle("button-primary", !accept.disabled);
  apply.classList.toggle("button-primary", !apply.disabled);
}

/** @param {Run} fresh @param {number} undecided @returns {(Node | string)[]} */
function whatIsLeft(fresh, undecided) {
  if (fresh.result) {
    const link = document.createElement("a");
    link.href = comparisonAddress(fresh);
    link.textContent = "Compare before and after";
    return ["Applied: the corrected label stands beside the submitted one. ", link];
  }
  if (fresh.components.length === 0) return ["The label is empty: there is nothing to correct."];
  if (undecided === 0) return ["Everything is decided."];
  return [`${undecided} ${undecided === 1 ? "piece is" : "pieces are"} left to decide.`];
}

/** @param {Run} applied @returns {string} */
const comparisonAddress = (applied) =>
  `${page.dataset.comparison}?reference=${applied.result}&candidate=${applied.annotation}`;

/**
 * @param {{piece: Piece, isRemoved: boolean}[]} decisions
 * @returns {Promise<void>}
 */
function decide(decisions) {
  if (!canDecide || !run || run.result || decisions.length === 0) return sending;
  const body = decisions.map(({ piece, isRemoved }) => ({ component: piece.id, is_removed: isRemoved }));
  return send(async () => show(await postJson(`${address}decisions/`, body)));
}

/** @param {() => Promise<void>} request @returns {Promise<void>} */
function send(request) {
  sending = sending.then(request).catch((error) => showTrouble(`Not saved: ${error.message}`));
  return sending;
}

const selectNextUndecided = () => list.select(list.pieces.find(isUndecided)?.id);

/**
 * Nothing is decided before it was looked at: without a selected piece, the key selects one.
 * @param {boolean} isRemoved
 */
async function decideSelected(isRemoved) {
  const piece = list.selected;
  if (piece) await decide([{ piece, isRemoved }]);
  selectNextUndecided();
}

async function acceptClear() {
  const clear = list.pieces.filter((piece) => piece.decision !== "borderline" && !piece.human_decision);
  await decide(clear.map((piece) => ({ piece, isRemoved: piece.decision === "remove" })));
  selectNextUndecided();
}

function apply() {
  return send(async () => {
    const applied = await postJson(`${address}apply/`, {});
    location.assign(comparisonAddress(applied));
  });
}

/** What is decided on the way is sent first. */
function goOn() {
  const { next, piece } = page.dataset;
  if (next) sending.then(() => location.assign(`${next}?after=${piece}`));
}

/** @type {Record<string, () => unknown>} */
const KEYS = {
  k: () => decideSelected(false),
  r: () => decideSelected(true),
  a: acceptClear,
  f: () => panel.fit(),
  n: goOn,
  ArrowDown: () => list.step(1),
  ArrowUp: () => list.step(-1),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || run?.state !== "succeeded") return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
list.addEventListener("select", (event) => centreOn(/** @type {CustomEvent<Piece>} */ (event).detail));
list.addEventListener("decide", (event) => decide([/** @type {CustomEvent} */ (event).detail]));
find("[data-fit]").addEventListener("click", () => panel.fit());
page.querySelector("[data-go-on]")?.addEventListener("click", goOn);
if (canDecide) {
  find("[data-accept-clear]").addEventListener("click", acceptClear);
  find("[data-apply]").addEventListener("click", apply);
}
openImage().catch((error) => showTrouble(error.message));
follow();
