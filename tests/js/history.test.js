import assert from "node:assert/strict";
import test from "node:test";

import { capsule } from "../../static/viewer/drawing.js";
import { History, turned } from "../../static/viewer/history.js";

const mask = (x) => ({ label: "bac", patch: capsule(100, 100, { x, y: 50 }, { x, y: 50 }, 3) });
const act = (id, x) => ({ id, changes: [mask(x)] });
const undo = (history) => follow(history, history.lastDone, "undoes");
const redo = (history) => follow(history, history.lastUndone, "redoes");
let steps = 0;

/** As the editor does: tell the history of the act that turns the last one round. */
function follow(history, last, which) {
  if (last) history.take({ id: `step ${++steps}`, changes: last.changes.map(turned), [which]: last.id });
  return last?.id ?? null;
}

test("undo and redo give acts back in turn", () => {
  const history = new History();
  history.take(act("first", 20));
  history.take(act("second", 60));

  assert.equal(undo(history), "second");
  assert.equal(undo(history), "first");
  assert.equal(undo(history), null);
  assert.equal(redo(history), "first");
  assert.deepEqual([history.canUndo, history.canRedo], [true, true]);
});

test("a new act forgets what was undone", () => {
  const history = new History();
  history.take(act("first", 20));
  undo(history);
  history.take(act("second", 60));

  assert.deepEqual([redo(history), history.canUndo, history.canRedo], [null, true, false]);
});

test("beyond its memory the oldest acts are forgotten, the last one never", () => {
  const size = mask(20).patch.runs.byteLength;
  const history = new History(2.5 * size);
  [10, 30, 50, 70].forEach((x) => history.take(act(`at ${x}`, x)));

  assert.deepEqual([undo(history), undo(history), undo(history)], ["at 70", "at 50", null]);

  const tiny = new History(1);
  tiny.take(act("only", 10));
  assert.equal(tiny.canUndo, true);
});

test("earlier steps are fetched once and come below those of this visit", async () => {
  const history = new History();
  let fetched = 0;
  history.start(async () => {
    fetched++;
    return [act("a", 10), act("b", 30), { ...act("x", 30), undoes: "b" }];
  });
  history.take(act("c", 50));

  assert.equal(undo(history), "c", "what was done here needs no server");
  assert.deepEqual([history.lastDone, history.canUndo], [null, true]);
  await Promise.all([history.complete(), history.complete()]);

  assert.equal(fetched, 1);
  assert.deepEqual([undo(history), undo(history)], ["a", null]);
  assert.deepEqual([redo(history), redo(history), redo(history)], ["a", "c", null], "b went when c was drawn");
});

test("what was undone in an earlier visit can be made again in this one", async () => {
  const history = new History();
  history.start(async () => [act("a", 10), act("b", 30), { ...act("x", 30), undoes: "b" }]);
  assert.equal(history.canRedo, true);

  await history.complete();

  assert.deepEqual([redo(history), history.canRedo], ["b", false]);
});

test("earlier steps that could not be fetched may be asked for again", async () => {
  const history = new History();
  let isAway = true;
  history.start(async () => {
    if (isAway) throw new Error("away");
    return [act("a", 10)];
  });

  await assert.rejects(history.complete(), /away/);
  isAway = false;
  await history.complete();

  assert.equal(undo(history), "a");
});

test("a history begun anew while steps are fetched takes the newer ones", async () => {
  const history = new History();
  let deliver;
  history.start(() => new Promise((resolve) => (deliver = resolve)));
  const completed = history.complete();
  history.start(async () => [act("new", 30)]);
  deliver([act("old", 10)]);
  await completed;

  assert.deepEqual([undo(history), undo(history)], ["new", null]);
});

test("pages of earlier days did not say what they took back: the last act with these pixels", () => {
  const history = new History();
  [10, 30, 30].forEach((x, i) => history.take({ ...act(`act ${i}`, x), tool: "brush" }));
  history.take({ ...act("u", 30), tool: "undo" });
  history.take({ ...act("v", 30), tool: "undo" });
  history.take({ ...act("w", 30), tool: "redo" });

  assert.deepEqual([undo(history), undo(history), undo(history)], ["act 1", "act 0", null]);
});

test("what claims to take back an act with other pixels is an act of its own", () => {
  const history = new History();
  history.take(act("a", 10));
  history.take({ ...act("odd", 30), undoes: "a" });
  history.take({ ...act("lost", 50), undoes: "never seen" });

  assert.deepEqual([undo(history), undo(history), undo(history)], ["lost", "odd", "a"]);
});

test("an act of another device between does not keep the own one from being taken back", () => {
  const history = new History();
  history.take(act("own", 10));
  history.take(act("theirs", 50));
  history.take({ ...act("u", 10), undoes: "own" });

  assert.deepEqual([undo(history), undo(history)], ["theirs", null]);
});
