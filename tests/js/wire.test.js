import assert from "node:assert/strict";
import test from "node:test";

import { capsule } from "../../static/viewer/drawing.js";
import { answerOperation, findingOperation, maskOperation } from "../../static/viewer/operations.js";
import { requestOf } from "../../static/viewer/wire.js";

const VIEW = { s: 2, c: 2048, w: 1200 };
const patch = capsule(64, 64, { x: 20, y: 30 }, { x: 40, y: 30 }, 4);
const stroke = (details = {}) => maskOperation("bac", patch, "brush", { radius_px: 4, ...details });

test("a stroke travels as a row, without what its id or the request says", () => {
  const operation = stroke({ view: VIEW });

  const body = requestOf(7, [operation]);

  assert.deepEqual(body, {
    base_version: 7,
    view: VIEW,
    operations: [[operation.id, "bac", "brush", operation.patch, { radius_px: 4 }]],
  });
});

test("only a view that differs is told again", () => {
  const other = { ...VIEW, s: 4 };
  const { view, operations } = requestOf(0, [stroke({ view: VIEW }), stroke({ view: other }), stroke({ view: { ...VIEW } })]);

  assert.deepEqual([view, ...operations.map((row) => row[4].view)], [VIEW, undefined, other, undefined]);
});

test("where an operation has no view, every other tells its own", () => {
  const { view, operations } = requestOf(0, [stroke({ view: VIEW }), stroke()]);

  assert.deepEqual([view, operations[0][4].view, operations[1][4].view], [undefined, VIEW, undefined]);
});

test("answers and findings travel by name", () => {
  const finding = { id: "f", removed: true };
  const { operations } = requestOf(0, [answerOperation("yes", { view: VIEW }), findingOperation(finding, { view: VIEW })]);

  assert.deepEqual(operations.map(({ id, ...rest }) => rest), [
    { kind: "answer", answer: { question: "bac_present", value: "yes" }, details: {} },
    { kind: "finding", finding, details: {} },
  ]);
});

test("what an earlier page left behind keeps the time that its id does not tell", () => {
  const old = { ...stroke(), made_at: "2025-01-02T03:04:05.678Z" };

  assert.deepEqual(requestOf(0, [old]).operations, [old]);
});
