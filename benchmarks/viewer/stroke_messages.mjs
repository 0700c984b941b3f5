/**
 * Draws simulated strokes with the page's own editor and prints, as JSON, how long their messages are and how long
 * the end of a stroke takes. A stroke is one of a reader along a calcified artery at 70 um per pixel, on 4084 x 3328:
 * brush of radius 4 to 12 px, 50 to 400 px long, in any direction, gently bending; the pointer is told every 6 px of
 * the way, rounded to half a pixel as on a screen at 2:1, with a tremor of 0.2 px.
 */

import { capsule } from "../../static/viewer/drawing.js";
import { LabelEditor } from "../../static/viewer/label_editor.js";
import { LabelPlanes } from "../../static/viewer/label_planes.js";
import { maskOperation } from "../../static/viewer/operations.js";
import { empty } from "../../static/viewer/runs.js";
import { requestOf } from "../../static/viewer/wire.js";

const [ROWS, COLUMNS] = [4084, 3328];
const STROKES = 400;
const STROKES_PER_IMAGE = 20;
const NOTHING = { bac: empty(ROWS, COLUMNS), microcalcification: empty(ROWS, COLUMNS) };
const STEP_PX = 6;
const SCREEN_PX = 0.5;
const TREMOR_PX = 0.2;
const BEND = 0.012; // radians for each step, one standard deviation, most of it kept to the next step

let seed = 7;

/** @returns {number} 0 to 1, the same ones in every run */
function random() {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
}

const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const onScreen = (value) => Math.round((value + TREMOR_PX * normal()) / SCREEN_PX) * SCREEN_PX;

function* pointerAlong(lengthPx) {
  let [x, y, direction, bend] = [600 + 2000 * random(), 600 + 2800 * random(), 2 * Math.PI * random(), 0];
  for (let way = 0; way < lengthPx; way += STEP_PX) {
    yield { x: onScreen(x), y: onScreen(y) };
    bend = 0.9 * bend + BEND * normal();
    direction += bend;
    x += STEP_PX * Math.cos(direction);
    y += STEP_PX * Math.sin(direction);
  }
}

/** Draw one stroke; return its message alone, the whole body that it travels in, and how long its end took. */
function draw(editor, version) {
  if (version % STROKES_PER_IMAGE === 0) editor.reset(NOTHING);
  const radiusPx = Math.round(2 * (4 + 8 * random())) / 2;
  let last = null;
  editor.begin();
  for (const point of pointerAlong(50 + 350 * random())) {
    editor.paint(capsule(ROWS, COLUMNS, last ?? point, point, radiusPx), "set");
    last = point;
  }
  let operation;
  const keep = ({ detail: { label, patch, tool, details, id } }) => {
    operation = maskOperation(label, patch, tool, { ...details, view: { s: 2, c: 2048, w: 1200 } }, id);
  };
  editor.addEventListener("edit", keep, { once: true });
  const started = performance.now();
  editor.end("brush", { radius_px: radiusPx });
  const endMs = performance.now() - started;
  const body = requestOf(version, [operation]);
  return { message: JSON.stringify(body.operations[0]).length, body: JSON.stringify(body).length, endMs };
}

const editor = new LabelEditor(new LabelPlanes(ROWS, COLUMNS));
const strokes = Array.from({ length: STROKES }, (_, version) => draw(editor, version));
const quantile = (name, share) => strokes.map((each) => each[name]).sort((a, b) => a - b)[Math.floor(share * STROKES)];

console.log(
  JSON.stringify({
    message_median_bytes: quantile("message", 0.5),
    message_p95_bytes: quantile("message", 0.95),
    body_median_bytes: quantile("body", 0.5),
    end_median_ms: quantile("endMs", 0.5),
    end_p95_ms: quantile("endMs", 0.95),
  }),
);
