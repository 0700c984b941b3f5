import assert from "node:assert/strict";
import test from "node:test";

import { capsule } from "../../static/viewer/drawing.js";
import { LabelEditor } from "../../static/viewer/label_editor.js";
import { LabelPlanes } from "../../static/viewer/label_planes.js";
import { proposedMask, thresholdOf } from "../../static/viewer/proposal.js";
import { buildPyramid } from "../../static/viewer/pyramid.js";
import * as runs from "../../static/viewer/runs.js";
import { Stroke } from "../../static/viewer/stroke.js";

const [ROWS, COLUMNS] = [301, 419]; // odd, and more than two tiles each way
const dot = (x, y, radius = 6) => capsule(ROWS, COLUMNS, { x, y }, { x, y }, radius);
const line = (a, b, radius = 4) => capsule(ROWS, COLUMNS, { x: a[0], y: a[1] }, { x: b[0], y: b[1] }, radius);

/** What the pixels say about one label. */
const painted = (planes, plane) => runs.fromDense(planes.pixels.map((bits) => bits & (1 << plane)), ROWS, COLUMNS);

test("a stroke's patch is exactly what it changed, across tiles", () => {
  const planes = new LabelPlanes(ROWS, COLUMNS);
  const before = line([100, 100], [300, 140], 9);
  planes.apply(0, before, "set");
  const stroke = new Stroke(planes, 0);
  const [first, second] = [line([20, 130], [400, 125]), line([400, 125], [410, 299])];

  stroke.paint(first, "set");
  stroke.paint(second, "set");

  assert.deepEqual(stroke.finish(), runs.difference(runs.union(first, second), before));
});

test("a stroke on one label leaves the others alone", () => {
  const planes = new LabelPlanes(ROWS, COLUMNS);
  planes.apply(0, dot(128, 128, 20), "set");
  planes.apply(1, dot(120, 120, 20), "set");
  const stroke = new Stroke(planes, 0);

  stroke.paint(dot(128, 128, 12), "clear");

  assert.deepEqual(stroke.finish(), dot(128, 128, 12));
  assert.deepEqual(painted(planes, 1), dot(120, 120, 20));
});

test("reduced labels hold a bit wherever any pixel below has it, after partial updates", () => {
  const planes = new LabelPlanes(ROWS, COLUMNS);
  planes.apply(0, dot(418, 300, 1), "set");
  planes.apply(2, line([5, 5], [415, 290], 0.8), "set");
  while (planes.takeDirty());
  planes.apply(0, dot(418, 300, 1), "flip");
  planes.apply(1, dot(418, 300, 0.9), "set");
  while (planes.takeDirty());

  const expected = [0, 1, 2].map((plane) =>
    buildPyramid(planes.pixels.map((bits) => bits & (1 << plane)), ROWS, COLUMNS, "max"),
  );

  planes.levels.forEach(({ values }, level) => {
    const [a, b, c] = expected.map((pyramid) => pyramid[level].values);
    assert.deepEqual(values, a.map((bits, i) => bits | b[i] | c[i]), `level ${level}`);
  });
});

test("a small change touches few tiles", () => {
  const planes = new LabelPlanes(4096, 3328);
  planes.apply(0, capsule(4096, 3328, { x: 1000, y: 1000 }, { x: 1010, y: 1004 }, 10), "set");

  let tiles = 0;
  while (planes.takeDirty()) tiles++;

  assert.equal(tiles, 1);
});

/** An editor that notes what it tells. */
function editor() {
  const made = new LabelEditor(new LabelPlanes(ROWS, COLUMNS));
  const edits = [];
  made.addEventListener("edit", (event) => edits.push(event.detail));
  return { editor: made, edits };
}

test("a stroke becomes one operation, and undo and redo send its patch again", () => {
  const { editor: own, edits } = editor();
  own.begin();
  own.paint(dot(50, 50), "set");
  own.paint(dot(56, 50), "set");
  own.end("brush", { radius_px: 6 });
  const drawn = runs.union(dot(50, 50), dot(56, 50));

  assert.deepEqual(own.masks.bac, drawn);
  own.undo();
  assert.deepEqual([own.masks.bac.isEmpty, painted(own.planes, 0).isEmpty], [true, true]);
  own.redo();

  assert.deepEqual(painted(own.planes, 0), drawn);
  assert.deepEqual(edits.map(({ tool }) => tool), ["brush", "undo", "redo"]);
  assert.ok(edits.every(({ patch }) => runs.equal(patch, drawn)));
});

test("a stroke that changes nothing leaves no trace", () => {
  const { editor: own, edits } = editor();
  own.begin();
  own.paint(dot(50, 50), "clear");
  own.end("eraser", {});

  assert.deepEqual(edits, []);
  assert.equal(own.history.canUndo, false);
});

test("a stroke broken off is taken back", () => {
  const { editor: own, edits } = editor();
  own.begin();
  own.paint(dot(50, 50), "set");

  own.abort();
  own.end("brush", {});

  assert.deepEqual([painted(own.planes, 0).isEmpty, edits.length], [true, 0]);
});

test("tools work on the chosen label", () => {
  const { editor: own, edits } = editor();
  own.choose("microcalcification");
  own.begin();
  own.paint(dot(50, 50), "set");
  own.end("brush", {});

  assert.equal(edits[0].label, "microcalcification");
  assert.deepEqual([own.masks.bac.isEmpty, own.masks.microcalcification], [true, dot(50, 50)]);
});

test("masks from the server replace pixels and history, and are no edit", () => {
  const { editor: own, edits } = editor();
  own.change("bac", dot(50, 50), "polyline", {});

  own.reset({ bac: dot(90, 90), microcalcification: dot(20, 20) });

  assert.deepEqual([painted(own.planes, 0), painted(own.planes, 1)], [dot(90, 90), dot(20, 20)]);
  assert.deepEqual([own.history.canUndo, edits.length], [false, 1]);
});

test("the proposal is every pixel at or above the cut-off", () => {
  const map = new Uint8Array(ROWS * COLUMNS);
  const disc = runs.toDense(dot(200, 150, 30));
  map.forEach((_, i) => (map[i] = disc[i] ? 40 + (i % 200) : i % 5));
  map[map.length - 1] = 255;
  const levels = buildPyramid(map, ROWS, COLUMNS, "max");

  for (const cutoff of [0.02, 0.2, 0.5, 0.93, 1]) {
    const expected = map.map((value) => Number(value >= cutoff * 255));
    assert.deepEqual(runs.toDense(proposedMask(levels, thresholdOf(cutoff))), expected, `cut-off ${cutoff}`);
  }
});

test("no cut-off proposes the background", () => {
  assert.equal(thresholdOf(0), 1);
  assert.equal(thresholdOf(0.2), 51);
  assert.equal(thresholdOf(1), 255);
});

const finding = (id, x, more = {}) => ({
  id, label: "microcalcification", shape: "dot", points: [[x, 20]], assessment: "unknown", histology: "", ...more,
});

test("several labels changed at once are one act, and one undo takes all of it back", async () => {
  const { editor: own, edits } = editor();
  own.change("bac", dot(50, 50), "brush", {});
  own.changeAll([{ label: "bac", patch: dot(50, 50) }, { label: "microcalcification", patch: dot(50, 50) }], "reclassify", {});
  assert.deepEqual([own.masks.bac.isEmpty, own.masks.microcalcification], [true, dot(50, 50)]);

  await own.undo();

  assert.deepEqual([own.masks.bac, own.masks.microcalcification.isEmpty], [dot(50, 50), true]);
  const [drawn, first, second, ...undone] = edits;
  assert.equal(drawn.details.act, undefined, "an act of one operation needs no name");
  assert.deepEqual([first.details.act, second.details.act], [first.id, first.id]);
  assert.ok(undone.every(({ tool, details }) => tool === "undo" && details.undoes === first.id && details.act === undone[0].id));
  await own.undo();
  assert.deepEqual([own.masks.bac.isEmpty, edits.at(-1).details], [true, { undoes: drawn.id }]);
});

test("findings are put, changed and removed, each an act that can be undone", async () => {
  const { editor: own, edits } = editor();
  own.putFinding(finding("f", 10));
  own.putFinding(finding("f", 10, { assessment: "benign" }));
  own.removeFinding("f");
  own.removeFinding("never put");

  assert.deepEqual(edits.map((edit) => edit.finding.removed ?? edit.finding.assessment), ["unknown", "benign", true]);
  assert.equal(own.findings.size, 0);
  await own.undo();
  assert.equal(own.findings.get("f").assessment, "benign");
  await own.undo();
  assert.equal(own.findings.get("f").assessment, "unknown");
  await own.undo();
  assert.deepEqual([own.findings.size, edits.at(-1).finding], [0, { id: "f", removed: true }]);
  await own.redo();
  assert.equal(own.findings.get("f").assessment, "unknown");
});

test("an earlier state comes back as one act that can be undone", async () => {
  const { editor: own, edits } = editor();
  own.change("bac", dot(50, 50), "brush", {});
  own.putFinding(finding("f", 10));
  const { masks, findings } = own;
  own.change("microcalcification", dot(90, 90), "brush", {});
  own.change("bac", dot(50, 50), "eraser", {});
  own.removeFinding("f");
  const later = { masks: own.masks, findings: own.findings };

  own.restore(masks, findings, { to: 2 });

  assert.deepEqual([own.masks, own.findings, painted(own.planes, 0)], [masks, findings, dot(50, 50)]);
  assert.equal(new Set(edits.slice(-3).map(({ details }) => details.act)).size, 1);
  await own.undo();
  assert.deepEqual([own.masks, own.findings, painted(own.planes, 0).isEmpty], [later.masks, later.findings, true]);
});

test("nothing happens to a locked editor", async () => {
  const { editor: own, edits } = editor();
  own.change("bac", dot(50, 50), "brush", {});
  own.isLocked = true;
  own.changeAll([{ label: "bac", patch: dot(90, 90) }], "lasso", {});
  own.putFinding(finding("f", 10));
  own.restore({ bac: dot(9, 9), microcalcification: dot(9, 9) }, new Map(), {});
  await Promise.all([own.undo(), own.redo()]);

  assert.deepEqual([own.masks.bac, own.findings.size, edits.length], [dot(50, 50), 0, 1]);
});

test("undo that has to wait for earlier steps does not break into a new stroke", async () => {
  const { editor: own } = editor();
  own.reset({ bac: dot(50, 50), microcalcification: runs.empty(ROWS, COLUMNS) }, new Map(), async () => [
    { id: "earlier", changes: [{ label: "bac", patch: dot(50, 50) }] },
  ]);
  const undone = own.undo();
  own.begin();
  own.paint(dot(90, 90), "set");
  await undone;
  own.end("brush", {});

  assert.deepEqual(own.masks.bac, runs.union(dot(50, 50), dot(90, 90)));
  await own.undo();
  await own.undo();
  assert.deepEqual([own.masks.bac.isEmpty, own.history.canUndo], [true, false]);
});

test("where earlier steps cannot be fetched the reader is told, and may try again", async () => {
  const { editor: own } = editor();
  const told = [];
  own.addEventListener("trouble", (event) => told.push(event.detail.message));
  let isAway = true;
  own.reset({ bac: dot(50, 50), microcalcification: runs.empty(ROWS, COLUMNS) }, new Map(), async () => {
    if (isAway) throw new Error("away");
    return [{ id: "earlier", changes: [{ label: "bac", patch: dot(50, 50) }] }];
  });

  await own.undo();
  assert.deepEqual([told, own.masks.bac], [["away"], dot(50, 50)]);
  isAway = false;
  await own.undo();
  assert.equal(own.masks.bac.isEmpty, true);
});

test("a look at the past changes nothing, and nothing can be changed meanwhile", async () => {
  const { editor: own, edits } = editor();
  own.change("bac", dot(50, 50), "brush", {});
  const told = edits.length;
  const past = { bac: runs.empty(ROWS, COLUMNS), microcalcification: dot(90, 90) };

  own.showPast(past, new Map());
  assert.deepEqual([own.masks, painted(own.planes, 1), own.isInPast], [past, dot(90, 90), true]);
  own.begin();
  own.paint(dot(20, 20), "set");
  own.end("brush", {});
  own.change("bac", dot(20, 20), "fill", {});
  await own.undo();
  assert.deepEqual([own.masks, edits.length], [past, told]);

  own.leavePast();
  assert.deepEqual([own.masks.bac, painted(own.planes, 0), painted(own.planes, 1).isEmpty], [dot(50, 50), dot(50, 50), true]);
  await own.undo();
  assert.equal(own.masks.bac.isEmpty, true);
});

test("restoring from the past starts from what is there now", async () => {
  const { editor: own, edits } = editor();
  own.change("bac", dot(50, 50), "brush", {});
  own.change("bac", dot(90, 90), "brush", {});
  const past = { ...own.masks, bac: dot(50, 50) };
  own.showPast(past, new Map());

  own.restore(past, new Map(), {});

  assert.deepEqual([own.isInPast, own.masks.bac, edits.at(-1).patch], [false, dot(50, 50), dot(90, 90)]);
});

test("masks from the server end a look at the past", () => {
  const { editor: own } = editor();
  own.showPast({ ...own.masks, bac: dot(50, 50) }, new Map());

  own.reset({ ...own.masks, bac: dot(90, 90) });
  own.leavePast();

  assert.deepEqual([own.isInPast, own.masks.bac, painted(own.planes, 0)], [false, dot(90, 90), dot(90, 90)]);
});
