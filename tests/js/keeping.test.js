/** What the browser's storage could not keep once is written again, and until then nobody is told that it is kept. */

import assert from "node:assert/strict";
import test from "node:test";

import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { AWAY, ID, Server, begin, brush, failure, pass, until } from "./saving_bench.js";

const full = () => new DOMException("full", "QuotaExceededError");

/** A disk that takes nothing while `isFull`. */
class FullStore extends MemoryStore {
  isDurable = true;
  isFull = true;

  async put(records) {
    if (this.isFull) throw full();
    await super.put(records);
  }
}

const beginAway = (store) => {
  const server = new Server();
  const send = server.sendOperations;
  server.sendOperations = async () => {
    throw AWAY;
  };
  return { ...begin(server, new Journal(store)), send };
};

const keptIds = async (journal) => (await journal.read(ID)).entries.map(({ id }) => id);
const idsOf = (saver) => saver.copy.pending.map(({ operation }) => operation.id);

test("a stroke that could not be kept is written with the next one, and only then they count as kept", async () => {
  const store = new FullStore();
  const { saver, journal, notices } = beginAway(store);
  await saver.add(brush(10));
  assert.equal(saver.isKept, false);
  store.isFull = false;
  await saver.add(brush(40));

  assert.deepEqual(await keptIds(journal), idsOf(saver));
  assert.equal(saver.isKept, true);
  assert.equal(notices.filter((text) => text.includes("storage is full")).length, 1);
  saver.stop();
});

test("it is written again though nothing more is drawn", async () => {
  const store = new FullStore();
  const { saver, journal } = beginAway(store);
  await saver.add(brush(10));
  store.isFull = false;
  await until(() => saver.isKept);

  assert.deepEqual(await keptIds(journal), idsOf(saver));
  saver.stop();
});

test("a store that fails between two that work leaves a gap that is seen", async () => {
  const store = new FullStore();
  store.isFull = false;
  const { saver, journal } = beginAway(store);
  await saver.add(brush(10));
  store.isFull = true;
  const second = saver.add(brush(25));
  const third = saver.add(brush(40));
  await Promise.all([second, third]);
  assert.deepEqual([saver.isKept, (await keptIds(journal)).length], [false, 1]);
  store.isFull = false;
  await saver.keeping.mend();

  assert.deepEqual([saver.isKept, await keptIds(journal)], [true, idsOf(saver)]);
  saver.stop();
});

test("what the server refused and the storage could not keep is set aside as soon as there is room", async () => {
  const store = new FullStore();
  const { server, saver, journal, send } = beginAway(store);
  server.sendOperations = send;
  server.refuse = () => {
    throw failure(422, "patch_broken", "It is broken.");
  };
  await saver.add(brush(10));
  await until(() => saver.state.kind === "saved");
  assert.deepEqual([saver.isKept, await keptIds(journal)], [false, []]);
  store.isFull = false;
  await saver.keeping.mend();

  assert.deepEqual((await journal.refused(ID)).map(({ refusal }) => refusal.code), ["patch_broken"]);
  assert.equal(saver.isKept, true);
});

test("whoever asks whether all is kept can wait for what is being written", async () => {
  const store = new FullStore();
  const { saver } = beginAway(store);
  saver.add(brush(10));
  await saver.keeping.settled;
  assert.equal(saver.isKept, false);
  await pass(0);
  saver.stop();
});
