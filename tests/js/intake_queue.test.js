import assert from "node:assert/strict";
import { test } from "node:test";

import { describeCounts, packParcels, readLines, shownName } from "../../static/pages/intake_queue.js";

const file = (name) => new File(["x"], name);
const names = (parcels) => parcels.map(({ main, companions }) => [main.name, companions.map((table) => table.name)]);

test("tables go first, and every picture goes with them", () => {
  const chosen = ["a.dcm", "b.PNG", "images.csv", "c.tiff", "exam.zip"].map(file);

  assert.deepEqual(names(packParcels(chosen, [])), [
    ["images.csv", []],
    ["a.dcm", []],
    ["b.PNG", ["images.csv"]],
    ["c.tiff", ["images.csv"]],
    ["exam.zip", []],
  ]);
});

test("a table chosen earlier speaks for pictures that follow", () => {
  assert.deepEqual(names(packParcels([file("b.png")], [file("images.csv")])), [["b.png", ["images.csv"]]]);
});

test("what systems leave lying about is not sent", () => {
  assert.deepEqual(packParcels([".DS_Store", "Thumbs.db"].map(file), []), []);
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
