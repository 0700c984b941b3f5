/** The adjudication page: one disputed segment, one key, and the next one is there. */

import { json } from "../viewer/api.js";
import { ImagePanel } from "../viewer/image_panel.js";
import { uuid7 } from "../viewer/uuid.js";
import { DecisionPanel } from "./adjudication_panel.js";
import { Outlines } from "./adjudication_outlines.js";
import { SegmentQueue } from "./adjudication_queue.js";
import { RedrawTool } from "./adjudication_redraw.js";
import { DecisionSender } from "./adjudication_sender.js";
import { choiceText, endText, waitingText } from "./adjudication_words.js";

/** @typedef {import("./adjudication_queue.js").Item} Item */
/** @typedef {import("../viewer/window_level.js").Windowing} Windowing */

const HEARTBEAT_MS = 60_000; // well within the five minutes for which a segment is hers

const page = /** @type {HTMLElement} */ (document.querySelector("#adjudication"));
/** @type {<T extends HTMLElement>(selector: string) => T} */
const find = (selector) => /** @type {any} */ (page.querySelector(selector));

const image = new ImagePanel(find("[data-image]"));
const outlines = new Outlines(image);
const redraw = new RedrawTool(image);
const queue = new SegmentQueue(/** @type {string} */ (page.dataset.queue));
const sender = new DecisionSender();
const decisions = new DecisionPanel(page);
/** @type {Item | null} on the screen */
let current = null;
/** True while the current segment can be seen, and so be decided. */
let isShown = false;
/** @type {Map<string, Windowing>} by mammogram, where the expert changed it */
const windows = new Map();
/** True while the page itself sets the window. */
let isOpening = false;

/** @returns {string[]} */
const held = () => [...sender.segments, ...(current ? [current.segment.id] : [])];

async function next() {
  current = null;
  isShown = false;
  let item = queue.take();
  if (!item) {
    await sender.settled(); // or the server would give once more what is decided
    await queue.fill([]);
    item = queue.take();
  }
  if (!item) return end();
  await show(item);
  fillAhead();
}

const fillAhead = () => queue.fill(held()).then(showProgress, tellTrouble);

/** @param {Item} item */
async function show(item) {
  current = item;
  isShown = false;
  const { segment } = item;
  const { mammogram, hanging, levels } = await item.picture;
  if (current !== item) return;
  isOpening = true;
  image.prepare(mammogram);
  image.viewport.turn(hanging.quarter_turns, hanging.mirrored);
  await image.showPixels(levels);
  const chosen = windows.get(segment.mammogram);
  if (chosen) image.setWindowing(chosen);
  isOpening = false;
  lookAt(item);
  outlines.show(segment);
  decisions.show(segment, queue.progress);
  decisions.hang(hanging);
  tellTrouble(null);
  markWhenDrawn(item);
}

/** Nothing is decided on a picture that is still coming in. @param {Item} item */
function markWhenDrawn(item) {
  if (current !== item) return;
  const { renderer } = image;
  if (!renderer.isSettled || !renderer.image.texture) {
    requestAnimationFrame(() => markWhenDrawn(item));
    return;
  }
  isShown = true;
  page.dataset.segment = item.segment.id;
  performance.mark("segment-shown");
}

/** Show the segment at 1:1 in the middle; one that is larger than the stage as a whole. @param {Item} item */
function lookAt({ segment: { box, crop } }) {
  const inCrop = { row0: box[0] - crop[0], column0: box[1] - crop[1], row1: box[2] - crop[0], column1: box[3] - crop[1] };
  const { width, height } = image.viewport.canvas;
  const isLarger = inCrop.column1 - inCrop.column0 > width || inCrop.row1 - inCrop.row0 > height;
  if (isLarger) image.focus(inCrop);
  else image.oneToOne({ x: (inCrop.column0 + inCrop.column1) / 2, y: (inCrop.row0 + inCrop.row1) / 2 });
}

function end() {
  delete page.dataset.segment;
  decisions.end(endText(queue.progress));
  outlines.show(null);
}

/** @param {string} choice @param {{letter?: string, runs?: string, note?: string}} [fields] */
function decide(choice, fields = {}) {
  if (!current || !isShown) return;
  const { segment } = current;
  sender.send({
    url: `/api/disagreements/${segment.id}/decisions/`,
    body: { id: uuid7(), choice, ...fields },
    segment: segment.id,
  });
  decisions.say(`${choiceText(choice, fields.letter ?? "")}. Z takes it back.`);
  next().catch(tellTrouble);
}

async function undo() {
  await sender.settled();
  const answer = await json("POST", /** @type {string} */ (page.dataset.undo), { id: uuid7() });
  if (current) queue.putBack(current);
  queue.progress = answer.progress;
  await show(queue.open(answer.segment));
  decisions.say(`Taken back: ${choiceText(answer.choice, answer.letter).toLowerCase()}. Decide again.`);
}

/** @param {Error | null} error null when it is over */
function tellTrouble(error) {
  find("[data-trouble]").textContent = error?.message ?? "";
  find("[data-trouble]").hidden = !error;
}

function showProgress() {
  if (current) decisions.showProgress(current.segment, queue.progress);
}

// Decisions on their way

sender.addEventListener("change", () => decisions.warn(sender.isStuck ? waitingText(sender.waiting) : ""));
sender.addEventListener("stored", (event) => {
  const { answer } = /** @type {CustomEvent} */ (event).detail;
  queue.progress = answer.progress;
  showProgress();
  if (answer.notice) decisions.say(answer.notice);
});
sender.addEventListener("refused", (event) => {
  const { message } = /** @type {CustomEvent} */ (event).detail;
  tellTrouble(new Error(`Your last decision was not stored: ${message} The segment comes again.`));
});
addEventListener("beforeunload", (event) => {
  if (sender.waiting || redraw.isDrawing) event.preventDefault();
});
setInterval(() => {
  if (!document.hidden && current) fillAhead();
}, HEARTBEAT_MS);

// What can be done

function startRedraw() {
  if (!current || !isShown) return;
  redraw.begin(current.segment);
  decisions.setRedrawing(true, redraw.how);
}

function stopRedraw() {
  redraw.end();
  decisions.setRedrawing(false, redraw.how);
}

function keepDrawing() {
  const { runs } = redraw;
  stopRedraw();
  if (runs) decide("redraw", { runs });
  else decide("neither");
}

/** @param {"set" | "clear"} how */
function drawWith(how) {
  redraw.how = how;
  decisions.setRedrawing(true, how);
}

/** @param {string} letter */
function take(letter) {
  if (current?.segment.versions.some((version) => version.letter === letter)) decide("reader", { letter });
}

function toggleWindowTool() {
  const { input } = image;
  const isOn = input.tool !== input.window;
  input.choose(isOn ? input.window : input.pan);
  find("[data-window]").setAttribute("aria-pressed", String(isOn));
}

function toggleInverted() {
  image.invert();
  find("[data-invert]").setAttribute("aria-pressed", String(find("[data-invert]").getAttribute("aria-pressed") !== "true"));
}

function toggleOutlines() {
  outlines.layer.show(!outlines.layer.isShown);
  find("[data-outlines]").setAttribute("aria-pressed", String(outlines.layer.isShown));
}

const back = () => undo().catch(tellTrouble);

/** @type {Record<string, () => unknown>} */
const KEYS = {
  b: () => decide("both"),
  n: () => decide("neither"),
  r: startRedraw,
  d: () => isShown && decisions.openDiscussion(),
  z: back,
  f: () => image.fit(),
  g: () => current && lookAt(current),
  w: toggleWindowTool,
  i: toggleInverted,
  h: toggleOutlines,
};

/** @type {Record<string, () => unknown>} */
const REDRAW_KEYS = {
  b: () => drawWith("set"),
  e: () => drawWith("clear"),
  z: () => redraw.undo(),
  "[": () => redraw.size.smaller(),
  "]": () => redraw.size.larger(),
  Enter: keepDrawing,
  Escape: stopRedraw,
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLTextAreaElement;
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const isOnButton = event.target instanceof HTMLElement && event.target.closest("button, a");
  if (isOnButton && (event.key === "Enter" || event.key === " ")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const number = redraw.isDrawing ? 0 : Number(key);
  const act = redraw.isDrawing ? REDRAW_KEYS[key] : KEYS[key];
  if (!act && !(number >= 1)) return;
  event.preventDefault();
  if (act) act();
  else take(String.fromCharCode("A".charCodeAt(0) + number - 1));
});

/** @type {Record<string, () => unknown>} */
const BUTTONS = {
  "[data-both]": KEYS.b,
  "[data-neither]": KEYS.n,
  "[data-redraw]": startRedraw,
  "[data-discuss]": KEYS.d,
  "[data-undo-last]": back,
  "[data-fit]": KEYS.f,
  "[data-one-to-one]": KEYS.g,
  "[data-window]": toggleWindowTool,
  "[data-invert]": toggleInverted,
  "[data-outlines]": toggleOutlines,
  "[data-brush]": REDRAW_KEYS.b,
  "[data-eraser]": REDRAW_KEYS.e,
  "[data-keep-drawing]": keepDrawing,
  "[data-cancel-drawing]": stopRedraw,
};
for (const [selector, act] of Object.entries(BUTTONS)) find(selector).addEventListener("click", act);
decisions.addEventListener("take", (event) => take(/** @type {CustomEvent<string>} */ (event).detail));
decisions.addEventListener("only", (event) => outlines.only(/** @type {CustomEvent<string | null>} */ (event).detail));
decisions.addEventListener("discuss", (event) => decide("discuss", { note: /** @type {CustomEvent<string>} */ (event).detail }));
image.addEventListener("window", () => {
  if (current && !isOpening) windows.set(current.segment.mammogram, image.windowing);
});
image.addEventListener("view", () => {
  find("[data-zoom]").textContent = `${Math.round(100 * image.viewport.view.scale)} %`;
});
image.addEventListener("trouble", (event) => {
  const text = /** @type {CustomEvent<string>} */ (event).detail;
  tellTrouble(text ? new Error(text) : null);
});

// As in the viewer: what browser tests, and a curious person in the console, may ask of the page.
Object.defineProperty(window, "tramline", {
  value: {
    /** @param {number} x image px @param {number} y image px */
    imageToCss(x, y) {
      const [row0, column0] = current?.segment.crop ?? [0, 0];
      return image.clientPointOf({ x: x - column0, y: y - row0 });
    },
  },
});

next().catch(tellTrouble);
