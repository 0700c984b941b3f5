import assert from "node:assert/strict";
import test from "node:test";

import { capsule } from "../../static/viewer/drawing.js";
import { History } from "../../static/viewer/history.js";

const change = (x) => ({ label: "bac", patch: capsule(100, 100, { x, y: 50 }, { x, y: 50 }, 3) });

test("undo and redo give changes back in turn", () => {
  const history = new History();
  const [first, second] = [change(20), change(60)];
  history.push(first);
  history.push(second);

  assert.equal(history.undo(), second);
  assert.equal(history.undo(), first);
  assert.equal(history.undo(), null);
  assert.equal(history.redo(), first);
  assert.deepEqual([history.canUndo, history.canRedo], [true, true]);
});

test("a new change forgets what was undone", () => {
  const history = new History();
  history.push(change(20));
  history.undo();
  history.push(change(60));

  assert.equal(history.redo(), null);
  assert.equal(history.canUndo, true);
});

test("beyond its memory the oldest changes are forgotten, the last one never", () => {
  const size = change(20).patch.runs.byteLength;
  const history = new History(2.5 * size);
  const changes = [10, 30, 50, 70].map(change);
  changes.forEach((each) => history.push(each));

  assert.equal(history.undo(), changes[3]);
  assert.equal(history.undo(), changes[2]);
  assert.equal(history.undo(), null);

  const tiny = new History(1);
  tiny.push(changes[0]);
  assert.equal(tiny.canUndo, true);
});

test("cleared, there is nothing to undo or redo", () => {
  const history = new History();
  history.push(change(20));
  history.push(change(40));
  history.undo();

  history.clear();

  assert.deepEqual([history.canUndo, history.canRedo], [false, false]);
});
