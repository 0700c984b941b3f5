import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { answerOperation } from "../../static/viewer/operations.js";
import { xor } from "../../static/viewer/runs.js";
import { saveWords } from "../../static/viewer/save_words.js";
import { idsOf } from "../../static/viewer/working_copy.js";
import { ID, Server, begin, brush, dot, failure, pass, until } from "./saving_bench.js";

test("operations are sent together and are saved when acknowledged", async () => {
  const { server, journal, saver } = begin();
  await saver.add(brush(10));
  await saver.add(brush(40));
  await saver.add(answerOperation("yes"));
  assert.equal(saver.pendingCount, 3);

  await saver.flush();

  assert.deepEqual([server.requests, server.ids.size, saver.pendingCount, saver.copy.version], [1, 3, 0, 3]);
  assert.deepEqual(await journal.pending(ID), []);
  assert.match(saveWords(saver.state), /^Saved \d\d:\d\d:\d\d$/);
});

test("a stroke goes on its way by itself", async () => {
  const { server, journal, saver } = begin();
  await saver.add(brush(10));
  await until(() => saver.state.kind === "saved");

  assert.deepEqual([server.ids.size, saver.pendingCount], [1, 0]);
  assert.deepEqual(await journal.pending(ID), []);
});

test("strokes that follow each other closely do not hold each other up", async () => {
  const { server, saver } = begin();
  for (let x = 4; x < 20; x++) {
    await saver.add(brush(x));
    await pass(100);
  }

  assert.ok(server.ids.size >= 12, `${server.ids.size} of 16 strokes stored while she draws`);
});

test("with the browser's storage full, strokes are sent all the same and the reader is told once", async () => {
  const journal = new Journal(new MemoryStore());
  journal.keep = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const { server, saver, notices } = begin(new Server(), journal);
  await saver.add(brush(10));
  assert.equal(saver.state.kind, "sending");
  await saver.add(brush(20));
  await until(() => saver.pendingCount === 0);
  await saver.add(brush(30));
  await until(() => saver.pendingCount === 0);

  assert.deepEqual([server.ids.size, saver.state.kind], [3, "saved"]);
  assert.equal(notices.length, 1);
  assert.match(notices[0], /storage is full. Do not close the page/);
});

test("a stroke does not shorten the wait for the next retry", async () => {
  const { server, saver } = begin();
  let attempts = 0;
  server.sendOperations = async () => {
    attempts++;
    throw failure(503);
  };
  await saver.add(brush(10));
  await until(() => attempts === 4); // the next one is due in 8 s
  const before = attempts;
  await saver.add(brush(20));
  await pass(1_000);

  assert.equal(attempts, before);
});

test("a fault of the page is an alarm, not a server that does not answer", async (t) => {
  const logged = t.mock.method(console, "error", () => {});
  const { server, journal, saver } = begin();
  server.sendOperations = async () => {
    throw new TypeError("x is not a function");
  };
  await saver.add(brush(10));
  await until(() => saver.state.kind === "alarm");

  assert.match(saveWords(saver.state), /^Stop: A fault of this page stopped saving \(x is not a function\)/);
  assert.equal(logged.mock.callCount(), 1);
  assert.equal((await journal.pending(ID)).length, 1);
});

test("what is shown does not wait for the server", async () => {
  const { saver } = begin();
  await saver.add(brush(10));

  assert.deepEqual(saver.copy.masks.bac, dot(10));
  assert.ok(saver.copy.acknowledged.bac.isEmpty);
});

test("without an answer everything is kept, said in words and sent later", async () => {
  const { server, journal, saver } = begin();
  const send = server.sendOperations;
  server.sendOperations = async () => {
    throw failure(0);
  };
  await saver.add(brush(10));
  await saver.add(brush(20));
  await saver.add(brush(30));
  await saver.flush();

  assert.equal(saveWords(saver.state), "3 strokes not yet saved: the server does not answer");
  assert.equal((await journal.pending(ID)).length, 3);

  server.sendOperations = send;
  await until(() => saver.state.kind === "saved", 1_500); // the first retry: a second, with the middle of the spread

  assert.deepEqual([server.ids.size, saver.state.kind], [3, "saved"]);
});

test("retries become rarer, up to half a minute", async () => {
  const { server, saver } = begin();
  let attempts = 0;
  server.sendOperations = async () => {
    attempts++;
    throw failure(503);
  };
  await saver.add(brush(10));
  await saver.flush();
  const waits = [];
  for (let i = 0; i < 7; i++) {
    let waited = 0;
    for (const before = attempts; attempts === before; waited += 500) {
      mock.timers.tick(500);
      await new Promise(setImmediate);
    }
    waits.push(waited);
  }

  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("an answer lost after the server stored is not applied twice and needs no reload", async () => {
  const { server, saver, notices } = begin();
  server.trouble = () => {
    server.trouble = null;
    throw failure(0);
  };
  await saver.add(brush(10));
  await saver.flush();
  await saver.add(brush(14));
  await saver.flush();

  assert.deepEqual([server.ids.size, saver.state.kind, notices.length], [2, "saved", 0]);
  assert.deepEqual(server.masks.bac, xor(dot(10), dot(14)));
  assert.deepEqual(saver.copy.acknowledged.bac, server.masks.bac);
});

test("a mask that differs for no known reason is an alarm, and saving stops", async () => {
  const { server, saver } = begin();
  server.trouble = () => {
    server.masks.bac = dot(50);
  };
  await saver.add(brush(10));
  await saver.flush();

  assert.equal(saver.state.kind, "alarm");
  assert.match(saveWords(saver.state), /^Stop: .*Reload the page/);

  const { requests } = server;
  await saver.add(brush(20));
  await saver.flush();
  assert.equal(server.requests, requests);
});

test("after a log-out the strokes wait for the next log-in", async () => {
  const { server, saver } = begin();
  server.sendOperations = async () => {
    throw failure(401, "logged_out");
  };
  await saver.add(brush(10));
  await saver.flush();

  assert.match(saveWords(saver.state), /^1 stroke not yet saved: you are logged out/);
});

test("many operations go in requests of a bounded size, in order", async () => {
  const { server, saver } = begin();
  const sizes = [];
  server.trouble = (operations) => sizes.push(operations.length);
  for (let i = 0; i < 120; i++) await saver.add(brush(i % 60));

  await saver.flush();

  assert.deepEqual(sizes, [50, 50, 20]);
});

test("answers are called changes, not strokes", () => {
  const state = { kind: "sending", pending: 2, oldestAt: null, refused: 0, noun: "change", savedAt: null, message: "" };

  assert.equal(saveWords(state), "Saving 2 changes");
});
