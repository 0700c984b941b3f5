import assert from "node:assert/strict";
import test from "node:test";

import { BreastFrame } from "../../static/viewer/breast_frame.js";
import { Viewport } from "../../static/viewer/viewport.js";
import { KnownViews, alignView, followView, followWindow } from "../../static/viewer/view_link.js";

/**
 * @param {string} laterality
 * @param {{rows?: number, columns?: number, spacing?: number | null, turns?: number, mirrored?: boolean}} [facts]
 */
function hung(laterality, { rows = 3000, columns = 2000, spacing = 0.1, turns = 0, mirrored = false } = {}) {
  const viewport = new Viewport();
  viewport.setCanvas(600, 700);
  viewport.setImage(rows, columns);
  viewport.turn(turns, mirrored);
  /** @type {[number, number] | null} */
  const spacingMm = spacing ? [spacing, spacing] : null;
  return { viewport, laterality, spacingMm };
}

/** @param {{x: number, y: number}} a @param {{x: number, y: number}} b */
const areNear = (a, b) => assert.ok(Math.hypot(a.x - b.x, a.y - b.y) <= 1, `${JSON.stringify(a)} ${JSON.stringify(b)}`);

test("a point and its position on the breast are each other's inverse, whichever way round", () => {
  for (const turns of [0, 1, 2, 3]) {
    for (const mirrored of [false, true]) {
      const { viewport } = hung("R", { turns, mirrored });
      const frame = new BreastFrame(viewport, "R", 0.1);

      assert.deepEqual(frame.pointAt(frame.positionOf({ x: 640, y: 1280 })), { x: 640, y: 1280 });
    }
  }
});

test("depth counts from the chest wall: the right edge of a right breast, the left one of a left", () => {
  const right = new BreastFrame(hung("R").viewport, "R", 1).positionOf({ x: 1900, y: 1500 });
  const left = new BreastFrame(hung("L").viewport, "L", 1).positionOf({ x: 100, y: 1500 });
  const mirrored = new BreastFrame(hung("R", { mirrored: true }).viewport, "R", 1).positionOf({ x: 100, y: 1500 });

  assert.deepEqual([right, left, mirrored], [{ depth: 100, height: 0 }, { depth: 100, height: 0 }, { depth: 100, height: 0 }]);
});

test("panning one breast pans the other mirrored, by the same mm", () => {
  const [right, left] = [hung("R"), hung("L", { spacing: 0.05, rows: 6000, columns: 4000 })];
  right.viewport.centreOn({ x: 1500, y: 1000 }, 2); // 50 mm deep, 50 mm above the middle

  followView(right, left, true);

  areNear(left.viewport.centre, { x: 1000, y: 2000 });
  assert.equal(left.viewport.view.scale, 1);
});

test("an image that is stored mirrored is panned as it hangs", () => {
  const [left, right] = [hung("L"), hung("R", { mirrored: true })];
  left.viewport.centreOn({ x: 700, y: 1200 }, 1);

  followView(left, right, true);

  areNear(right.viewport.centre, { x: 700, y: 1200 });
});

test("where a spacing is not known, image pixels count alike", () => {
  const [known, unknown] = [hung("R"), hung("L", { spacing: null })];
  known.viewport.centreOn({ x: 1500, y: 1000 }, 2);

  followView(known, unknown, true);

  areNear(unknown.viewport.centre, { x: 500, y: 1000 });
  assert.equal(unknown.viewport.view.scale, 2);
});

test("another view is zoomed alike, at the same depth and its own height", () => {
  const [cc, mlo] = [hung("R"), hung("R", { spacing: 0.05 })];
  mlo.viewport.centreOn({ x: 900, y: 1000 }, 0.5);
  cc.viewport.centreOn({ x: 1500, y: 2000 }, 2); // 50 mm deep

  followView(cc, mlo, false);

  areNear(mlo.viewport.centre, { x: 1000, y: 1000 });
  assert.equal(mlo.viewport.view.scale, 1);
});

test("another view does not move while the zoom stays", () => {
  const [cc, mlo] = [hung("R"), hung("R")];
  mlo.viewport.centreOn({ x: 900, y: 1000 }, 2);
  cc.viewport.centreOn({ x: 1500, y: 2000 }, 2);

  followView(cc, mlo, false);

  areNear(mlo.viewport.centre, { x: 900, y: 1000 });
});

test("a link that would move an image by less than a screen pixel leaves it alone", () => {
  const [one, other] = [hung("R"), hung("R")];
  const known = new KnownViews();
  for (const { viewport } of [one, other]) viewport.centreOn({ x: 900, y: 1000 }, 0.31);
  known.note(other.viewport);

  alignView(one, other);

  assert.ok(!known.isNews(other.viewport));
});

test("the whole image of one shows the whole image of the other", () => {
  const [one, other] = [hung("R"), hung("L", { spacing: 0.07 })];
  other.viewport.centreOn({ x: 10, y: 10 }, 4);

  followView(one, other, true);

  assert.ok(other.viewport.isFitted);
});

/** @param {number} center @param {number} width @returns {import("../../static/viewer/window_level.js").Windowing} */
const linear = (center, width) => ({ center, width, voiFunction: "LINEAR" });
/** @param {...[number, number]} windows */
const presets = (...windows) => windows.map(([center, width], i) => ({ title: `${i}`, windowing: linear(center, width) }));

test("the second stored window of one is the second of the other", () => {
  const from = { before: linear(1, 2), after: linear(500, 100), presets: presets([400, 50], [500, 100]) };

  const to = followWindow(from, { windowing: linear(2000, 1000), presets: presets([1800, 900], [2100, 700]) });

  assert.deepEqual(to, linear(2100, 700));
});

test("a dragged window is carried over as a step relative to its width", () => {
  const from = { before: linear(500, 100), after: linear(520, 200), presets: [] };

  const to = followWindow(from, { windowing: linear(2000, 1000), presets: [] });

  assert.deepEqual(to, linear(2200, 2000));
});
