import assert from "node:assert/strict";
import { test } from "node:test";

import { areaText } from "../../static/viewer/area_words.js";
import { answerDoubt, doubtsText, piecesDoubt } from "../../static/viewer/submit_words.js";

test("an answer that contradicts the label is said with the size of what was drawn", () => {
  assert.equal(answerDoubt("no", 820, [0.1, 0.1]), "You drew 8.2 mm² of BAC and answered No.");
  assert.equal(answerDoubt("no", 12, null), "You drew 12 px of BAC and answered No.");
  assert.equal(answerDoubt("yes", 0, [0.1, 0.1]), "You answered Yes and drew no BAC.");
});

test("an answer that fits the label, or leaves it open, is no doubt", () => {
  assert.equal(answerDoubt("yes", 820, [0.1, 0.1]), "");
  assert.equal(answerDoubt("no", 0, [0.1, 0.1]), "");
  assert.equal(answerDoubt("uncertain", 820, [0.1, 0.1]), "");
  assert.equal(doubtsText(["", ""]), "");
});

test("pieces that wait are counted, and the way on is named once", () => {
  assert.equal(piecesDoubt(7, 10), "7 of 10 pieces of the proposal wait for your word.");
  assert.equal(piecesDoubt(1, 10), "1 of 10 pieces of the proposal waits for your word.");
  assert.equal(piecesDoubt(0, 10), "");
  const text = doubtsText([answerDoubt("yes", 0, null), piecesDoubt(1, 1)]);
  assert.equal(text.match(/once more/g)?.length, 1);
  assert.ok(text.startsWith("You answered Yes and drew no BAC. 1 of 1 piece of the proposal waits"));
});

test("a speck is not nothing", () => {
  assert.equal(areaText(1, [0.07, 0.07]), "less than 0.1 mm²");
});
