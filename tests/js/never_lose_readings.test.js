/**
 * Two whole pages on one annotation: strokes under way, undo, redo, answers, findings, merging, submitting; a storage
 * that fills up, tabs that give way, and tabs killed in the middle of a write. What was kept or sent is never lost.
 */

import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import test from "node:test";

import { capsule } from "../../static/viewer/drawing.js";
import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { merge } from "../../static/viewer/merging.js";
import { replay } from "../../static/viewer/operations.js";
import { Reading } from "../../static/viewer/reading.js";
import { difference, empty, equal, intersection } from "../../static/viewer/runs.js";
import { makePanel } from "./reading_bench.js";
import { AWAY, ID, Server, pass } from "./saving_bench.js";

setMaxListeners(0, globalThis.window); // every page of this browser

const RUNS = Number(process.env.TRAMLINE_READINGS ?? 60);
const STEPS = 14;
const NAMES = ["sendOperations", "readAnnotation", "readOperations", "storeBranch", "submitAnnotation"];

/** @param {number} seed @returns {() => number} 0 to 1 */
function randomOf(seed) {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The browser's disk as one page writes to it; a killed page writes nothing more. */
class PageStore {
  isDurable = true;
  isDead = false;
  isFull = false;

  constructor(disk) {
    this.disk = disk;
  }

  async put(records) {
    await null;
    if (this.isDead) return new Promise(() => {});
    if (this.isFull) throw new DOMException("full", "QuotaExceededError");
    await this.disk.put(records);
  }

  recordsOf(annotation) {
    return this.disk.recordsOf(annotation);
  }

  async remove(ids) {
    if (!this.isDead) await this.disk.remove(ids);
  }
}

/** A person at one device. */
class Writer {
  made = new Map();
  edits = 0;
  /** @type {number | null} told before the stroke under way; null where none is */
  editsBefore = null;

  constructor(server, random, disk = new MemoryStore()) {
    Object.assign(this, { server, random, disk });
  }

  async open() {
    this.isAway = false;
    const line = Object.fromEntries(NAMES.map((name) => [name, (...sent) => this.#carry(name, sent, this.store)]));
    this.store = new PageStore(this.disk);
    const { store } = this;
    this.journal = new Journal(store);
    this.reading = new Reading(makePanel(), this.server.annotation(), { server: line, journal: async () => this.journal });
    const { reading } = this;
    this.isStarted = reading.start(false).then(() => {
      reading.editor.addEventListener("edit", () => this.#note(reading));
    });
    await pass(20);
    return store;
  }

  async #carry(name, sent, store) {
    const luck = this.isMended ? 1 : this.random();
    if (luck < 0.15 || store.isDead) throw AWAY;
    const answer = await this.server[name](...structuredClone(sent));
    if (luck < 0.3) throw AWAY; // the answer is lost
    return answer;
  }

  #note({ saver }) {
    this.edits++;
    const operation = saver?.copy.pending.at(-1)?.operation;
    if (operation) this.made.set(operation.id, operation);
  }

  /** The tab dies at once; what was neither on the disk nor sent by then may go. */
  async kill() {
    this.editsBefore = null;
    this.reading.saver?.stop();
    this.store.isDead = true;
    const onDisk = new Set((await this.disk.recordsOf(ID)).map(({ id }) => id));
    for (const id of this.made.keys()) if (!onDisk.has(id) && !idsOnServer(this.server).has(id)) this.made.delete(id);
    await this.open();
  }

  /** Another tab of this browser asks to draw; it does once this one has let go. */
  async changeTab() {
    const { reading } = this;
    reading.lock.dispatchEvent(new Event("asked"));
    for (let i = 0; reading.saver && i < 200; i++) {
      if (i > 80) this.store.isFull = false;
      if (i > 100) this.isMended = true;
      await pass(200);
    }
    assert.equal(reading.saver, null, "it let go");
    this.endStroke();
    this.isMended = false;
    await this.open();
  }

  /** A stroke under way is ended, by the page or here; where pixels changed, by a change that is told. */
  endStroke() {
    this.reading.editor.settle();
    const { editsBefore } = this;
    this.editsBefore = null;
    if (editsBefore !== null) assert.ok(this.edits > editsBefore, "the stroke under way vanished");
  }

  #beginStroke(shape, how) {
    const { editor } = this.reading;
    if (editor.isDrawing) return;
    this.editsBefore = null;
    editor.begin(how === "set" ? "brush" : "eraser", () => ({ radius_px: 3 }));
    editor.paint(shape, how);
    const changed = how === "set" ? difference(shape, editor.masks.bac) : intersection(shape, editor.masks.bac);
    if (editor.isDrawing && !changed.isEmpty) this.editsBefore = this.edits;
  }

  async act() {
    const { random, reading } = this;
    const { editor, saver } = reading;
    const [x, y] = [16 + random() * 24, 16 + random() * 24];
    const shape = capsule(64, 64, { x, y }, { x: x + random() * 12, y: y + random() * 12 }, 1 + random() * 3);
    const luck = random();
    if (luck < 0.45) this.#beginStroke(shape, luck < 0.3 ? "set" : "clear");
    if (luck < 0.25) this.endStroke(); // else it stays under way
    else if (luck < 0.45) return;
    else if (luck < 0.55) await Promise.race([editor.undo(), pass(50)]);
    else if (luck < 0.62) await Promise.race([editor.redo(), pass(50)]);
    else if (luck < 0.7 && saver && !editor.isLocked) {
      reading.setAnswer(random() < 0.5 ? "yes" : "no");
      this.#note(reading);
    } else if (luck < 0.78) editor.putFinding({ id: random() < 0.5 ? "f" : "g", label: "microcalcification", shape: "dot", points: [[Math.round(x), 1]], assessment: "unknown", histology: "" });
    else if (luck < 0.84 && saver && !editor.isLocked) this.#merge();
    else if (luck < 0.9) this.store.isFull = !this.store.isFull;
    else if (luck < 0.95) await this.kill();
    else await this.changeTab();
  }

  #merge() {
    const [branch] = this.server.branches.values();
    const { reading } = this;
    const before = reading.saver.copy.pending.length;
    if (branch?.operations.length) merge(reading, branch);
    for (const { operation } of reading.saver.copy.pending.slice(before)) this.made.set(operation.id, operation);
  }
}

const idsOnServer = ({ ids, branches }) =>
  new Set([...ids, ...[...branches.values()].flatMap(({ operations }) => operations.map(({ id }) => id))]);

async function mend(writers) {
  for (const writer of writers) writer.isMended = true;
  for (const writer of writers) writer.store.isFull = false;
  for (let i = 0; i < 600; i++) {
    await pass(1_000);
    const left = (await Promise.all(writers.map(({ journal }) => journal.read(ID)))).flatMap(({ entries }) => entries);
    if (!left.length && writers.every(({ reading }) => !reading.saver?.pendingCount)) return;
  }
  assert.fail(`not saved: ${JSON.stringify(writers.map(({ reading }) => reading.saver?.state))}`);
}

function check(server, writers) {
  const beside = [...server.branches.values()].flatMap(({ operations }) => operations);
  const stored = new Map([...server.log, ...beside].map((operation) => [operation.id, operation]));
  assert.equal(stored.size, server.log.length + beside.length, "in one place only");
  for (const { made, reading } of writers) {
    for (const [id, operation] of made) {
      const kept = stored.get(id);
      assert.ok(kept, `${operation.kind} ${operation.tool ?? ""} is lost`);
      if (operation.kind === "answer") assert.deepEqual(kept.answer ?? kept.content, operation.answer);
      if (operation.kind === "finding") assert.deepEqual(kept.finding ?? kept.content, operation.finding);
    }
    const { copy } = reading.saver ?? {};
    if (!copy || copy.version !== server.log.length) continue; // behind, and nothing to send: it has not asked
    const { masks, findings } = reading.editor;
    assert.ok(equal(masks.bac, server.masks.bac) && reading.answer === server.answer, "what she sees is what is stored");
    assert.deepEqual(new Map([...findings].sort()), new Map([...server.findings].sort()));
  }
  const none = { bac: empty(64, 64), microcalcification: empty(64, 64) };
  assert.ok(equal(replay(none, server.log).bac, server.masks.bac));
}

async function run(seed) {
  const random = randomOf(seed);
  const server = new Server();
  const writers = [new Writer(server, random), new Writer(server, random)];
  for (const writer of writers) await writer.open();
  for (let step = 0; step < STEPS; step++) {
    await writers[Math.floor(random() * 2)].act();
    await pass(random() * 1_500);
  }
  const [{ reading }] = writers;
  if (random() < 0.3 && reading.saver) await Promise.race([reading.submit(), pass(3_000)]);
  for (const writer of writers) writer.endStroke();
  await mend(writers);
  check(server, writers);
  for (const { reading } of writers) reading.saver?.stop();
}

test(`${RUNS} interleavings of two pages lose nothing that was kept`, async () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    await run(seed).catch((error) => {
      error.message = `seed ${seed}: ${error.message}`;
      throw error;
    });
  }
});
