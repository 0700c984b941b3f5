/** What becomes of strokes when the server's state is not the one they were made on. */

import assert from "node:assert/strict";
import test from "node:test";

import { withBranch } from "../../static/viewer/branch.js";
import { answerOperation, maskOperation } from "../../static/viewer/operations.js";
import { difference, union } from "../../static/viewer/runs.js";
import { AWAY, ID, Server, begin, dot, pass, stroke, until } from "./saving_bench.js";

/** The same reader on a second device. */
const onAnotherDevice = (server) => begin(server);

test("strokes that touch nothing of the other device's are put on top by themselves", async () => {
  const { server, saver, editor, notices } = begin();
  const other = onAnotherDevice(server);
  await other.editor.draw(stroke(10, 20));
  await until(() => other.saver.state.kind === "saved");
  await editor.draw(stroke(40, 55));
  await until(() => saver.state.kind === "saved");

  const both = union(stroke(10, 20), stroke(40, 55));
  assert.deepEqual(server.masks.bac, both);
  assert.deepEqual([editor.shown.masks.bac, saver.copy.acknowledged.bac], [both, both]);
  assert.deepEqual([notices.length, saver.pendingCount, server.branches.size], [1, 0, 0]);
  assert.match(notices[0], /changed elsewhere.*Your 1 change not yet saved is on top/);
});

test("what she erased and undid on one device keeps its meaning after strokes on the other", async () => {
  const { server, saver, editor } = begin();
  await editor.draw(stroke(10, 40));
  await until(() => saver.state.kind === "saved");
  const other = onAnotherDevice(server);
  await other.editor.erase(stroke(8, 16));
  await until(() => other.saver.state.kind === "saved");

  await editor.erase(stroke(30, 45));
  await editor.draw(dot(55));
  await editor.flip(dot(55), "undo");
  await until(() => saver.pendingCount === 0);

  const expected = difference(stroke(10, 40), union(stroke(8, 16), stroke(30, 45)));
  assert.deepEqual([server.masks.bac, editor.shown.masks.bac], [expected, expected]);
});

test("two devices that draw at once lose nothing: it is in the label, or beside it", async () => {
  const server = new Server();
  const [one, two] = [begin(server), onAnotherDevice(server)];
  for (let i = 0; i < 6; i++) {
    await Promise.all([one.editor.draw(dot(6 + 4 * i)), two.editor.draw(dot(8 + 6 * i))]);
    await pass(200);
  }
  await until(() => [one, two].every(({ saver }) => saver.state.kind === "saved"));

  const drawn = [0, 1, 2, 3, 4, 5].flatMap((i) => [dot(6 + 4 * i), dot(8 + 6 * i)]);
  const beside = [...server.branches.values()].flatMap(({ operations }) => operations);
  assert.deepEqual(withBranch(server.masks, beside).bac, drawn.reduce(union));
});

test("a lost answer and a change elsewhere at once: her stroke counts once, the other's stays", async () => {
  const { server, saver, editor } = begin();
  server.trouble = () => {
    server.trouble = null;
    throw AWAY;
  };
  await editor.draw(stroke(10, 40));
  await until(() => saver.state.kind === "waiting");
  const other = onAnotherDevice(server);
  await other.editor.erase(stroke(8, 14));
  await other.saver.flush();
  await editor.erase(stroke(30, 45));
  await until(() => saver.state.kind === "saved");

  const expected = difference(stroke(10, 40), union(stroke(8, 14), stroke(30, 45)));
  assert.deepEqual([server.masks.bac, editor.shown.masks.bac, server.ids.size], [expected, expected, 3]);
});

test("an answer given elsewhere is shown; one of hers, given unseen, stands beside the image", async () => {
  for (const [own, beside] of [[null, 0], ["yes", 1]]) {
    const { server, saver, editor } = begin();
    server.store(answerOperation("no"));
    if (own) await saver.add(answerOperation(own));
    else await editor.draw(dot(10));
    assert.equal(saver.copy.answer, own);
    await until(() => saver.state.kind === "saved");

    assert.deepEqual([saver.copy.answer, server.answer, server.branches.size], ["no", "no", beside]);
  }
});

/** Draw without a line, then close the page. */
async function leaveUnsent(server, draw) {
  const send = server.sendOperations;
  server.sendOperations = async () => {
    throw AWAY;
  };
  const { editor, journal, saver } = begin(server);
  await draw(editor, saver);
  await saver.flush();
  server.sendOperations = send;
  return { journal, kept: await journal.pending(ID) };
}

test("strokes of an earlier visit are sent again, however many were stored then", async () => {
  for (const stored of [0, 1, 2, 3]) {
    const server = new Server();
    const { journal, kept } = await leaveUnsent(server, async (editor) => {
      await editor.draw(stroke(10, 40));
      await editor.erase(stroke(20, 30));
      await editor.draw(dot(22));
    });
    kept.slice(0, stored).forEach(({ operation }) => server.store(operation));
    const { saver, editor, notices } = begin(server, journal);

    await saver.recover();

    const expected = union(difference(stroke(10, 40), stroke(20, 30)), dot(22));
    assert.deepEqual([server.masks.bac, editor.shown.masks.bac], [expected, expected], `stored: ${stored}`);
    assert.deepEqual([server.ids.size, saver.pendingCount, saver.state.kind, notices], [3, 0, "saved", []]);
    assert.deepEqual(await journal.pending(ID), []);
  }
});

test("strokes of an earlier visit keep their meaning when the image was changed since", async () => {
  const server = new Server();
  const { journal } = await leaveUnsent(server, (editor) => editor.draw(stroke(10, 40)));
  server.store(maskOperation("bac", stroke(50, 60), "brush", {}));
  const { saver, editor } = begin(server, journal);

  await saver.recover();

  const both = union(stroke(10, 40), stroke(50, 60));
  assert.deepEqual([server.masks.bac, editor.shown.masks.bac, saver.pendingCount], [both, both, 0]);
});

test("strokes of an earlier visit are shown while the server is away, and so is the answer", async () => {
  const server = new Server();
  const { journal } = await leaveUnsent(server, async (editor, saver) => {
    await editor.draw(dot(10));
    await saver.add(answerOperation("no"));
  });
  server.store(answerOperation("yes"));
  server.sendOperations = async () => {
    throw AWAY;
  };
  const { saver } = begin(server, journal);

  await saver.recover();

  assert.deepEqual([saver.copy.masks.bac, saver.copy.answer, saver.pendingCount], [dot(10), "no", 2]);
});
