/** How long the page waits, how much it keeps, and what it says of it. */

import assert from "node:assert/strict";
import test from "node:test";

import { retryAfterMs } from "../../static/viewer/api.js";
import { branchState, branchTitle } from "../../static/viewer/branch_words.js";
import { now, setServerTime } from "../../static/viewer/clock.js";
import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { maskOperation } from "../../static/viewer/operations.js";
import { leavingWords, saveWords, storageWords, unreadableWords } from "../../static/viewer/save_words.js";
import { timeOfUuid7, uuid7 } from "../../static/viewer/uuid.js";
import { AWAY, Server, begin, brush, dot, failure, pass, until } from "./saving_bench.js";

test("a server that asks to wait is asked again no sooner", async () => {
  const { server, saver } = begin();
  let attempts = 0;
  server.sendOperations = async () => {
    attempts++;
    throw Object.assign(failure(429, "throttled", "Too many requests."), { retryAfterMs: 60_000 });
  };
  await saver.add(brush(10));
  await until(() => attempts === 1);
  await pass(59_000);
  assert.equal(attempts, 1);
  assert.match(saveWords(saver.state), /^1 stroke not yet saved.*: too many requests$/);
  await until(() => attempts === 2, 5_000);
});

test("the wait that the server asks for is in seconds or a date by its own clock", () => {
  setServerTime(Date.parse("2026-03-01T12:00:00Z"));
  assert.equal(retryAfterMs("7"), 7_000);
  assert.ok(Math.abs(retryAfterMs("Sun, 01 Mar 2026 12:00:30 GMT") - 30_000) < 1_000);
  assert.deepEqual([null, "", "soon", "Sun, 01 Mar 2020 12:00:30 GMT"].map(retryAfterMs), [0, 0, 0, 0]);
  setServerTime(Date.now());
});

test("strokes are dated by the server's clock, and keep their order when it is set back", () => {
  setServerTime(Date.now() - 3 * 3_600_000); // this computer is three hours ahead
  const [first, second] = [uuid7(), uuid7()];
  assert.ok(first < second);
  setServerTime(Date.now());
  const third = maskOperation("bac", dot(10), "brush", {}).id;
  setServerTime(Date.now() - 3_600_000);
  assert.ok(third < uuid7(), "the clock went back, the order did not");
  assert.ok(Math.abs(now() - (Date.now() - 3_600_000)) < 1_000);
  assert.ok(timeOfUuid7(third) > 0);
  setServerTime(Number.NaN); // an answer without a date changes nothing
  assert.ok(Math.abs(now() - (Date.now() - 3_600_000)) < 1_000);
  setServerTime(Date.now());
});

test("drawing stops before more is unsent than the browser keeps, sooner where it keeps nothing", async () => {
  const send = async () => {
    throw AWAY;
  };
  for (const [isDurable, most] of [[false, 100], [true, 3_000]]) {
    const store = new MemoryStore();
    store.isDurable = isDurable;
    const { server, saver } = begin(new Server(), new Journal(store));
    server.sendOperations = send;
    const { patch } = brush(10);
    for (let i = 0; i < most - 1; i++) saver.copy.pending.push({ operation: brush(10), intent: { sets: patch, clears: patch }, version: i });
    assert.equal(saver.isFull, false);
    await saver.add(brush(12));
    assert.equal(saver.isFull, true);
    saver.stop();
  }
});

test("what waits for long is told with its age", () => {
  const state = { kind: "waiting", pending: 3, refused: 0, noun: "stroke", savedAt: null, message: "The server does not answer." };
  const words = (minutes) => saveWords({ ...state, oldestAt: new Date(now() - minutes * 60_000 - 5_000) });

  assert.equal(words(0), "3 strokes not yet saved: the server does not answer");
  assert.equal(words(4), "3 strokes not yet saved for 4 min: the server does not answer");
  assert.equal(words(150), "3 strokes not yet saved for 2 h: the server does not answer");
});

test("a page that was stopped sends nothing more", async () => {
  const { server, saver } = begin();
  await saver.add(brush(10));
  saver.stop();
  await pass(60_000);

  assert.deepEqual([server.requests, saver.pendingCount], [0, 1]);
});

test("every trouble of the storage has its words", () => {
  assert.match(storageWords(new DOMException("x", "QuotaExceededError")), /storage is full. Do not close the page/);
  assert.match(storageWords(new DOMException("x", "UnknownError")), /storage does not work. Do not close the page/);
  assert.match(leavingWords(1, true), /^1 change has not reached the server.*nobody reads them until you log in/);
  assert.match(leavingWords(2, false), /^2 changes have not reached the server.*they are lost/);
  assert.match(unreadableWords([{ reason: "other_person" }]), /of somebody else/);
  assert.match(unreadableWords([{ reason: "newer" }]), /newer form of this page/);
  assert.match(unreadableWords([{ reason: "damaged" }]), /cannot read/);
});

test("a branch says what it is, why it stands there and what became of it", () => {
  const operations = [{ kind: "mask", made_at: "2026-11-21T14:03:00" }, { kind: "mask", made_at: "2026-11-21T14:04:00" }];
  const branch = { id: "b", reason: "late", base_version: 3, stored_at: "2026-11-21T15:00:00", operations, decision: null };

  assert.equal(branchTitle(branch), "2 strokes of 21 Nov 14:03");
  assert.equal(branchTitle({ ...branch, operations: [{ kind: "answer", made_at: "2026-01-02T09:05:00" }] }), "1 change of 2 Jan 09:05");
  assert.match(branchState(branch), /^Came too late/);
  assert.match(branchState({ ...branch, reason: "overlap" }), /changed elsewhere/);
  const answered = [...operations, { kind: "answer", content: { question: "bac_present", value: "no" } }];
  assert.match(branchState({ ...branch, operations: answered }), /It answers: BAC not present\.$/);
  const decision = { value: "left_aside", reader: "R-7", decided_at: "2026-11-22T08:00:00" };
  assert.equal(branchState({ ...branch, decision }), "Left aside by R-7, 22 Nov 08:00.");
});
