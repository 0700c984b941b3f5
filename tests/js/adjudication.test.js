import assert from "node:assert/strict";
import { test } from "node:test";

import { choiceText, endText, lengthText, stakeText, titleText, votesText, waitingText } from "../../static/pages/adjudication_words.js";

const segment = { length_mm: 14.23, length_px: 142.3, marked_by: 2, read_by: 3 };
const progress = { total: 37, decided: 4, for_others: 0, waiting_mm: 212.4, waiting_without_mm: 0 };

test("the head says which segment of how many, and what is at stake", () => {
  assert.equal(titleText(progress), "Segment 5 of 37");
  assert.equal(stakeText(segment, progress), "14.2 mm at stake here, 212 mm left in all");
});

test("the last segment is never counted beyond the end", () => {
  assert.equal(titleText({ ...progress, decided: 37 }), "Segment 37 of 37");
});

test("an unknown size of pixels is told, here and in the sum", () => {
  const unknown = { ...segment, length_mm: null };
  assert.equal(lengthText(unknown), "142 px long; the size of a pixel is not known");
  assert.match(stakeText(unknown, { ...progress, waiting_without_mm: 2 }), /212 mm left in all, and 2 of unknown length$/);
});

test("votes are told without saying whose they are", () => {
  assert.equal(votesText(segment), "2 readers drew here, another one left it empty");
  assert.equal(votesText({ ...segment, marked_by: 1 }), "One reader drew here, 2 others left it empty");
  assert.equal(votesText({ ...segment, marked_by: 3 }), "3 readers drew here");
});

test("every choice has words of its own", () => {
  const said = ["reader", "both", "neither", "redraw", "discuss"].map((choice) => choiceText(choice, "B"));
  assert.equal(new Set(said).size, 5);
  assert.equal(said[0], "Taken as B drew it");
});

test("what waits and what is left is counted in words", () => {
  assert.match(waitingText(1), /^1 decision is not saved yet/);
  assert.match(waitingText(2), /^2 decisions are not saved yet/);
  const over = { ...progress, decided: 37 };
  assert.equal(endText(over), "All segments are decided.");
  assert.match(endText({ ...over, decided: 36 }), /^1 segment is with another expert/);
});

test("what another adjudicator decides is told apart", () => {
  const over = { ...progress, decided: 37, for_others: 2 };
  assert.match(endText(over), /^All segments that are yours to decide are decided\. 2 more wait for another adjudicator/);
});
