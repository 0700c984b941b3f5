import assert from "node:assert/strict";
import test from "node:test";

import { changeWords, makerOf, stepWords } from "../../static/viewer/provenance_words.js";

const NOW = new Date(2026, 10, 21);
const change = (more = {}) => ({
  tool: "brush", is_set: true, is_own: true, reader: "R1", label: "bac", model: null, correction: null,
  made_at: new Date(2026, 10, 14, 14, 3).toISOString(),
  details: { radius_px: 5.5, view: { s: 2, c: 2048, w: 1200 } },
  ...more,
});
const words = (more, mmPerPx = 0.07) => changeWords(change(more), { now: NOW, mmPerPx });

test("a stroke says who, with what, how wide, when, at which zoom and window", () => {
  assert.equal(words(), "Drawn by you with the brush, 0.77 mm, on 14 Nov, 14:03, at 200 %, center 2048, width 1200.");
});

test("without a spacing the width is in pixels, and what is not known is left out", () => {
  assert.equal(words({ details: { radius_px: 5.5 } }, null), "Drawn by you with the brush, 11 px, on 14 Nov, 14:03.");
  assert.equal(words({ details: {} }), "Drawn by you with the brush, on 14 Nov, 14:03.");
});

test("reduced views, other years and other readers are named", () => {
  const made_at = new Date(2025, 0, 2, 9, 5).toISOString();
  const view = { s: 0.25, c: 100.4, w: 50 };
  assert.equal(
    words({ made_at, is_own: false, tool: "eraser", is_set: false, details: { view } }),
    "Erased by R1 with the eraser, on 2 Jan 2025, 09:05, at 25 %, center 100, width 50.",
  );
});

test("models and rules are named", () => {
  const model = { name: "vessel", version: "0.3", inference_run: "x" };
  assert.equal(
    words({ tool: "accept_prediction", model, details: { cutoff: 0.4 } }),
    "Accepted by you from a proposal, model vessel 0.3 at cut-off 0.40, on 14 Nov, 14:03.",
  );
  const correction = { correction_run: "x", algorithm_version: "1.2", component: 3, reason: "Too bright for a vessel." };
  assert.equal(
    words({ tool: "correction", is_set: false, correction, details: {} }),
    "Removed by you by label correction, version 1.2, on 14 Nov, 14:03. Too bright for a vessel.",
  );
});

test("an unknown tool harms nothing, and what is closed says so", () => {
  assert.equal(words({ tool: "laser", details: {} }), "Set by you (laser), on 14 Nov, 14:03.");
  assert.equal(words({ tool: "", is_own: false, details: {} }), "Taken over by R1 from an annotation that is closed to you, on 14 Nov, 14:03.");
});

test("steps of the time line are named in short", () => {
  const madeAt = change().made_at;
  const finding = { id: "f", shape: "group" };
  const step = (more) => stepWords({ id: "x", changes: [], madeAt, ...more }, NOW);
  assert.equal(step({ tool: "eraser" }), "Erased with the eraser, 14 Nov, 14:03");
  assert.equal(step({ tool: "undo" }), "Taken back with undo, 14 Nov, 14:03");
  assert.equal(step({ changes: [{ finding: "f", before: null, after: finding }] }), "Group placed, 14 Nov, 14:03");
  assert.equal(step({ changes: [{ finding: "f", before: finding, after: finding }] }), "Group changed, 14 Nov, 14:03");
  assert.equal(step({ changes: [{ finding: "f", before: finding, after: null }] }), "Finding removed, 14 Nov, 14:03");
  assert.equal(step({ tool: "" }), "Taken over from the label before, 14 Nov, 14:03");
  assert.equal(step({ undoes: "x", changes: [{ finding: "f", before: finding, after: null }] }), "Taken back with undo, 14 Nov, 14:03");
});

test("who drew a pixel leads, however often it was taken back and put back", () => {
  const drawn = change({ tool: "lasso" });
  const undone = change({ tool: "undo", is_set: false });
  const redone = change({ tool: "redo" });
  assert.equal(makerOf([redone, undone, drawn]), drawn);
  assert.equal(makerOf([drawn]), drawn);
  const erased = change({ tool: "eraser", is_set: false });
  assert.equal(makerOf([change({ tool: "undo" }), erased, drawn]), drawn, "the eraser was taken back");
  assert.equal(makerOf([undone, drawn]), undone, "nothing is left of it: who took it back");
  assert.equal(makerOf([]), null);
});
