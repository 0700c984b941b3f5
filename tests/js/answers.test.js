import assert from "node:assert/strict";
import test from "node:test";

import { answersOf, areSame, contradicted, lastAnswers } from "../../static/viewer/answers.js";
import { overlapping, touchedBy } from "../../static/viewer/branch.js";
import { branchState } from "../../static/viewer/branch_words.js";
import { branchAnswers } from "../../static/viewer/merging.js";
import { answerOperation, maskOperation } from "../../static/viewer/operations.js";
import { fromDense } from "../../static/viewer/runs.js";
import { stepsOf } from "../../static/viewer/steps.js";

const answer = (value, question) => answerOperation(value, {}, question);
const pendingOf = (operations) => operations.map((operation) => ({ operation, intent: null, version: 0 }));

test("what is not answered is missing", () => {
  assert.deepEqual(answersOf({ bac_present: null, sharp: "no" }), { sharp: "no" });
});

test("the last word on each question counts", () => {
  const operations = [answer("yes"), answer("no", "sharp"), answer("yes", "sharp"), answer("uncertain")];

  assert.deepEqual(lastAnswers(operations), { bac_present: "uncertain", sharp: "yes" });
});

test("only a question that both answer can be contradicted", () => {
  assert.deepEqual(contradicted({ a: "yes", b: "no", c: "yes" }, { a: "no", b: "no", d: "yes" }), ["a"]);
});

test("answers are the same by question, in whatever order", () => {
  assert.ok(areSame({ a: "1", b: "2" }, { b: "2", a: "1" }));
  assert.ok(!areSame({ a: "1" }, { a: "1", b: "2" }));
  assert.ok(!areSame({ a: "1" }, { b: "1" }));
});

test("two devices that answer two questions do not contest each other", () => {
  const pending = pendingOf([answer("yes", "sharp")]);

  assert.deepEqual(overlapping(pending, touchedBy([answer("no"), answer("yes", "sharp")])), []);
  assert.deepEqual(overlapping(pending, touchedBy([answer("no", "sharp")])), pending);
});

test("a branch names what it answers", () => {
  const operations = [answer("yes"), answer("no", "sharp")].map(({ id, kind, answer: content }) => ({ id, kind, content, made_at: "2026-11-21T10:00:00Z" }));

  assert.deepEqual(branchAnswers(operations), { bac_present: "yes", sharp: "no" });
  assert.match(branchState({ reason: "overlap", decision: null, operations }), /It answers: BAC present, sharp no\.$/);
});

test("what a label was copied from is a step of its own, and told as such", () => {
  const stroke = (details) => maskOperation("bac", fromDense(new Uint8Array([0, 1, 1, 0]), 2, 2), "brush", details);
  const copied = { copied_from: "a", act: "copy" };

  const steps = stepsOf([stroke(copied), stroke(copied), stroke({})]);

  assert.deepEqual(steps.map(({ isCopy, changes }) => [isCopy, changes.length]), [[true, 2], [false, 1]]);
});
