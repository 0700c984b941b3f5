// Gate, pressure, footprint and fingers: what a hand does to the image.
import assert from "node:assert/strict";
import test from "node:test";

import { capsule } from "../../static/viewer/drawing.js";
import { imageToCanvas } from "../../static/viewer/geometry.js";
import { outlinePath } from "../../static/viewer/outline.js";
import { Grip } from "../../static/viewer/pinch.js";
import * as runs from "../../static/viewer/runs.js";
import { BrushSize } from "../../static/viewer/tools/brush_size.js";
import { Gate, gated, greyRange } from "../../static/viewer/tools/gate.js";
import { Viewport } from "../../static/viewer/viewport.js";
import { randomMask, seeded } from "./random_masks.js";

const [ROWS, COLUMNS] = [40, 50];
const random = seeded(21);
const grey = Uint16Array.from({ length: ROWS * COLUMNS }, () => Math.floor(random() * 4096));
const greyAt = (row, column) => grey[row * COLUMNS + column] ?? null;

test("the gate lets through the pixels that are at least as bright as its level, and no others", () => {
  const mask = capsule(ROWS, COLUMNS, { x: 8, y: 9 }, { x: 40, y: 30 }, 7);
  const dense = runs.toDense(mask);

  for (const level of [0, 1000, grey[9 * COLUMNS + 9], 4095, 5000]) {
    assert.deepEqual(runs.toDense(gated(mask, greyAt, level, false)), dense.map((on, at) => Number(on && grey[at] >= level)));
    assert.deepEqual(runs.toDense(gated(mask, greyAt, level, true)), dense.map((on, at) => Number(on && grey[at] <= level)));
  }
});

test("the level to begin with leaves one pixel in ten brighter, also where dark values are bright", () => {
  const sorted = Array.from(grey).sort((a, b) => a - b);
  const range = greyRange(ROWS, COLUMNS, greyAt, false);

  assert.deepEqual([range.least, range.most], [sorted[0], sorted.at(-1)]);
  assert.ok(Math.abs(sorted.filter((value) => value > range.usual).length / sorted.length - 0.1) < 0.01);
  const inverted = greyRange(ROWS, COLUMNS, greyAt, true);
  assert.ok(Math.abs(sorted.filter((value) => value < inverted.usual).length / sorted.length - 0.1) < 0.01);
  assert.equal(greyRange(ROWS, COLUMNS, () => null, false), null, "before the image is here");
});

test("each image has its own level, and switching ends the picking", () => {
  const gate = new Gate();
  const [one, other] = [{}, {}];
  gate.setLevel(one, 900);
  gate.pick();
  gate.set(true);

  assert.deepEqual([gate.levelOf(one), gate.levelOf(other), gate.isOn, gate.isPicking], [900, null, true, false]);
});

test("pressure changes the size of a pen alone, and only where it is switched on", () => {
  const size = new BrushSize();
  size.setSpacing([0.1, 0.1]);
  size.set(20);
  const pen = (pressure, buttons = 1) => size.radiusOf({ pointerType: "pen", pressure, buttons });
  assert.equal(pen(1), 10);
  size.setPressure(true);

  assert.deepEqual([pen(0.5), pen(1), pen(0.25), pen(0.001), pen(0, 0)], [10, 20, 5, 2, 10]);
  assert.equal(size.radiusOf({ pointerType: "mouse", pressure: 0.25, buttons: 1 }), 10);
  assert.deepEqual([size.text, size.textOf(5)], ["2.00 mm", "1.00 mm"]);
});

test("the outline of a footprint runs along the sides of its pixels, each side once", () => {
  for (let seed = 1; seed < 30; seed++) {
    const mask = randomMask(9, 11, 0.4, seed);
    const dense = runs.toDense(mask);
    const on = (row, column) => row >= 0 && row < 9 && column >= 0 && column < 11 && dense[row * 11 + column] === 1;
    const expected = [];
    for (let row = 0; row <= 9; row++) {
      for (let column = 0; column <= 11; column++) {
        if (on(row, column) !== on(row - 1, column)) expected.push(`h ${column} ${row}`);
        if (on(row, column) !== on(row, column - 1)) expected.push(`v ${column} ${row}`);
      }
    }
    assert.deepEqual(sidesOf(outlinePath(mask)).sort(), expected.sort(), `seed ${seed}`);
  }
  assert.equal(outlinePath(runs.empty(9, 11)), "");
});

test("what fingers hold stays below them, hung as stored, mirrored or turned", () => {
  for (const [turns, mirrored] of [[0, false], [0, true], [1, false], [2, true], [3, false]]) {
    const viewport = new Viewport();
    viewport.setCanvas(900, 700);
    viewport.setImage(3000, 2400);
    viewport.turn(turns, mirrored);
    const before = [{ x: 300, y: 250 }, { x: 500, y: 350 }];
    const grip = new Grip(viewport, before);
    const held = grip.held;

    grip.move([{ x: 250, y: 260 }, { x: 610.4, y: 333.3 }]);
    const after = [{ x: 200, y: 230 }, { x: 600, y: 430 }];
    grip.move(after);

    const middle = imageToCanvas(held, viewport.view);
    assert.ok(Math.hypot(middle.x - 400, middle.y - 330) <= Math.SQRT1_2, JSON.stringify(middle));
    assert.ok(Math.abs(viewport.view.scale / grip.scale - 2) < 1e-9);
  }
});

test("one finger pans without drifting, however small its steps", () => {
  const viewport = new Viewport();
  viewport.setCanvas(900, 700);
  viewport.setImage(3000, 2400);
  viewport.oneToOne({ x: 1200, y: 1500 });
  const grip = new Grip(viewport, [{ x: 400, y: 300 }]);
  for (let i = 1; i <= 100; i++) grip.move([{ x: 400 + 0.3 * i, y: 300 - 0.2 * i }]);

  const at = imageToCanvas(grip.held, viewport.view);
  assert.ok(Math.abs(at.x - 430) <= 0.5 && Math.abs(at.y - 280) <= 0.5, JSON.stringify(at));
});

/** @returns {string[]} the sides of pixels that a path draws */
function sidesOf(path) {
  return [...path.matchAll(/M(\d+) (\d+)(?:H(\d+)|v1)/g)].flatMap(([, x, y, end]) => {
    if (end === undefined) return [`v ${x} ${y}`];
    return Array.from({ length: end - x }, (_, i) => `h ${Number(x) + i} ${y}`);
  });
}
