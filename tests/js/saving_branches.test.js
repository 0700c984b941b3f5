/** Strokes that cannot join their annotation by themselves are kept beside it, on the server. */

import assert from "node:assert/strict";
import test from "node:test";

import { mergeChanges, overlapping, touchedBy, withBranch } from "../../static/viewer/branch.js";
import { answerOperation, findingOperation, maskOperation } from "../../static/viewer/operations.js";
import { difference, union, xor } from "../../static/viewer/runs.js";
import { AWAY, ID, Server, begin, dot, failure, stroke, until } from "./saving_bench.js";

const idsOfBranch = ({ operations }) => operations.map(({ id }) => id);

test("a stroke that lies on what another device drew meanwhile goes beside the image, nothing is overwritten", async () => {
  const { server, saver, editor, journal, notices } = begin();
  const theirs = maskOperation("bac", stroke(10, 40), "brush", {});
  server.store(theirs);
  let told = 0;
  saver.addEventListener("branches", () => told++);
  await editor.draw(stroke(30, 55));
  const [{ operation }] = saver.copy.pending;
  await until(() => saver.state.kind === "saved");

  const [branch] = server.branches.values();
  assert.deepEqual([branch.reason, branch.baseVersion, idsOfBranch(branch)], ["overlap", 0, [operation.id]]);
  assert.deepEqual([server.masks.bac, editor.shown.masks.bac], [stroke(10, 40), stroke(10, 40)]);
  assert.deepEqual([saver.pendingCount, told, (await journal.read(ID)).entries], [0, 1, []]);
  assert.match(notices[0], /1 change of yours lies on that. It is kept beside/);
  const merged = withBranch(server.masks, branch.operations);
  assert.deepEqual(merged.bac, union(stroke(10, 40), stroke(30, 55)), "with it, nothing is missing");
});

test("of her strokes only those on the other's change, and what builds on them, go beside the image", async () => {
  const { server, saver, editor } = begin();
  server.store(maskOperation("bac", dot(10), "brush", {}));
  await editor.draw(dot(40));
  await editor.draw(stroke(10, 20)); // on the other's dot
  await editor.erase(dot(20)); // of the stroke before
  await editor.draw(dot(55));
  await until(() => saver.state.kind === "saved");

  assert.deepEqual(server.masks.bac, [dot(10), dot(40), dot(55)].reduce(union));
  const [branch] = server.branches.values();
  assert.deepEqual(branch.operations.map(({ tool }) => tool), ["brush", "eraser"]);
  const merged = withBranch(server.masks, branch.operations).bac;
  assert.deepEqual(merged, union(server.masks.bac, difference(stroke(10, 20), dot(20))));
});

test("a place labelled otherwise elsewhere is an overlap, though no pixel of one label is", async () => {
  const { server, saver, editor } = begin();
  server.store(maskOperation("microcalcification", dot(30), "dot", {}));
  await editor.draw(stroke(20, 40));
  await until(() => saver.state.kind === "saved");

  assert.equal(server.branches.size, 1);
});

test("what was drawn elsewhere and undone again is in nobody's way", async () => {
  const { server, saver, editor } = begin();
  server.store(maskOperation("bac", dot(30), "brush", {}));
  server.store(maskOperation("bac", dot(30), "undo", {}));
  await editor.draw(stroke(20, 40));
  await until(() => saver.state.kind === "saved");

  assert.deepEqual([server.branches.size, server.masks.bac], [0, stroke(20, 40)]);
});

test("what was made in one act stays together", () => {
  const pendingOf = (x, details = {}) => {
    const operation = maskOperation("bac", dot(x), "reclassify", details);
    return { operation, intent: { sets: operation.patch, clears: maskOperation("bac", xor(dot(1), dot(1)), "brush", {}).patch }, version: 0 };
  };
  const pending = [pendingOf(50, { act: "a" }), pendingOf(10, { act: "a" }), pendingOf(30)];

  const found = overlapping(pending, touchedBy([maskOperation("bac", dot(10), "brush", {})]));

  assert.deepEqual(found, pending.slice(0, 2));
});

test("a finding changed on both sides, and another answer, go beside the image", () => {
  const finding = (x) => ({ id: "f", label: "microcalcification", shape: "dot", points: [[x, 1]], assessment: "unknown", histology: "" });
  const pending = [findingOperation(finding(2), {}), answerOperation("yes")].map((operation) => ({ operation, intent: null, version: 0 }));

  const found = overlapping(pending, touchedBy([findingOperation(finding(1), {}), answerOperation("no")]));

  assert.deepEqual(found, pending);
});

test("of two answers given apart the later one does not overwrite the other: it stands beside the image", async () => {
  const server = new Server();
  const [here, there] = [begin(server), begin(server)];
  await here.saver.add(answerOperation("yes"));
  await here.saver.flush();
  await there.saver.add(answerOperation("uncertain"));
  await there.saver.add(answerOperation("no"));
  await there.editor.draw(dot(40));
  await there.saver.flush();

  const [branch] = server.branches.values();
  assert.deepEqual(branch.operations.map(({ content }) => content), ["uncertain", "no"].map((value) => ({ question: "bac_present", value })));
  assert.deepEqual([server.answer, there.saver.copy.answer, server.masks.bac], ["yes", "yes", dot(40)]);
  assert.match(there.notices[0], /2 changes of yours lie on that/);
});

test("the same answer given apart is no conflict, whatever was said before it", async () => {
  const server = new Server();
  const [here, there] = [begin(server), begin(server)];
  await here.saver.add(answerOperation("no"));
  await here.saver.flush();
  await there.saver.add(answerOperation("yes"));
  await there.saver.add(answerOperation("no"));
  await there.saver.flush();

  assert.deepEqual([server.branches.size, server.answer, server.ids.size], [0, "no", 3]);
});

test("an answer that knew of the other one replaces it", async () => {
  const server = new Server();
  const here = begin(server);
  await here.saver.add(answerOperation("yes"));
  await here.saver.flush();
  const there = begin(server);
  await there.saver.add(answerOperation("no"));
  await there.saver.flush();

  assert.deepEqual([server.branches.size, server.answer], [0, "no"]);
});

test("while the server is away a branch waits, survives the page and is stored once", async () => {
  const { server, saver, editor, journal } = begin();
  server.store(maskOperation("bac", dot(10), "brush", {}));
  const storeBranch = server.storeBranch;
  server.storeBranch = async () => {
    throw AWAY;
  };
  await editor.draw(stroke(8, 20));
  await editor.draw(dot(50));
  await until(() => server.ids.size === 2 && saver.pendingCount === 1);
  assert.equal((await journal.branched(ID)).length, 1);
  saver.stop();

  let lost = true;
  server.storeBranch = async (...sent) => {
    const answer = await storeBranch(...sent);
    if (lost) {
      lost = false;
      throw AWAY;
    }
    return answer;
  };
  const again = begin(server, journal);
  await again.saver.recover();
  await until(() => again.saver.state.kind === "saved");

  assert.deepEqual([...server.branches.values()].map((branch) => branch.operations.length), [1]);
  assert.deepEqual((await journal.read(ID)).entries, []);
  assert.deepEqual(again.editor.shown.masks.bac, union(dot(10), dot(50)));
});

test("strokes that come after the exam was withdrawn are kept beside the image, and it takes no more", async () => {
  const { saver, server, editor } = begin();
  const closed = [];
  saver.addEventListener("submitted", (event) => closed.push(event.detail.state));
  await editor.draw(dot(10));
  await until(() => saver.state.kind === "saved");
  server.hasExamEnded = true;

  await editor.draw(dot(30));
  await until(() => saver.state.kind === "saved");

  const [branch] = server.branches.values();
  assert.deepEqual([branch.reason, branch.operations.length, closed], ["late", 1, ["open"]]);
  assert.deepEqual(editor.shown.masks.bac, dot(10));
});

test("strokes that come after the image was submitted are kept beside it, and what was submitted is shown", async () => {
  const { server, saver, editor, journal, notices } = begin();
  const submitted = [];
  saver.addEventListener("submitted", (event) => submitted.push(event.detail.state));
  server.trouble = () => {
    server.trouble = null;
    throw AWAY;
  };
  await editor.draw(dot(10));
  await until(() => saver.state.kind === "waiting");
  server.state = "submitted"; // with the first stroke, whose answer was lost
  await editor.draw(dot(30));
  await editor.draw(dot(50));
  await until(() => saver.state.kind === "saved");

  assert.deepEqual([submitted, saver.pendingCount], [["submitted"], 0]);
  assert.deepEqual([editor.shown.masks.bac, server.ids.size], [dot(10), 1]);
  assert.match(notices.at(-1), /^2 changes came too late/);
  const [branch] = server.branches.values();
  assert.deepEqual([branch.reason, branch.operations.length], ["late", 2]);
  assert.deepEqual((await journal.read(ID)).entries, []);
});

test("what the server takes into no branch either is set aside in the browser with its reason", async () => {
  const { server, saver, editor, journal } = begin();
  server.store(maskOperation("bac", dot(10), "brush", {}));
  await editor.draw(stroke(8, 20));
  await editor.erase(dot(18));
  const [refused] = saver.copy.pending;
  server.refuseInBranch = ({ id }) => {
    if (id === refused.operation.id) throw failure(413, "request_too_large", "It is larger than the server takes.");
  };
  await until(() => saver.state.kind === "saved");

  assert.deepEqual([...server.branches.values()].map((branch) => branch.operations.length), [1]);
  assert.deepEqual((await journal.refused(ID)).map(({ id, refusal }) => [id, refusal.code]), [[refused.operation.id, "request_too_large"]]);
});

test("merging puts the strokes of a branch on top of what is shown, label by label, and twice changes nothing", () => {
  const { bac, microcalcification } = new Server().masks;
  const sets = maskOperation("bac", stroke(10, 20), "brush", {}).patch;
  const clears = maskOperation("bac", dot(40), "eraser", {}).patch;
  const masks = { bac: union(bac, dot(40)), microcalcification };

  const [change, ...none] = mergeChanges(masks, [{ label: "bac", sets, clears }]);

  assert.deepEqual([change.label, xor(masks.bac, change.patch), none], ["bac", stroke(10, 20), []]);
  assert.deepEqual(mergeChanges({ bac: stroke(10, 20), microcalcification }, [{ label: "bac", sets, clears }]), []);
});
