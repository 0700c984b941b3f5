/**
 * Moves along the time line of an annotation with the page's own code and prints, as JSON, how long one move takes:
 * 1,000 strokes of 160 px on 4084 x 3328, to the end, the beginning and places between.
 */

import { capsule } from "../../static/viewer/drawing.js";
import { maskOperation } from "../../static/viewer/operations.js";
import { stepsOf } from "../../static/viewer/steps.js";
import { Timeline } from "../../static/viewer/timeline.js";

const [ROWS, COLUMNS] = [4084, 3328];
const STROKES = 1000;

const operations = Array.from({ length: STROKES }, (_, i) => {
  const [x, y] = [300 + ((i * 379) % 2600), 300 + ((i * 797) % 3400)];
  return maskOperation("bac", capsule(ROWS, COLUMNS, { x, y }, { x: x + 60, y: y + 150 }, 8), "brush", {});
});
const timeline = new Timeline(stepsOf(operations), ROWS, COLUMNS);
const moves = [STROKES, 0, 500, 501, 250].map((at) => {
  const begun = performance.now();
  timeline.go(at);
  return performance.now() - begun;
});
console.log(JSON.stringify({ move_ms: Math.max(...moves) }));
