// Pieces of a label and the bridge between them.
import assert from "node:assert/strict";
import test from "node:test";

import { curveThrough, lengthMm } from "../../static/viewer/curve.js";
import { capsule } from "../../static/viewer/drawing.js";
import { closestPixels, endNear, piecesNear } from "../../static/viewer/joining.js";
import { union } from "../../static/viewer/runs.js";

const [ROWS, COLUMNS] = [300, 400];
const left = capsule(ROWS, COLUMNS, { x: 40, y: 150 }, { x: 150, y: 150 }, 10);
const right = capsule(ROWS, COLUMNS, { x: 220, y: 150 }, { x: 350, y: 160 }, 6);

test("the pieces near a click come nearest first, those out of reach not at all", () => {
  const both = union(left, right);

  assert.deepEqual(piecesNear(both, { x: 175, y: 150 }, 60), [left, right]);
  assert.deepEqual(piecesNear(both, { x: 205, y: 150 }, 30), [right]);
  assert.deepEqual(piecesNear(both, { x: 200, y: 20 }, 60), []);
});

test("two pieces come closest where their ends face each other, and each knows its own width there", () => {
  const { from, to, distancePx } = closestPixels(left, right);

  assert.ok(Math.abs(distancePx - 55) < 1, `${distancePx} px`); // 160 to 214, between pixel centres
  const [one, other] = [endNear(left, from, 15), endNear(right, to, 15)];
  assert.ok(Math.abs(one.widthPx - 20) < 2, `${one.widthPx} px`);
  assert.ok(Math.abs(other.widthPx - 12) < 2, `${other.widthPx} px`);
  assert.ok(Math.abs(one.point.y - 150) < 2 && Math.abs(one.point.x - 150) < 8, JSON.stringify(one.point));
});

test("a single pixel is a piece, too", () => {
  const speck = capsule(ROWS, COLUMNS, { x: 380.5, y: 20.5 }, { x: 380.5, y: 20.5 }, 0.5);

  const { to } = closestPixels(right, speck);

  assert.deepEqual(to, { row: 20, column: 380 });
  assert.deepEqual(endNear(speck, to, 15), { point: { x: 380.5, y: 20.5 }, widthPx: 1 });
});

test("the ruler's curve is the spline that passes through every point: straight, parabola, arc", () => {
  const arc = Array.from({ length: 9 }, (_, i) => ({ x: 200 * Math.cos((i * Math.PI) / 8), y: 200 * Math.sin((i * Math.PI) / 8) }));

  assert.equal(lengthMm(curveThrough([{ x: 0, y: 0 }, { x: 30, y: 40 }]), [0.1, 0.1]), 5);
  assert.ok(Math.abs(lengthMm(curveThrough(arc), [0.1, 0.1]) - 20 * Math.PI) < 0.02);
  const parabola = [{ x: 0, y: 100 }, { x: 100, y: 0 }, { x: 200, y: 100 }];
  assert.ok(Math.abs(lengthMm(curveThrough(parabola), [1, 1]) - 295.79) < 0.05, `${lengthMm(curveThrough(parabola), [1, 1])}`);
});

test("pixels that are not square count by their own height and width, and a point clicked twice counts once", () => {
  assert.equal(lengthMm(curveThrough([{ x: 0, y: 0 }, { x: 0, y: 0 }, { x: 30, y: 0 }]), [0.2, 0.1]), 3);
  assert.equal(lengthMm(curveThrough([{ x: 0, y: 0 }, { x: 0, y: 30 }]), [0.2, 0.1]), 6);
  assert.deepEqual(curveThrough([]), []);
});
