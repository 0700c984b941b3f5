import assert from "node:assert/strict";
import test from "node:test";

import { answerOperation } from "../../static/viewer/operations.js";
import { Reading } from "../../static/viewer/reading.js";
import { fromDense } from "../../static/viewer/runs.js";
import { makePanel, openReading as open } from "./reading_bench.js";
import { AWAY, ID, Server, dot, failure, until } from "./saving_bench.js";

const draw = (reading, x) => reading.editor.change("bac", dot(x), "brush", {});
const painted = ({ panel }) => fromDense(panel.planes.pixels.map((bits) => bits & 1), 64, 64);

test("what is submitted is what is saved and shown", async () => {
  const { reading, server } = await open();
  draw(reading, 10);
  reading.setAnswer("yes");

  assert.equal(await reading.submit(), "");

  assert.deepEqual([server.state, reading.isReadOnly, server.masks.bac], ["submitted", true, dot(10)]);
});

test("nothing is submitted in an alarm", async () => {
  const { reading, server } = await open();
  server.trouble = () => {
    server.masks.bac = dot(50);
  };
  draw(reading, 10);
  await until(() => reading.saver.state.kind === "alarm");
  assert.equal(reading.saver.pendingCount, 0);

  assert.match(await reading.submit(), /^Not submitted: The server's mask differs/);
  assert.equal(server.state, "open");
});

test("what changed elsewhere while it was sent is not submitted unseen", async () => {
  const { reading, server, notices } = await open();
  const other = await open({ server });
  draw(other.reading, 50);
  await other.reading.saver.flush();
  draw(reading, 10);

  assert.match(await reading.submit(), /^Not submitted: Not what is stored/);
  assert.match(notices[0], /changed elsewhere/);
  assert.deepEqual(painted(reading), server.masks.bac);
  assert.equal(await reading.submit(), "", "now she has seen it");
});

test("nothing can be drawn, undone or answered while it is submitted", async () => {
  const { reading, server } = await open();
  draw(reading, 10);
  reading.setAnswer("yes");
  const submitted = reading.submit();
  draw(reading, 30);
  reading.editor.undo();
  reading.editor.begin();
  reading.editor.paint(dot(50), "set");
  reading.editor.end("brush", {});
  reading.setAnswer("no");

  assert.equal(await submitted, "");
  assert.deepEqual([server.masks.bac, painted(reading)], [dot(10), dot(10)]);
  assert.deepEqual([server.answer, reading.answer, reading.saver.pendingCount], ["yes", "yes", 0]);
  draw(reading, 30);
  assert.equal(reading.saver.pendingCount, 0);
});

test("after a submission that failed she can draw on", async () => {
  const { reading, server } = await open();
  server.submitAnnotation = async () => {
    throw AWAY;
  };
  assert.match(await reading.submit(), /^Not submitted: The server does not answer/);

  draw(reading, 10);
  assert.equal(reading.saver.pendingCount, 1);
});

/** Leave strokes and an answer behind that were never sent. */
async function leave(server, act) {
  const send = server.sendOperations;
  server.sendOperations = async () => {
    throw AWAY;
  };
  const { reading, journal } = await open({ server });
  act(reading);
  await reading.saver.flush();
  server.sendOperations = send;
  return journal;
}

test("strokes left in the browser after the image was submitted are told, and kept beside it on the server", async () => {
  const server = new Server();
  const journal = await leave(server, (reading) => {
    draw(reading, 10);
    draw(reading, 30);
  });
  const [first, second] = await journal.pending(ID);
  server.store(first.operation); // the first arrived, only its answer was lost
  server.state = "submitted";

  const { reading, notices } = await open({ server, journal, isReadOnly: true });

  assert.match(notices.at(-1), /^1 change came too late: this image is submitted/);
  const [branch] = server.branches.values();
  assert.deepEqual([branch.reason, branch.operations.map(({ id }) => id)], ["late", [second.operation.id]]);
  assert.deepEqual((await journal.read(ID)).entries, []);
  assert.deepEqual([painted(reading), reading.isReadOnly, reading.saver], [dot(10), true, null]);
});

test("strokes left in the browser after the exam was withdrawn are kept beside the image on the server", async () => {
  const server = new Server();
  const journal = await leave(server, (reading) => draw(reading, 10));
  server.hasExamEnded = true;

  const { reading } = await open({ server, journal, isReadOnly: true });

  const [branch] = server.branches.values();
  assert.deepEqual([branch.reason, branch.operations.length], ["late", 1]);
  assert.deepEqual([painted(reading).isEmpty, reading.isReadOnly], [true, true]);
});

test("an answer that is still to be sent is the one shown", async () => {
  const server = new Server();
  server.store(answerOperation("yes"));
  const journal = await leave(server, (reading) => reading.setAnswer("no"));
  server.sendOperations = async () => {
    throw AWAY;
  };

  const { reading } = await open({ server, journal });
  assert.deepEqual([reading.answer, server.answer], ["no", "yes"]);
});

test("an answer of an earlier visit is shown when it was sent on opening", async () => {
  const server = new Server();
  const journal = await leave(server, (reading) => reading.setAnswer("no"));

  const { reading, notices } = await open({ server, journal });
  assert.deepEqual([reading.answer, server.answer, notices], ["no", "no", []]);
});

test("at an address without encryption she can look, and is told why and what to do", async () => {
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, "crypto", { value: { getRandomValues: crypto.getRandomValues.bind(crypto) }, configurable: true });
  try {
    const { reading, notices } = await open();
    draw(reading, 10);
    assert.deepEqual([reading.isReadOnly, reading.saver], [true, null]);
    assert.match(notices.at(-1), /not encrypted.*https/);
  } finally {
    Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
  }
});

test("nothing can be drawn before it is known what an earlier visit left", async () => {
  const server = new Server();
  const journal = await leave(server, (reading) => draw(reading, 10));
  const read = journal.read.bind(journal);
  let drawnTooEarly;
  journal.read = async (annotation) => {
    drawnTooEarly?.();
    return read(annotation);
  };
  const reading = new Reading(makePanel(), server.annotation(), { server, journal: async () => journal });
  drawnTooEarly = () => draw(reading, 40);
  await reading.start(false);

  assert.deepEqual([painted(reading), reading.saver.pendingCount], [dot(10), 0]);
  draw(reading, 40);
  assert.equal(reading.saver.pendingCount, 1);
});

test("where the journal's key is not to be had she can look, is told, and draws as soon as it is", async () => {
  const server = new Server();
  const journal = await leave(server, (reading) => draw(reading, 10));
  let attempts = 0;
  const openJournal = async () => {
    if (++attempts < 3) throw failure(503, "unavailable", "The server is busy.");
    return journal;
  };
  const reading = new Reading(makePanel(), server.annotation(), { server, journal: openJournal });
  const told = [];
  reading.addEventListener("notice", (event) => told.push(event.detail));
  reading.addEventListener("state", () => told.push(reading.isReadOnly));
  await reading.start(false);
  draw(reading, 40);
  assert.match(told[0], /not draw on it yet.*The server is busy.*tries again/);
  assert.deepEqual([reading.isReadOnly, reading.saver, painted(reading).isEmpty], [true, null, true]);
  await until(() => !reading.isReadOnly);

  assert.deepEqual([attempts, painted(reading), server.masks.bac, told.at(-1)], [3, dot(10), dot(10), false]);
});
