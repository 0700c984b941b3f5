import assert from "node:assert/strict";
import test from "node:test";

import { piecesText } from "../../static/viewer/proposal_words.js";
import { fromDense } from "../../static/viewer/runs.js";

const PIECE = { mask: fromDense(new Uint8Array(100).fill(1), 10, 10), effect: "add", words: "proposed by the model" };
const STATE = { isChecking: false, isReadOnly: false, isSubmitted: false, proposal: "shown", waiting: 0, pieces: [], current: null, showKey: "P" };
const text = (given) => piecesText({ ...STATE, ...given }, [0.1, 0.1]);

test("nothing waits is said only where a proposal was seen and all of it decided", () => {
  assert.equal(text({}), "Nothing waits for your word.");
  for (const proposal of ["none", "running", "fetching", "unseen"]) {
    assert.doesNotMatch(text({ proposal }), /waits for your word/, proposal);
  }
});

test("pieces that are hidden still wait, and the way to them is named", () => {
  assert.equal(text({ proposal: "hidden", waiting: 7 }), "7 pieces wait for your word. The proposal is hidden: press P to show it.");
});

test("the piece at hand is numbered and measured", () => {
  assert.equal(text({ pieces: [PIECE], current: PIECE, waiting: 1 }), "1 of 1. Add 1.0 mm²: proposed by the model");
});

test("on a submitted image nobody is asked for a word", () => {
  assert.equal(text({ isSubmitted: true, isReadOnly: true, pieces: [PIECE], waiting: 1 }), "Submitted. Look only.");
});
