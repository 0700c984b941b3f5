/** What the browser keeps until the server has it: in order, sealed, and never thrown away. */

import assert from "node:assert/strict";
import test from "node:test";

import { Journal } from "../../static/viewer/journal.js";
import { JournalCipher } from "../../static/viewer/journal_cipher.js";
import { MemoryStore } from "../../static/viewer/journal_store.js";
import { idsOf } from "../../static/viewer/working_copy.js";
import { brush } from "./saving_bench.js";

const KEY = "00112233445566778899aabbccddeeff".repeat(2);
const pendingOf = (x) => ({ operation: brush(x), intent: { sets: "s", clears: "c" }, version: 0 });

async function begin(store = new MemoryStore(), key = KEY) {
  return { store, journal: new Journal(store, await JournalCipher.from(key)) };
}

test("each annotation has its own operations, in the order they were kept, whatever the clock said", async () => {
  const { journal } = await begin();
  const [first, second, third, other] = [1, 2, 3, 4].map(pendingOf);
  await journal.keep("a", [third]);
  await journal.keep("b", [other]);
  await journal.keep("a", [first, second]); // their ids begin with an earlier time: the clock was set back

  assert.deepEqual(idsOf(await journal.pending("a")), idsOf([third, first, second]));
  await journal.remove(idsOf([first]));
  await journal.keep("a", [{ ...third, version: 7 }]);
  assert.deepEqual((await journal.pending("a")).map(({ id, version }) => [id, version]), [
    [third.operation.id, 7],
    [second.operation.id, 0],
  ]);
});

test("the order outlives the page", async () => {
  const { journal, store } = await begin();
  const [first, second] = [1, 2].map(pendingOf);
  await journal.keep("a", [second]);
  const again = await begin(store);
  await again.journal.keep("a", [first]);

  assert.deepEqual(idsOf(await (await begin(store)).journal.pending("a")), idsOf([second, first]));
});

test("a state written later is never overtaken by an earlier one", async () => {
  const { journal } = await begin();
  const entry = pendingOf(1);
  const large = { ...entry, intent: { sets: "x".repeat(3_000_000), clears: "" } }; // takes long to seal
  await Promise.all([journal.keep("a", [large]), journal.keep("a", [{ ...entry, version: 2 }]), journal.keep("a", [{ ...entry, version: 3 }])]);

  assert.deepEqual((await journal.pending("a")).map(({ version }) => version), [3]);
});

test("nothing of a stroke can be read in the store", async () => {
  const { journal, store } = await begin();
  const entry = pendingOf(1);
  await journal.keep("a", [entry]);

  const [record] = await store.recordsOf("a");
  assert.deepEqual(Object.keys(record).sort(), ["annotation", "format", "id", "iv", "key", "sealed", "sequence"]);
  const text = new TextDecoder("latin1").decode(record.sealed);
  assert.ok(![entry.operation.patch, "brush", "bac", KEY].some((word) => text.includes(word)));
  assert.ok(!record.key.includes(KEY.slice(0, 8)));
});

test("the key cannot be taken out of the page", async () => {
  const exported = [];
  const importKey = crypto.subtle.importKey.bind(crypto.subtle);
  crypto.subtle.importKey = async (...parts) => {
    const key = await importKey(...parts);
    exported.push(key.extractable);
    return key;
  };
  await JournalCipher.from(KEY);
  crypto.subtle.importKey = importKey;

  assert.deepEqual(exported, [false]);
});

test("what another person left is neither read nor lost", async () => {
  const { journal, store } = await begin();
  const entry = pendingOf(1);
  await journal.keep("a", [entry]);
  const other = (await begin(store, "ff".repeat(32))).journal;

  const { entries, unreadable } = await other.read("a");
  assert.deepEqual([entries, unreadable.map(({ id, reason }) => [id, reason])], [[], [[entry.operation.id, "other_person"]]]);
  await other.keep("a", [pendingOf(2)]);
  assert.deepEqual(idsOf(await (await begin(store)).journal.pending("a")), [entry.operation.id]);
});

test("a record that was tampered with, or moved to another annotation, is not taken for hers", async () => {
  const { journal, store } = await begin();
  const [first, second] = [1, 2].map(pendingOf);
  await journal.keep("a", [first, second]);
  const [one, two] = await store.recordsOf("a");
  new Uint8Array(one.sealed)[3] ^= 1;
  await store.put([one, { ...two, annotation: "b" }]);

  assert.deepEqual((await journal.read("a")).unreadable.map(({ reason }) => reason), ["damaged"]);
  assert.deepEqual((await journal.read("b")).unreadable.map(({ reason }) => reason), ["damaged"]);
});

test("entries of the journal's first form are taken up in order, and sealed", async () => {
  const store = new MemoryStore();
  const [first, second] = [1, 2].map(pendingOf);
  const refusal = { code: "patch_too_large", message: "Too large." };
  const plainOf = (pending, more = {}) => ({ id: pending.operation.id, annotation: "a", ...pending, ...more });
  await store.put([plainOf(second), plainOf(first, { refusal })]);
  const { journal } = await begin(store);

  assert.deepEqual(idsOf(await journal.pending("a")), idsOf([second]));
  assert.deepEqual((await journal.refused("a")).map((entry) => [entry.id, entry.refusal]), [[first.operation.id, refusal]]);
  assert.ok((await store.recordsOf("a")).every(({ format, operation }) => format === 2 && operation === undefined));
  assert.deepEqual(idsOf(await (await begin(store)).journal.pending("a")), idsOf([second]), "and still there for the next visit");
});

test("what a newer page wrote stays as it is", async () => {
  const store = new MemoryStore();
  const record = { id: "x", annotation: "a", format: 3, something: "else" };
  await store.put([record]);
  const { journal } = await begin(store);
  await journal.keep("a", [pendingOf(1)]);

  const { unreadable } = await journal.read("a");
  assert.deepEqual(unreadable, [{ id: "x", reason: "newer", record }]);
  assert.deepEqual((await store.recordsOf("a")).find(({ id }) => id === "x"), record);
});
