import assert from "node:assert/strict";
import test from "node:test";

import { fateOf, isUndecided, orderByStake, pieceAt, sumUp, unionOf } from "../../static/pages/correction_pieces.js";
import { flagsText, imageText, measuresOf, measureText, whatToDo } from "../../static/pages/correction_words.js";
import { areaPx, empty, equal, Runs } from "../../static/viewer/runs.js";

let count = 0;

function piece(decision, lengthMm, { areaPx = 100, isRemoved = null, ...rest } = {}) {
  count += 1;
  const human_decision = isRemoved === null ? null : { is_removed: isRemoved, note: "", reviewer: "R1", decided_at: "" };
  return { id: String(count), number: count, decision, measures: { length_mm: lengthMm, area_px: areaPx }, human_decision, ...rest };
}

const row = (at, start, end) => new Runs(20, 20, Int32Array.from([at, start, end]));

test("a person's word counts, then the proposal; borderline stays open", () => {
  assert.equal(fateOf(piece("keep", 1)), "stays");
  assert.equal(fateOf(piece("remove", 1)), "goes");
  assert.equal(fateOf(piece("borderline", 1)), "open");
  assert.equal(fateOf(piece("keep", 1, { isRemoved: true })), "goes");
  assert.equal(fateOf(piece("remove", 1, { isRemoved: false })), "stays");
});

test("what the algorithm keeps needs no person", () => {
  const undecided = [piece("keep", 1), piece("remove", 1), piece("borderline", 1), piece("remove", 1, { isRemoved: false })];

  assert.deepEqual(undecided.map(isUndecided), [false, true, true, false]);
});

test("pieces in question come first, the longest on top", () => {
  const pieces = [piece("keep", 50), piece("remove", 1), piece("borderline", 3), piece("keep", 60), piece("remove", null)];

  assert.deepEqual(
    orderByStake(pieces).map(({ decision, measures }) => [decision, measures.length_mm]),
    [["borderline", 3], ["remove", 1], ["remove", null], ["keep", 60], ["keep", 50]],
  );
});

test("sums count what goes as things stand", () => {
  const pieces = [piece("keep", 10, { areaPx: 300 }), piece("remove", 2, { areaPx: 100 }), piece("borderline", 3, { areaPx: 0 })];

  assert.deepEqual(sumUp(pieces), { undecided: 2, goingPieces: 1, goingMm: 2, totalMm: 15, dice: (2 * 300) / 700 });
});

test("sums of an empty label have no Dice", () => {
  assert.equal(sumUp([]).dice, null);
});

test("any number of masks is joined", () => {
  const masks = Array.from({ length: 9 }, (_, at) => row(at, at, at + 2));

  assert.equal(areaPx(unionOf(masks, 20, 20)), 18);
  assert.ok(equal(unionOf([], 20, 20), empty(20, 20)));
  assert.ok(equal(unionOf([masks[0]], 20, 20), masks[0]));
});

test("the piece under a pixel is found by its pixels, not by its box", () => {
  const masks = { a: row(3, 0, 4), b: row(3, 8, 12) };
  const pieces = [piece("keep", 1, { id: "a", box: [0, 0, 20, 20] }), piece("keep", 1, { id: "b", box: [3, 8, 4, 12] })];
  const at = (r, c) => pieceAt(pieces, r, c, ({ id }) => masks[id])?.id;

  assert.deepEqual([at(3, 0), at(3, 3), at(3, 4), at(3, 8), at(2, 9)], ["a", "a", undefined, "b", undefined]);
});

test("measures are said with their unit, missing ones in words", () => {
  const [length, strength] = measuresOf("relative");

  assert.equal(measureText(piece("keep", 1.94), length), "1.9 mm");
  assert.equal(measureText(piece("keep", 1), strength), "not defined");
  assert.deepEqual(measuresOf("physical").map(({ unit }) => unit), ["mm", "µm", "mm²"]);
});

test("doubts are said in words, unknown ones too", () => {
  assert.equal(flagsText({ flags: ["near_skin", "some_new_flag"] }), "near the skin: less sure; some new flag");
  assert.equal(flagsText({ flags: ["steep_background"] }), "on steep ground: thickness cannot be trusted");
  assert.equal(flagsText({ flags: [] }), "");
});

test("a failed run says what to do", () => {
  assert.match(whatToDo({ state: "failed", error_code: "pixel_spacing_missing" }), /pixel_spacing_mm/);
  assert.match(whatToDo({ state: "failed", error_code: "unforeseen_error" }), /start the correction again/);
  assert.notEqual(imageText("physical", {}), imageText("relative", {}));
});

test("an image without a measure of mineral says why", () => {
  assert.match(imageText("relative", { flags: ["lossy_compression"] }), /compressed with loss/);
  assert.match(imageText("relative", { flags: ["log_scale_unknown"] }), /logarithmic/);
  assert.match(imageText("relative", {}), /processed for display/);
});

test("the page says which plane a magnified image is measured at, and what had to be assumed", () => {
  const summary = { flags: ["direction_guessed", "magnified"], processing: { magnification: 1.8 } };

  assert.match(
    imageText("physical", summary),
    /This image: which way is bright was told from the pixels; magnified: sizes at the object plane, factor 1.8\.$/,
  );
  assert.equal(imageText("physical", { flags: [], processing: {} }), "Judged by length and by thickness of mineral.");
});
