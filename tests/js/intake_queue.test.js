import assert from "node:assert/strict";
import { test } from "node:test";

import { describeCounts, packParcels, readLines, shownName } from "../../static/pages/intake_queue.js";

const file = (name) => new File(["x"], name);

test("tables go first, the rest in the order chosen", () => {
  const chosen = ["a.dcm", "b.PNG", "images.csv", "c.tiff", "exam.zip"].map(file);

  assert.deepEqual(
    packParcels(chosen).map((parcel) => [parcel.file.name, parcel.kind]),
    [
      ["images.csv", "table"],
      ["a.dcm", "other"],
      ["b.PNG", "picture"],
      ["c.tiff", "picture"],
      ["exam.zip", "other"],
    ],
  );
});

test("what systems leave lying about is not sent", () => {
  assert.deepEqual(packParcels([".DS_Store", "Thumbs.db"].map(file)), []);
});

test("a file without a folder is shown by its name", () => {
  assert.equal(shownName(file("a.dcm")), "a.dcm");
});

test("a line is read once it is whole", () => {
  const first = { path: "a.dcm", outcome: "stored", reason: null, mammogram: "1", message: "Stored." };
  const text = `${JSON.stringify(first)}\n{"path": "b`;

  assert.deepEqual(readLines(text), { outcomes: [first], rest: '{"path": "b' });
});

test("counts read as a sentence", () => {
  const counts = { total: 3, done: 1, stored: 1, duplicate: 0, refused: 0 };

  assert.equal(describeCounts(counts), "Sending 2 of 3: 1 stored, 0 refused.");
  assert.equal(
    describeCounts({ total: 3, done: 3, stored: 1, duplicate: 1, refused: 1 }),
    "All 3 sent: 1 stored, 1 here already, 1 refused.",
  );
});
