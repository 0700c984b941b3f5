/**
 * Two writers on one annotation over a line that drops, doubles, delays and reorders; tabs that die. Whatever happens,
 * nothing acknowledged is lost, nothing counts twice, and nothing is drawn that nobody drew. Each run is given by its
 * seed; time is the test's own.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test, { mock } from "node:test";

import { withBranch } from "../../static/viewer/branch.js";
import { fromBase64 } from "../../static/viewer/codec.js";
import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { answerOperation, maskOperation, replay } from "../../static/viewer/operations.js";
import { capsule } from "../../static/viewer/drawing.js";
import { difference, empty, equal, intersection, union } from "../../static/viewer/runs.js";
import { Saver } from "../../static/viewer/saver.js";
import { AWAY, ID, Server, edit } from "./saving_bench.js";

const RUNS = Number(process.env.TRAMLINE_INTERLEAVINGS ?? 1000);
const TIMEOUT_MS = 30_000; // of the page's requests
const STEPS = 12;

// Without a thread pool every answer comes in the same turn, so a seed gives the same run again.
crypto.subtle.digest = async (_, bytes) => Uint8Array.from(createHash("sha256").update(bytes).digest()).buffer;

/** @param {number} seed @returns {() => number} 0 to 1 (mulberry32) */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const settled = () => new Promise(setImmediate);

/** Let time pass in steps, so that what an answer sets off happens in it, too. */
async function pass(ms) {
  for (let i = 0; i < 8; i++) {
    mock.timers.tick(Math.round(ms / 8));
    await settled();
  }
}

/** A server that holds each stored operation to what its writer meant. */
class CheckedServer extends Server {
  /** @type {Map<string, {sets: string, clears: string}>} */
  intents = new Map();

  store(operation) {
    assert.ok(!this.ids.has(operation.id), "stored twice");
    super.store(operation);
    const intent = this.intents.get(operation.id);
    if (operation.kind !== "mask" || !intent) return;
    const mask = this.masks[operation.label];
    assert.ok(difference(fromBase64(intent.sets), mask).isEmpty, "what she turned on is on");
    assert.ok(intersection(fromBase64(intent.clears), mask).isEmpty, "what she turned off is off");
  }
}

/** The way of one writer to the server, as bad as `random` makes it until it is mended. */
class Line {
  isMended = false;

  constructor(server, random) {
    for (const name of ["sendOperations", "readAnnotation", "readOperations", "storeBranch"]) {
      this[name] = (...sent) => this.#carry(() => server[name](...structuredClone(sent)));
    }
    this.random = random;
  }

  #carry(deliver) {
    const luck = this.isMended ? 1 : this.random();
    const wait = this.isMended ? 0 : this.random() * (this.random() < 0.15 ? 2 * TIMEOUT_MS : 1_500);
    return new Promise((resolve, reject) => {
      const fail = () => reject(AWAY);
      const isLost = luck < 0.15; // on the way there
      const isUnanswered = luck < 0.3; // on the way back
      const isDoubled = luck > 0.3 && luck < 0.45;
      setTimeout(fail, TIMEOUT_MS);
      if (isLost) return;
      setTimeout(() => deliver().then(isUnanswered ? () => {} : resolve, isUnanswered ? () => {} : reject), wait);
      if (isDoubled) setTimeout(() => deliver().catch(() => {}), wait + this.random() * TIMEOUT_MS);
    });
  }
}

/** A person at one of the two devices. */
class Writer {
  made = new Set();
  versions = [];

  constructor(server, random) {
    this.server = server;
    this.random = random;
    this.journal = new Journal(new MemoryStore());
    this.#open();
  }

  #open() {
    this.line = new Line(this.server, this.random);
    const saver = new Saver({ annotation: this.server.annotation(), server: this.line, journal: this.journal, random: this.random });
    saver.addEventListener("change", () => saver.state.kind === "saved" && this.versions.push(saver.copy.version));
    this.saver = saver;
    this.editor = edit(saver);
  }

  /** The tab dies, and is opened again. */
  async crash() {
    await settled(); // what was drawn is in the journal
    this.saver.stop();
    this.#open();
    this.saver.recover();
  }

  draw() {
    const { random, editor, saver } = this;
    const [x, y] = [16 + random() * 24, 16 + random() * 24]; // close, so that they often meet
    const shape = capsule(64, 64, { x, y }, { x: x + random() * 12, y: y + random() * 12 }, 1 + random() * 3);
    const luck = random();
    if (luck < 0.1) saver.add(answerOperation(luck < 0.05 ? "yes" : "no"));
    else if (luck < 0.35) editor.erase(shape);
    else if (luck < 0.45) saver.add(maskOperation("microcalcification", difference(shape, saver.copy.masks.microcalcification), "brush", {}));
    else editor.draw(shape);
    const { operation, intent } = saver.copy.pending.at(-1);
    this.made.add(operation.id);
    if (intent) this.server.intents.set(operation.id, intent);
  }
}

async function run(seed) {
  const random = randomOf(seed);
  const server = new CheckedServer();
  const writers = [new Writer(server, random), new Writer(server, random)];
  for (let step = 0; step < STEPS; step++) {
    const writer = writers[Math.floor(random() * 2)];
    if (random() < 0.15) await writer.crash();
    else writer.draw();
    await pass(random() * random() * 40_000);
  }
  await mend(writers);
  check(server, writers);
}

/** From now on everything arrives; wait until both have nothing left to say. */
async function mend(writers) {
  for (let i = 0; i < 200; i++) {
    for (const { line } of writers) line.isMended = true;
    await pass(5_000);
    if (i > 12 && writers.every(({ saver }) => saver.state.kind === "saved" && !saver.pendingCount)) return;
  }
  assert.fail(`not saved: ${writers.map(({ saver }) => `${saver.state.kind} ${saver.state.message} ${saver.pendingCount}`)}`);
}

function check(server, writers) {
  const inLog = server.log.map(({ id }) => id);
  const beside = [...server.branches.values()].flatMap(({ operations }) => operations.map(({ id }) => id));
  const kept = [...inLog, ...beside];
  assert.equal(new Set(kept).size, kept.length, "in one place only");
  assert.deepEqual(server.log.map(({ sequence }) => sequence), inLog.map((_, i) => i + 1), "versions without gaps");
  for (const { made, saver, versions } of writers) {
    assert.deepEqual([...made].filter((id) => !kept.includes(id)), [], "nothing is lost");
    assert.deepEqual(versions, versions.toSorted((a, b) => a - b), "what is read never goes back");
    const none = { bac: empty(64, 64), microcalcification: empty(64, 64) };
    const then = replay(none, server.log.slice(0, saver.copy.version));
    assert.ok(equal(saver.copy.masks.bac, then.bac) && equal(saver.copy.masks.microcalcification, then.microcalcification), "what she sees is what is stored");
    assert.ok(equal(saver.copy.masks.bac, saver.copy.acknowledged.bac));
  }
  const latest = replay({ bac: empty(64, 64), microcalcification: empty(64, 64) }, server.log);
  assert.ok(equal(latest.bac, server.masks.bac));
}

test(`${RUNS} interleavings of two writers lose nothing and count nothing twice`, async () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    await run(seed).catch((error) => {
      error.message = `seed ${seed}: ${error.message}`;
      throw error;
    });
  }
});

test("with what stands beside it, every pixel that anybody drew and nobody erased is there", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = randomOf(seed);
    const server = new CheckedServer();
    const writers = [new Writer(server, random), new Writer(server, random)];
    const drawn = [];
    for (let step = 0; step < STEPS; step++) {
      const shape = capsule(64, 64, { x: random() * 64, y: random() * 64 }, { x: random() * 64, y: random() * 64 }, 2);
      drawn.push(shape);
      writers[step % 2].editor.draw(shape);
      await pass(random() * random() * 40_000);
    }
    await mend(writers);
    const operations = [...server.branches.values()].flatMap((branch) => branch.operations);
    assert.ok(equal(withBranch(server.masks, operations).bac, drawn.reduce(union)), `seed ${seed}`);
  }
});
