import assert from "node:assert/strict";
import test from "node:test";

import { capsule } from "../../static/viewer/drawing.js";
import { findingOperation, maskOperation } from "../../static/viewer/operations.js";
import * as runs from "../../static/viewer/runs.js";
import { stepsOf } from "../../static/viewer/steps.js";
import { Timeline } from "../../static/viewer/timeline.js";

const dot = (x, y = 30) => capsule(64, 64, { x, y }, { x, y }, 4);
const finding = { id: "f", label: "microcalcification", shape: "dot", points: [[3, 4]], assessment: "unknown", histology: "" };

test("operations made as one act are one step, answers are none", () => {
  const first = maskOperation("bac", dot(10), "reclassify", { act: "a" });
  const second = maskOperation("microcalcification", dot(10), "reclassify", { act: "a" });
  const third = maskOperation("bac", dot(20), "brush", {});
  const answer = { id: "x", kind: "answer", answer: { question: "bac_present", value: "yes" }, details: {}, made_at: "" };
  const put = findingOperation(finding, {});
  const removal = findingOperation({ id: "f", removed: true }, { undoes: put.id });

  const steps = stepsOf([first, second, third, answer, put, removal]);

  assert.deepEqual(steps.map(({ id, changes }) => [id, changes.length]), [["a", 2], [third.id, 1], [put.id, 1], [removal.id, 1]]);
  assert.deepEqual([steps[2].changes[0].before, steps[2].changes[0].after], [null, finding]);
  assert.deepEqual([steps[3].changes[0].before, steps[3].changes[0].after, steps[3].undoes], [finding, null, put.id]);
  assert.deepEqual([steps[1].tool, steps[1].madeAt], ["brush", third.made_at]);
});

test("the time line shows masks and findings of any step, in whichever order it is asked", () => {
  const operations = Array.from({ length: 40 }, (_, i) =>
    maskOperation(i % 3 ? "bac" : "microcalcification", dot(6 + ((i * 17) % 50), 10 + ((i * 7) % 40)), "brush", {}),
  );
  operations.push(findingOperation(finding, {}), findingOperation({ id: "f", removed: true }, {}));
  const states = [{ bac: runs.empty(64, 64), microcalcification: runs.empty(64, 64) }];
  for (const each of stepsOf(operations)) {
    const [change] = each.changes;
    const last = states.at(-1);
    states.push("patch" in change ? { ...last, [change.label]: runs.xor(last[change.label], change.patch) } : last);
  }
  const timeline = new Timeline(stepsOf(operations), 64, 64);

  for (const at of [42, 0, 7, 6, 31, 41, 41, 12, 40, 1, 42]) {
    timeline.go(at);
    assert.deepEqual(timeline.masks, states[at], `after ${at} steps`);
    assert.deepEqual([...timeline.findings.keys()], at === 41 ? ["f"] : []);
  }
});
