/** What becomes of strokes that the server does not take. */

import assert from "node:assert/strict";
import test from "node:test";

import { difference, union } from "../../static/viewer/runs.js";
import { saveWords } from "../../static/viewer/save_words.js";
import { AWAY, ID, begin, dot, failure, stroke, until } from "./saving_bench.js";

test("one stroke that the server refuses does not hold up the others, nor is it lost", async () => {
  const { server, journal, saver, editor, notices } = begin();
  await editor.draw(stroke(10, 20));
  await editor.draw(stroke(18, 40));
  await editor.draw(stroke(38, 50));
  const [, refused] = await journal.pending(ID);
  server.refuse = ({ id }) => {
    if (id === refused.operation.id) throw failure(400, "patch_too_large", "A patch has too many bytes.");
  };
  await until(() => saver.state.kind === "saved");

  assert.deepEqual(server.masks.bac, union(stroke(10, 20), difference(stroke(38, 50), stroke(18, 40))));
  assert.deepEqual(editor.shown.masks.bac, server.masks.bac);
  assert.deepEqual([server.ids.size, saver.pendingCount, await journal.pending(ID)], [2, 0, []]);
  const [kept] = await journal.refused(ID);
  assert.deepEqual(kept.operation, refused.operation);
  assert.deepEqual(kept.refusal, { code: "patch_too_large", message: "A patch has too many bytes." });
  assert.match(notices[0], /refuses 1 change.*A patch has too many bytes/);
  assert.match(saveWords(saver.state), /^Saved .*, 1 change refused$/);

  await editor.draw(dot(5));
  await until(() => saver.pendingCount === 0);
  const again = begin(server, journal);
  await again.saver.recover();
  assert.match(saveWords(again.saver.state), /1 change refused/);
});

test("a refusal that no single operation is the reason for keeps everything to be sent", async () => {
  const { server, journal, saver, editor } = begin();
  server.refuse = () => {
    throw failure(403, "forbidden", "This is another reader's annotation.");
  };
  await editor.draw(dot(10));
  await editor.draw(dot(30));
  await until(() => saver.state.kind === "refused");

  assert.equal(saveWords(saver.state), "2 strokes not yet saved: the server refuses. This is another reader's annotation.");
  assert.deepEqual([(await journal.pending(ID)).length, (await journal.refused(ID)).length], [2, 0]);

  server.refuse = null;
  await editor.draw(dot(50));
  await until(() => saver.state.kind === "saved");
  assert.equal(server.ids.size, 3);
});
