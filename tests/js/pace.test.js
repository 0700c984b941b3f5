import assert from "node:assert/strict";
import test from "node:test";

import { paced } from "../../static/viewer/pace.js";

/** @param {import("node:test").TestContext} t */
function figures(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const shown = [];
  return { shown, show: paced((figure) => shown.push(figure), 100), pass: (ms) => t.mock.timers.tick(ms) };
}

test("of figures that change quickly the first and the last are shown, and no more than one each pace", (t) => {
  const { shown, show, pass } = figures(t);

  for (const figure of [1, 2, 3]) show(figure);
  assert.deepEqual(shown, [1]);
  pass(100);
  pass(50);
  assert.deepEqual(shown, [1, 3]);
  show(4);
  assert.deepEqual(shown, [1, 3]);
  pass(100);
  pass(50);
  pass(100);
  show(5);

  assert.deepEqual(shown, [1, 3, 4, 5]);
});

test("a figure that comes after the pace is shown with its own frame, and the one before it no more", (t) => {
  const { shown, show, pass } = figures(t);

  for (const figure of [1, 2]) show(figure);
  pass(100);
  show(3);
  assert.deepEqual(shown, [1, 3]);
  pass(100);
  pass(50);

  assert.deepEqual(shown, [1, 3]);
});
