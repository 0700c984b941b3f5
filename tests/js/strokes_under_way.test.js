/** A stroke that is being drawn while something else happens: another writer, another tab, the end of the reading. */

import assert from "node:assert/strict";
import test from "node:test";

import { fromBase64 } from "../../static/viewer/codec.js";
import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { intersection, union } from "../../static/viewer/runs.js";
import { AWAY, ID, Server, dot, pass, stroke, until } from "./saving_bench.js";
import { openReading } from "./reading_bench.js";

const durable = () => new Journal(Object.assign(new MemoryStore(), { isDurable: true }));
const draw = (reading, x) => reading.editor.change("bac", dot(x), "brush", {});

function beginStroke(reading, mask) {
  reading.editor.begin("brush", () => ({ radius_px: 4 }));
  reading.editor.paint(mask, "set");
}

test("a stroke under way when another writer's change arrives is drawn, and goes on as another one", async () => {
  const { reading, server } = await openReading();
  const other = await openReading({ server });
  draw(other.reading, 10);
  await other.reading.saver.flush();
  draw(reading, 55);
  beginStroke(reading, dot(30));
  await reading.saver.flush();
  assert.equal(reading.editor.isDrawing, false);
  beginStroke(reading, dot(34)); // as the brush does at the next movement
  reading.editor.end("brush", { radius_px: 4 });
  await reading.saver.flush();

  assert.deepEqual(server.masks.bac, [dot(10), dot(55), dot(30), dot(34)].reduce(union));
  assert.deepEqual(reading.editor.masks.bac, server.masks.bac);
  assert.deepEqual(server.log.map(({ details }) => details.radius_px), [undefined, undefined, 4, 4]);
});

test("where it lies on that change it goes beside the image, with every pixel of it", async () => {
  const { reading, server } = await openReading();
  const other = await openReading({ server });
  draw(other.reading, 30);
  await other.reading.saver.flush();
  draw(reading, 55);
  beginStroke(reading, stroke(20, 40));
  await reading.saver.flush();

  const [branch] = server.branches.values();
  assert.deepEqual(fromBase64(branch.operations[0].sets), stroke(20, 40));
  assert.deepEqual([server.masks.bac, reading.editor.masks.bac], [union(dot(30), dot(55)), union(dot(30), dot(55))]);
});

test("a stroke under way when the lock is stolen is saved", async () => {
  const { reading, server } = await openReading({ journal: durable() });
  beginStroke(reading, dot(20));
  reading.lock.dispatchEvent(new Event("lost"));
  reading.editor.paint(dot(40), "set"); // nothing more is taken
  reading.editor.end("brush", {});
  await until(() => !reading.saver);

  assert.deepEqual([server.masks.bac, reading.isReadOnly, reading.editor.masks.bac], [dot(20), true, dot(20)]);
});

test("a stroke under way when another tab asks is saved before that tab may draw", async () => {
  const { reading, server } = await openReading({ journal: durable() });
  beginStroke(reading, dot(20));
  let saved = null;
  reading.lock.release = () => (saved = server.masks.bac);
  reading.lock.dispatchEvent(new Event("asked"));
  await until(() => saved);

  assert.deepEqual(saved, dot(20));
});

test("a stroke under way when the image is submitted elsewhere is kept beside it", async () => {
  const { reading, server } = await openReading();
  draw(reading, 55);
  server.state = "submitted";
  beginStroke(reading, dot(20));
  await reading.saver.flush();

  const operations = [...server.branches.values()].flatMap((branch) => branch.operations);
  assert.deepEqual(operations.map(({ sets }) => fromBase64(sets)), [dot(55), dot(20)]);
  assert.deepEqual([reading.isReadOnly, reading.editor.masks.bac.isEmpty], [true, true]);
});

test("undo, another tool's change and submitting end a stroke under way instead of losing it", async () => {
  const { reading, server } = await openReading();
  beginStroke(reading, dot(10));
  draw(reading, 30);
  beginStroke(reading, dot(50));
  await reading.editor.undo();
  beginStroke(reading, dot(55));
  assert.equal(await reading.submit(), "");

  assert.deepEqual(server.log.map(({ tool }) => tool), ["brush", "brush", "brush", "undo", "brush"]);
  assert.deepEqual(server.masks.bac, [dot(10), dot(30), dot(55)].reduce(union));
});

test("what no storage keeps this tab goes on sending after another one took over, and warns until it is saved", async () => {
  const store = Object.assign(new MemoryStore(), { isDurable: true });
  store.put = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const { reading, server, notices } = await openReading({ journal: new Journal(store) });
  const send = server.sendOperations;
  server.sendOperations = async () => {
    throw AWAY;
  };
  draw(reading, 10);
  await pass(10);
  const { saver } = reading;
  reading.lock.dispatchEvent(new Event("asked"));
  await until(() => reading.isDrawnElsewhere);
  const leaving = () => !globalThis.window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  assert.deepEqual([reading.saver, saver.isStopped, reading.isReadOnly, leaving()], [saver, false, true, true]);
  assert.match(notices.at(-1), /only in this tab: keep it open/);
  server.sendOperations = send;
  await until(() => !reading.saver);

  assert.deepEqual([server.masks.bac, leaving(), saver.isStopped], [dot(10), false, true]);
});

test("a tab that draws again takes along what only it had", async () => {
  const { reading, server } = await openReading(); // a private window: nothing is kept
  const send = server.sendOperations;
  server.sendOperations = async () => {
    throw AWAY;
  };
  draw(reading, 10);
  reading.lock.dispatchEvent(new Event("lost"));
  await until(() => reading.isDrawnElsewhere);
  await reading.takeOver();
  assert.deepEqual([reading.saver.pendingCount, reading.editor.masks.bac], [1, dot(10)]);
  draw(reading, 40);
  server.sendOperations = send;
  await until(() => reading.saver.state.kind === "saved");

  assert.deepEqual([server.masks.bac, server.ids.size], [union(dot(10), dot(40)), 2]);
});

test("a change that comes when nothing can be saved is taken off the image and told", async () => {
  const { reading, server, notices } = await openReading({ isReadOnly: true });
  reading.editor.isLocked = false; // as a fault of the page would
  draw(reading, 10);
  await pass(0);

  assert.deepEqual([reading.editor.masks.bac.isEmpty, server.ids.size], [true, 0]);
  assert.match(notices.at(-1), /taken off the image: draw it again/);
  assert.ok(intersection(reading.editor.masks.bac, dot(10)).isEmpty);
});
