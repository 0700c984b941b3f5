import assert from "node:assert/strict";
import test from "node:test";

import { ActivityMeter, IDLE_MS } from "../../static/viewer/activity_meter.js";
import { CoverageGrid, nextUnseen, shareSeen } from "../../static/viewer/coverage_grid.js";
import { CoverageMeter, DWELL_MS, partAtOneToOne } from "../../static/viewer/coverage_meter.js";
import { axesOf } from "../../static/viewer/geometry.js";
import { Outbox } from "../../static/viewer/outbox.js";

const totalMs = (stretches) => stretches.reduce((sum, { durationMs }) => sum + durationMs, 0);

test("time between inputs counts, and time without input for half a minute does not", () => {
  const meter = new ActivityMeter();
  for (const ms of [1000, 1500, 1500 + IDLE_MS, 2000 + IDLE_MS]) meter.note(ms);
  for (const ms of [200_000, 201_000]) meter.note(ms);

  assert.deepEqual(meter.take(), [
    { startedMs: 1000, durationMs: 1000 + IDLE_MS },
    { startedMs: 200_000, durationMs: 1000 },
  ]);
});

test("what is taken now and later joins without gap and without counting twice", () => {
  const whole = new ActivityMeter();
  const piecewise = new ActivityMeter();
  const pieces = [];
  for (let ms = 0; ms <= 60_000; ms += 700) {
    whole.note(ms);
    piecewise.note(ms);
    if (ms % 2100 === 0) pieces.push(...piecewise.take());
  }
  pieces.push(...piecewise.take());

  assert.equal(totalMs(pieces), totalMs(whole.take()));
  pieces.slice(1).forEach((piece, i) => assert.equal(piece.startedMs, pieces[i].startedMs + pieces[i].durationMs));
});

test("a hidden page stops the time, and its last seconds count", () => {
  const meter = new ActivityMeter();
  meter.note(0);
  meter.pause(4000);
  meter.note(10_000);
  meter.note(11_000);

  assert.deepEqual(meter.take().map(({ durationMs }) => durationMs), [4000, 1000]);
});

test("leaving after a long silence counts up to the last input only", () => {
  const meter = new ActivityMeter();
  meter.note(0);
  meter.note(2000);
  meter.pause(2000 + IDLE_MS + 1);

  assert.equal(totalMs(meter.take()), 2000);
});

test("one input, a clock that stands, or one that jumps back makes no time", () => {
  const meter = new ActivityMeter();
  meter.note(5000);
  meter.note(5000);
  meter.note(1000);

  assert.deepEqual(meter.take(), []);
});

test("what could not be sent is kept in order, what was refused is forgotten", async () => {
  const answers = [{ status: 0 }, { status: 503 }, { status: 401 }, null, { status: 400 }, null];
  const requests = [];
  const outbox = new Outbox(async (items) => {
    requests.push([...items]);
    const error = answers.shift();
    if (error) throw error;
  }, 2);
  outbox.add("a", "b", "c");
  for (let i = 0; i < 3; i++) await outbox.flush();
  assert.deepEqual(requests, [["a", "b"], ["a", "b"], ["a", "b"]]);

  await outbox.flush(); // stored; the rest is refused
  assert.deepEqual(requests.slice(3), [["a", "b"], ["c"]]);
  assert.ok(outbox.isEmpty);
});

test("two flushes at once send everything once", async () => {
  const requests = [];
  const outbox = new Outbox(async (items) => {
    requests.push([...items]);
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
  outbox.add(1);
  const first = outbox.flush();
  outbox.add(2);
  await Promise.all([first, outbox.flush()]);

  assert.deepEqual(requests, [[1], [2]]);
});

test("bits go to the server and back, in the server's order", () => {
  const grid = new CoverageGrid(130, 300, 64); // 3 x 5 cells
  for (const cell of [0, 7, 8, 14]) grid.set(cell);

  assert.equal(grid.encode(), btoa("\x81\x82"));
  const again = new CoverageGrid(130, 300, 64, grid.encode());
  assert.deepEqual([...Array(15).keys()].filter((cell) => again.has(cell)), [0, 7, 8, 14]);
  assert.throws(() => new CoverageGrid(130, 300, 64, btoa("\x81")), RangeError);
});

test("only whole cells are within a part; cells cut by the image's edge are whole with what there is", () => {
  const grid = new CoverageGrid(130, 300, 64);

  assert.deepEqual(grid.cellsWithin({ left: 0, top: 0, right: 128, bottom: 64 }), [0, 1]);
  assert.deepEqual(grid.cellsWithin({ left: 1, top: 0, right: 128, bottom: 64 }), [1]);
  assert.deepEqual(grid.cellsWithin({ left: 0, top: 0, right: 127.9, bottom: 64 }), [0]);
  assert.deepEqual(grid.cellsWithin({ left: 256, top: 128, right: 300, bottom: 130 }), [14]);
  assert.deepEqual(grid.cellsWithin({ left: 256, top: 128, right: 299, bottom: 130 }), []);
  assert.equal(grid.cellsWithin({ left: -500, top: -500, right: 900, bottom: 900 }).length, 15);
  assert.deepEqual(grid.cellsWithin({ left: 400, top: 0, right: 500, bottom: 60 }), []);
});

/** Look every quarter of a second for a while. */
function stare(meter, part, fromMs, forMs) {
  const fresh = [];
  for (let ms = fromMs; ms <= fromMs + forMs; ms += 250) fresh.push(...meter.look(part, ms));
  return fresh;
}

const ALL = { left: 0, top: 0, right: 300, bottom: 130 };

test("half a second in sight is seen, less is not, and nothing is seen twice", () => {
  const meter = new CoverageMeter(new CoverageGrid(130, 300, 64));

  assert.deepEqual(stare(meter, ALL, 0, DWELL_MS - 250), []);
  assert.equal(meter.look(ALL, DWELL_MS).length, 15);
  assert.deepEqual(stare(meter, ALL, 1000, 2000), []);
});

test("looking away starts the half second anew", () => {
  const meter = new CoverageMeter(new CoverageGrid(130, 300, 64));
  stare(meter, ALL, 0, 250);
  meter.look(null, 500);

  assert.deepEqual(stare(meter, ALL, 750, 250), []);
  assert.equal(meter.look(ALL, 1250).length, 15);
});

test("while panning, only what stays in sight is seen", () => {
  const seen = new CoverageGrid(64, 64 * 20, 64);
  const meter = new CoverageMeter(seen);
  for (let step = 0; step < 20; step++) {
    meter.look({ left: step * 64, top: 0, right: step * 64 + 192, bottom: 64 }, step * 250);
  }

  // Each cell is in sight for three looks, 500 ms from the first to the last.
  assert.deepEqual([...Array(20).keys()].filter((cell) => !seen.has(cell)), [0, 1]);
});

test("a timer that sleeps, a clock that jumps back: neither counts as looking", () => {
  const seen = new CoverageGrid(64, 64, 64);
  const meter = new CoverageMeter(seen);
  const part = { left: 0, top: 0, right: 64, bottom: 64 };
  meter.look(part, 10_000);

  assert.deepEqual(meter.look(part, 5_000), []);
  assert.deepEqual(meter.look(null, 5_250), []);
  assert.deepEqual(meter.look(part, 900_000), []);
});

test("zoomed out nothing is in sight, however much is on the canvas", () => {
  const canvas = { left: 0, top: 0, right: 800, bottom: 600 };

  assert.equal(partAtOneToOne({ scale: 0.999, x: 0, y: 0 }, canvas), null);
  assert.deepEqual(partAtOneToOne({ scale: 1, x: 10, y: 20 }, canvas), { left: 10, top: 20, right: 810, bottom: 620 });
  assert.deepEqual(partAtOneToOne({ scale: 2, x: 10, y: 20 }, canvas), { left: 10, top: 20, right: 410, bottom: 320 });
  const mirrored = { scale: 2, x: 410, y: 20, axes: axesOf(0, true) };
  assert.deepEqual(partAtOneToOne(mirrored, canvas), { left: 10, top: 20, right: 410, bottom: 320 });
  const covered = { left: 0, top: 100, right: 300, bottom: 600 };
  assert.deepEqual(partAtOneToOne({ scale: 2, x: 10, y: 20 }, covered), { left: 10, top: 70, right: 160, bottom: 320 });
  assert.equal(partAtOneToOne({ scale: 2, x: 10, y: 20 }, { ...canvas, right: 0 }), null);
});

test("the share is of the breast alone", () => {
  const breast = new CoverageGrid(128, 128, 64);
  const seen = new CoverageGrid(128, 128, 64);
  assert.equal(shareSeen(breast, seen), 0);
  [0, 1, 2].forEach((cell) => breast.set(cell));
  [1, 3].forEach((cell) => seen.set(cell));

  assert.equal(shareSeen(breast, seen), 1 / 3);
});

test("going from one unseen place to the next sees the whole breast in few steps, then there is none", () => {
  const breast = new CoverageGrid(3000, 2400, 64);
  for (let cell = 0; cell < breast.count; cell++) {
    const { row0, column0 } = breast.boxOf(cell);
    if (Math.hypot(row0 - 1500, column0) < 1400) breast.set(cell);
  }
  const seen = new CoverageGrid(3000, 2400, 64);
  const canvas = { width: 900, height: 700 };
  let at = { x: 1200, y: 1500 };
  let steps = 0;
  for (;;) {
    const next = nextUnseen(breast, seen, canvas, at);
    if (!next) break;
    at = next;
    const view = { scale: 1, x: at.x - canvas.width / 2, y: at.y - canvas.height / 2 };
    const before = shareSeen(breast, seen);
    for (const cell of seen.cellsWithin(partAtOneToOne(view, { left: 0, top: 0, right: canvas.width, bottom: canvas.height }))) seen.set(cell);
    assert.ok(shareSeen(breast, seen) > before, "every step shows something new");
    steps++;
  }

  assert.equal(shareSeen(breast, seen), 1);
  assert.ok(steps <= 16, `${steps} steps for a breast of about 5 x 4 screens`);
});
