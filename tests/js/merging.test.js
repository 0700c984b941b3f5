/** Merging what stands beside an image: as one act, naming its branch, and noted only where it got into the annotation. */

import assert from "node:assert/strict";
import test from "node:test";

import { merge } from "../../static/viewer/merging.js";
import { difference, union } from "../../static/viewer/runs.js";
import { openReading } from "./reading_bench.js";
import { Server, dot, stroke } from "./saving_bench.js";

const finding = (x) => ({ id: "f", label: "microcalcification", shape: "dot", points: [[x, 1]], assessment: "unknown", histology: "" });
const draw = (reading, mask) => reading.editor.change("bac", difference(mask, reading.editor.masks.bac), "brush", {});

/** Two writers; what the second one did lies on what the first one did. */
async function contested() {
  const server = new Server();
  const [{ reading: first }, { reading: second }] = [await openReading({ server }), await openReading({ server })];
  for (const [reading, mask, answer, x] of [[first, dot(20), "yes", 1], [second, stroke(20, 40), "no", 2]]) {
    draw(reading, mask);
    reading.setAnswer(answer);
    reading.editor.putFinding(finding(x));
    await reading.saver.flush();
  }
  return { server, first, second, branch: [...server.branches.values()][0] };
}

const named = (server, branch) => server.log.filter(({ details }) => details.branch === branch.id);

test("strokes, findings and the answer of a branch are merged, each naming it", async () => {
  const { server, second, branch } = await contested();
  assert.deepEqual([server.masks.bac, server.answer, branch.operations.length], [dot(20), "yes", 3]);

  assert.equal(merge(second, branch), true);
  await second.saver.flush();

  assert.deepEqual([server.masks.bac, server.answer, server.findings.get("f")], [union(dot(20), stroke(20, 40)), "no", finding(2)]);
  assert.deepEqual(named(server, branch).map(({ kind }) => kind), ["mask", "finding", "answer"]);
  await second.editor.undo();
  await second.saver.flush();
  assert.deepEqual([server.masks.bac, server.findings.get("f")], [dot(20), finding(1)], "one act, taken back at once");
});

test("a branch that is on the image already changes nothing and names nothing", async () => {
  const { server, second, branch } = await contested();
  merge(second, branch);
  await second.saver.flush();
  const { length } = server.log;

  assert.equal(merge(second, branch), false);
  assert.deepEqual([second.saver.pendingCount, server.log.length], [0, length]);
});

test("a merge that overlaps once more is not in the annotation, and stands beside it with all that it holds", async () => {
  const { server, first, second, branch } = await contested();
  draw(first, stroke(30, 50));
  await first.saver.flush();

  assert.equal(merge(second, branch), true);
  await second.saver.flush();

  assert.deepEqual(named(server, branch), [], "so it cannot be noted as merged");
  const beside = [...server.branches.values()].at(-1);
  assert.deepEqual(beside.operations.map(({ kind }) => kind), ["mask", "finding", "answer"]);
  assert.deepEqual([second.editor.masks.bac, second.answer], [server.masks.bac, "yes"]);
});
