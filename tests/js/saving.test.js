import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { digest, fromBase64, toBase64 } from "../../static/viewer/codec.js";
import { capsule } from "../../static/viewer/drawing.js";
import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { answerOperation, maskOperation } from "../../static/viewer/operations.js";
import { empty, xor } from "../../static/viewer/runs.js";
import { Saver } from "../../static/viewer/saver.js";
import { saveWords } from "../../static/viewer/save_words.js";

const realTimeout = setTimeout;
mock.timers.enable({ apis: ["setTimeout"] });

/** Let time pass as it does on the page: what is scheduled runs, and answers come. */
async function pass(ms) {
  mock.timers.tick(ms);
  await new Promise((resolve) => realTimeout(resolve, 5));
}

/** Let time pass in steps until something is true; nobody asks for a flush. */
async function until(condition, limitMs = 100_000) {
  for (let passed = 0; !condition(); passed += 100) {
    assert.ok(passed < limitMs, `not within ${limitMs} ms: ${condition}`);
    await pass(100);
  }
}

const ID = "01890000-0000-7000-8000-000000000001";
const dot = (x) => capsule(64, 64, { x, y: 30 }, { x, y: 30 }, 4);
const brush = (x) => maskOperation("bac", dot(x), "brush", { radius_px: 4 });

/** Keeps operations as the real one does: known ids once, the base version checked before new ones. */
class Server {
  masks = { bac: empty(64, 64), microcalcification: empty(64, 64) };
  ids = new Set();
  requests = 0;
  /** @type {null | ((ops: any[]) => void)} called before an answer leaves */
  trouble = null;

  sendOperations = async (id, baseVersion, operations) => {
    this.requests++;
    const fresh = operations.filter((operation) => !this.ids.has(operation.id));
    if (fresh.length && baseVersion !== this.ids.size) {
      throw Object.assign(new Error("stale"), { code: "stale_version", status: 409, version: this.ids.size });
    }
    fresh.forEach((operation) => this.store(operation));
    this.trouble?.(operations);
    const masks = {};
    for (const [label, mask] of Object.entries(this.masks)) masks[label] = { sha256: await digest(mask), area_px: 0 };
    const acknowledged = operations.map((operation) => operation.id);
    return { version: this.ids.size, acknowledged, masks, saved_at: "2026-01-02T03:04:05Z" };
  };

  store(operation) {
    this.ids.add(operation.id);
    if (operation.kind === "mask") {
      this.masks[operation.label] = xor(this.masks[operation.label], fromBase64(operation.patch));
    }
  }

  readAnnotation = async () => this.annotation();

  annotation() {
    const masks = Object.fromEntries(Object.entries(this.masks).map(([label, mask]) => [label, { runs: toBase64(mask) }]));
    return { id: ID, state: "open", version: this.ids.size, answers: { bac_present: null }, masks };
  }
}

const failure = (status, code = "x", message = "The server does not answer.") =>
  Object.assign(new Error(message), { status, code });

function begin(server = new Server(), journal = new Journal(new MemoryStore())) {
  const saver = new Saver({ annotation: server.annotation(), server, journal, random: () => 0.5 });
  const reloads = [];
  saver.addEventListener("reload", (event) => reloads.push(event.detail.annotation));
  const notices = [];
  saver.addEventListener("notice", (event) => notices.push(event.detail));
  return { server, journal, saver, reloads, notices };
}

test("operations are sent together and are saved when acknowledged", async () => {
  const { server, journal, saver } = begin();
  await saver.add(brush(10));
  await saver.add(brush(40));
  await saver.add(answerOperation("yes"));
  assert.equal(saver.pendingCount, 3);

  await saver.flush();

  assert.deepEqual([server.requests, server.ids.size, saver.pendingCount, saver.version], [1, 3, 0, 3]);
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
  journal.add = async () => {
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

  assert.deepEqual(saver.localMasks().bac, dot(10));
  assert.ok(saver.acknowledged.bac.isEmpty);
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
  const { server, saver, reloads } = begin();
  server.trouble = () => {
    server.trouble = null;
    throw failure(0);
  };
  await saver.add(brush(10));
  await saver.flush();
  await saver.add(brush(14));
  await saver.flush();

  assert.deepEqual([server.ids.size, saver.state.kind, reloads.length], [2, "saved", 0]);
  assert.deepEqual(server.masks.bac, xor(dot(10), dot(14)));
  assert.deepEqual(saver.acknowledged.bac, server.masks.bac);
});

test("somebody else's change is read anew, with the own strokes on top", async () => {
  const { server, saver, reloads } = begin();
  server.store(brush(50));
  await saver.add(brush(10));
  await saver.flush();

  assert.equal(reloads.length, 1);
  assert.deepEqual(saver.localMasks().bac, xor(dot(50), dot(10)));
  assert.deepEqual([saver.version, saver.state.kind], [2, "saved"]);
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

test("strokes of an earlier visit are sent again, whether stored then or not", async () => {
  for (const wasStored of [false, true]) {
    const server = new Server();
    const journal = new Journal(new MemoryStore());
    const operation = brush(10);
    await journal.add(ID, operation);
    if (wasStored) server.store(operation);
    const { saver } = begin(server, journal);

    await saver.recover();

    assert.deepEqual(saver.localMasks().bac, dot(10), `stored: ${wasStored}`);
    assert.deepEqual([server.ids.size, saver.pendingCount], [1, 0]);
    assert.deepEqual(await journal.pending(ID), []);
  }
});

test("a refusal keeps the strokes and gives the reason", async () => {
  const { server, journal, saver } = begin();
  server.sendOperations = async () => {
    throw failure(409, "annotation_submitted", "This image was submitted; it can no longer be changed.");
  };
  await saver.add(brush(10));
  await saver.flush();

  assert.equal(
    saveWords(saver.state),
    "1 stroke not yet saved: the server refuses. This image was submitted; it can no longer be changed.",
  );
  assert.equal((await journal.pending(ID)).length, 1);
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

test("the journal gives each annotation its own operations, oldest first", async () => {
  const journal = new Journal(new MemoryStore());
  const operations = [brush(1), brush(2), brush(3)];
  for (const operation of operations.toReversed()) await journal.add("a", operation);
  await journal.add("b", brush(4));

  assert.deepEqual((await journal.pending("a")).map(({ id }) => id), operations.map(({ id }) => id));
  await journal.remove([operations[1].id]);
  assert.equal((await journal.pending("a")).length, 2);
});

test("answers are called changes, not strokes", () => {
  const state = { kind: "sending", pending: 2, noun: "change", savedAt: null, message: "" };

  assert.equal(saveWords(state), "Saving 2 changes");
});
