// Whatever a reader does, in however many visits, undo and redo lead through the same states, byte for byte.
import assert from "node:assert/strict";
import test from "node:test";

import { toBase64 } from "../../static/viewer/codec.js";
import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { LabelPlanes } from "../../static/viewer/label_planes.js";
import { Reading } from "../../static/viewer/reading.js";
import { difference, fromDense } from "../../static/viewer/runs.js";
import { Timeline } from "../../static/viewer/timeline.js";
import { AWAY, Server, dot } from "./saving_bench.js";

const page = new EventTarget();
for (const [name, value] of Object.entries({ window: page, document: page, navigator: {} })) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}
const SEQUENCES = process.env.TRAMLINE_NIGHTLY ? 300 : 25;

/** A panel without a canvas. */
const makePanel = () => ({
  planes: new LabelPlanes(64, 64),
  viewport: { view: { scale: 2 } },
  windowing: { center: 2048, width: 1200 },
  renderer: { requestLabels() {} },
  input: { cancel() {}, tool: { putAway() {} } },
});

async function open(server, journal) {
  const reading = new Reading(makePanel(), server.annotation(), { server, journal: async () => journal });
  await reading.start(false);
  return reading;
}

/** @returns {string} everything that is shown */
function shown({ editor, panel }) {
  const planes = [0, 1].map((plane) => toBase64(fromDense(panel.planes.pixels.map((bits) => (bits >> plane) & 1), 64, 64)));
  const { bac, microcalcification } = editor.masks;
  assert.deepEqual(planes, [bac, microcalcification].map(toBase64), "what is painted is what is counted");
  const findings = [...editor.findings].sort().map(([id, { assessment }]) => `${id} ${assessment}`);
  return JSON.stringify([...planes, findings]);
}

function randomFrom(seed) {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

/** One act of a kind, at random. */
const ACTS = {
  draw: ({ editor }, random) => editor.change("bac", difference(dot(6 + random(50)), editor.masks.bac), "brush", {}),
  flip: ({ editor }, random) => editor.change("microcalcification", dot(6 + random(50)), "lasso", {}),
  both: ({ editor }, random) => {
    const patch = dot(6 + random(50));
    editor.changeAll([{ label: "bac", patch }, { label: "microcalcification", patch }], "reclassify", {});
  },
  put: ({ editor }, random) => editor.putFinding(findingNamed(`f${random(3)}`, ["benign", "unknown"][random(2)])),
  remove: ({ editor }, random) => editor.removeFinding(`f${random(3)}`),
  answer: (reading, random) => reading.setAnswer(["yes", "no"][random(2)]),
};
const findingNamed = (id, assessment) => ({ id, label: "microcalcification", shape: "dot", points: [[5, 5]], assessment, histology: "" });

/** What undo and redo should lead through. */
class Expected {
  constructor(state) {
    this.done = [state];
    this.undone = [];
  }

  follow(state, tool) {
    if (tool === "undo" && this.done.length > 1) this.undone.push(this.done.pop());
    else if (tool === "redo" && this.undone.length) this.done.push(this.undone.pop());
    else if (!["undo", "redo"].includes(tool) && state !== this.done.at(-1)) {
      this.done.push(state);
      this.undone = [];
    }
    assert.equal(state, this.done.at(-1));
  }
}

/** Leave the page, with what is not sent in the journal, and come back. */
async function comeBack(reading, server, journal, isAway) {
  if (!isAway) await reading.saver.flush();
  const before = shown(reading);
  reading.saver.stop();
  server.isAway = false;
  const again = await open(server, journal);
  assert.equal(shown(again), before);
  return again;
}

async function play(seed) {
  const random = randomFrom(seed);
  const server = new Server();
  const send = server.sendOperations;
  server.sendOperations = async (...parts) => {
    if (server.isAway) throw AWAY;
    return send(...parts);
  };
  const journal = new Journal(new MemoryStore());
  let reading = await open(server, journal);
  const expected = new Expected(shown(reading));
  for (let i = 0; i < 40; i++) {
    const kind = ["draw", "flip", "both", "put", "remove", "answer", "undo", "undo", "undo", "redo", "redo", "leave"][random(12)];
    if (kind === "leave") {
      server.isAway = random(2) === 0;
      reading = await comeBack(reading, server, journal, server.isAway);
    } else if (kind === "undo" || kind === "redo") await reading.editor[kind]();
    else ACTS[kind](reading, random);
    expected.follow(shown(reading), kind);
  }
  return { reading, server, journal, expected };
}

test("any sequence of acts, undo, redo and visits leads through the same states", async () => {
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const { reading, server, journal, expected } = await play(seed);
    const again = await comeBack(reading, server, journal, false);

    while (expected.done.length > 1) {
      await again.editor.undo();
      expected.follow(shown(again), "undo");
    }
    while (expected.undone.length) {
      await again.editor.redo();
      expected.follow(shown(again), "redo");
    }
    assert.equal(again.editor.history.canRedo, false, `seed ${seed}`);
  }
});

test("the time line of any sequence ends in what is shown, and a state of it can be had again", async () => {
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const { reading, expected } = await play(seed);
    const timeline = new Timeline(await reading.steps(), 64, 64);
    timeline.go(timeline.steps.length);
    assert.deepEqual([timeline.masks, timeline.findings.size], [reading.editor.masks, reading.editor.findings.size]);

    timeline.go(Math.floor(timeline.steps.length / 2));
    reading.editor.restore(timeline.masks, timeline.findings, {});
    expected.follow(shown(reading), "restore");
    assert.deepEqual(reading.editor.masks, timeline.masks);
    await reading.editor.undo();
    if (expected.undone.length || expected.done.length > 1) assert.equal(shown(reading), expected.done.at(-2) ?? expected.done[0]);
  }
});

test("three hundred strokes of five visits are undone one by one", async () => {
  const server = new Server();
  const journal = new Journal(new MemoryStore());
  const states = [];
  let reading = await open(server, journal);
  for (let i = 0; i < 300; i++) {
    states.push(shown(reading));
    reading.editor.change("bac", dot(6 + ((i * 13) % 52)), "lasso", {});
    if (i % 60 === 59) reading = await comeBack(reading, server, journal, false);
  }
  while (states.length) {
    await reading.editor.undo();
    assert.equal(shown(reading), states.pop());
    if (states.length % 50 === 0) await reading.saver.flush(); // a browser that keeps no data lets only so much wait
  }
});
