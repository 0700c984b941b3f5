import assert from "node:assert/strict";
import test from "node:test";

import { captionOf, earlierText } from "../../static/viewer/caption.js";

/** @type {import("../../static/viewer/caption.js").HangingFacts} */
const PLAIN = {
  laterality: "R", view: "CC", name: "RCC", place: "RCC", words: "", length_note: "",
  quarter_turns: 0, mirrored: false, confidence: "known", question: "",
};

test("a usual view says its name and nothing else", () => {
  assert.deepEqual(captionOf(PLAIN), { name: "RCC", words: "", notes: [] });
});

test("what was done to the stored picture is said", () => {
  assert.match(captionOf({ ...PLAIN, mirrored: true }).notes[0], /Shown mirrored/);
  assert.match(captionOf({ ...PLAIN, quarter_turns: 2, mirrored: true }).notes[0], /upside down and mirrored/);
});

test("a magnified view says what its mm are, a stated one who said so, an open one that it waits", () => {
  const { notes } = captionOf({ ...PLAIN, length_note: "Lengths are larger.", confidence: "stated" });

  assert.deepEqual(notes, ["Lengths are larger.", "Breast and view as a reader stated them."]);
  assert.match(captionOf({ ...PLAIN, question: "Which breast?" }).notes[0], /answer/);
});

test("time before this exam is said in days, months or years", () => {
  const words = [1, 45, 366, 730, 1100].map(earlierText);

  assert.deepEqual(words, ["1 day earlier", "45 days earlier", "12 months earlier", "2 years earlier", "3 years earlier"]);
  assert.match(earlierText(null), /not known/);
});
