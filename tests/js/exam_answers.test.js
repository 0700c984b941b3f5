/** Answers about an exam: none is lost, none overtakes a later one, whatever becomes of the line. */

import assert from "node:assert/strict";
import test from "node:test";

import { examAnswersText, examAnswersTitle } from "../../static/viewer/branch_words.js";
import { ExamAnswers } from "../../static/viewer/exam_answers.js";
import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { failure, until } from "./saving_bench.js";

const EXAM = "01890000-0000-7000-8000-0000000000ee";

/** Stores an answer once for each id, as the real one does. */
class Server {
  stored = new Map();
  log = [];
  /** @type {null | (() => void)} throws before, or after, it is stored */
  before = null;
  after = null;

  answerExam = async (assignment, { id, question, value }) => {
    this.before?.();
    if (!this.stored.has(id)) this.log.push(`${question}=${value}`);
    this.stored.set(id, [question, value]);
    this.after?.();
    return { answers: Object.fromEntries(this.stored.values()) };
  };
}

function open(server, store = new MemoryStore()) {
  const answers = new ExamAnswers({ assignment: EXAM, stored: {}, server, journal: new Journal(store), random: () => 0.5 });
  const told = [];
  answers.addEventListener("notice", ({ detail }) => told.push(detail));
  return { answers, store, told };
}

const noLine = () => {
  throw failure(0, "no_answer", "The server does not answer.");
};

test("answers given without a line are shown, kept, and sent in their order when it is back", async () => {
  const server = new Server();
  const { answers, store } = open(server);
  server.before = noLine;
  await answers.give("help", "yes");
  await answers.give("help", "no");
  await answers.give("recall", "yes");

  assert.deepEqual(answers.answers, { help: "no", recall: "yes" });
  assert.deepEqual([answers.state.kind, answers.state.pending], ["waiting", 3]);
  assert.equal((await store.recordsOf(EXAM)).length, 3);
  server.before = null;
  await until(() => !answers.pendingCount);
  assert.deepEqual(server.log, ["help=yes", "help=no", "recall=yes"]);
  await until(() => answers.state.kind === "saved");
  assert.deepEqual(await store.recordsOf(EXAM), []);
});

test("the next visit sends what an earlier one could not", async () => {
  const server = new Server();
  server.before = noLine;
  const { answers, store } = open(server);
  await answers.give("help", "yes");
  answers.stop();
  server.before = null;

  const later = open(server, store).answers;
  await later.recover();
  assert.deepEqual([server.log, later.answers, later.pendingCount], [["help=yes"], { help: "yes" }, 0]);
});

test("an answer whose acknowledgement is lost is stored once", async () => {
  const server = new Server();
  server.after = noLine;
  const { answers } = open(server);
  await answers.give("help", "yes");
  server.after = null;
  await until(() => !answers.pendingCount);
  assert.deepEqual(server.log, ["help=yes"]);
});

test("an answer that comes too late stays in the browser, and what is shown is what the server has", async () => {
  const server = new Server();
  const { answers, store, told } = open(server);
  await answers.give("help", "yes");
  server.before = () => {
    throw failure(409, "exam_not_open", "This exam is submitted.");
  };
  await answers.give("help", "no");

  assert.deepEqual([answers.answers, answers.pendingCount, answers.state.refused], [{ help: "yes" }, 0, 1]);
  assert.match(told.join(), /refuses an answer about the exam.*This exam is submitted/);
  assert.equal((await store.recordsOf(EXAM)).length, 1);
  const later = open(new Server(), store).answers;
  await later.recover();
  assert.deepEqual([later.state.refused, later.pendingCount], [1, 0]);
  for (const { refused } of [answers, later]) {
    assert.equal(examAnswersText(refused), "It says: help no.");
    assert.match(examAnswersTitle(refused), /^1 answer about the exam of \d+ /);
    assert.equal(refused[0].refusal.message, "This exam is submitted.");
  }
});
