import assert from "node:assert/strict";
import test from "node:test";

import { frameOf, sortPieces, trim } from "../../static/viewer/proposed_pieces.js";
import { areaPx, boundingBox, difference, empty, fromDense, intersection, union, xor } from "../../static/viewer/runs.js";

const ROWS = 60;
const COLUMNS = 100;

function rectangle(row0, column0, row1, column1) {
  const pixels = new Uint8Array(ROWS * COLUMNS);
  for (let row = row0; row < row1; row++) pixels.fill(1, row * COLUMNS + column0, row * COLUMNS + column1);
  return fromDense(pixels, ROWS, COLUMNS);
}

const NONE = empty(ROWS, COLUMNS);
const LONG = rectangle(10, 10, 14, 60);
const SHORT = rectangle(30, 10, 34, 20);
const SPECK = rectangle(50, 50, 51, 53);
const PROPOSAL = [LONG, SHORT, SPECK].reduce(union);
const waitingPieces = (...given) => sortPieces(...given).waiting;
const boxes = (pieces) => pieces.map((piece) => boundingBox(piece));

test("pieces come one by one, the largest first, without specks", () => {
  assert.deepEqual(boxes(waitingPieces(PROPOSAL, NONE, [])), [boundingBox(LONG), boundingBox(SHORT)]);
});

test("what the label has for the most part is not asked for", () => {
  const label = rectangle(10, 10, 14, 40);

  assert.deepEqual(boxes(waitingPieces(PROPOSAL, label, [])), [boundingBox(SHORT)]);
});

test("of a piece that the label has in part only the rest is proposed", () => {
  const label = rectangle(10, 10, 14, 20);

  assert.deepEqual(boxes(waitingPieces(PROPOSAL, label, []))[0], { row0: 10, column0: 20, row1: 14, column1: 60 });
});

test("a rejected piece stays away, also at another cut-off, until it is asked for again", () => {
  const rejected = { value: "rejected", piece: LONG };
  const larger = union(rectangle(9, 9, 15, 61), SHORT);

  assert.deepEqual(boxes(waitingPieces(larger, NONE, [rejected])), [boundingBox(SHORT)]);
  const reopened = { value: "reopened", piece: LONG };
  assert.equal(waitingPieces(larger, NONE, [rejected, reopened]).length, 2);
  assert.equal(waitingPieces(larger, NONE, [rejected, reopened, rejected]).length, 1);
});

test("an accepted piece that was undone is asked for again", () => {
  assert.equal(waitingPieces(LONG, LONG, [{ value: "accepted", piece: LONG }]).length, 0);
  assert.equal(waitingPieces(LONG, NONE, [{ value: "accepted", piece: LONG }]).length, 1);
});

test("a piece is trimmed to its larger part, cut where the reader points", () => {
  const part = trim(LONG, { x: 45.5, y: 12 });

  assert.ok(part);
  assert.equal(areaPx(difference(part, LONG)), 0);
  const box = boundingBox(part);
  assert.deepEqual([box.column0, box.row0, box.row1], [10, 10, 14]);
  assert.ok(Math.abs(box.column1 - 45) <= 1, `cut at column ${box.column1}`);
  assert.ok(areaPx(intersection(part, rectangle(10, 50, 14, 60))) === 0);
});

test("far from the piece nothing is trimmed", () => {
  assert.equal(trim(SHORT, { x: 90, y: 5 }), null);
});

test("the frame leaves room around a piece", () => {
  assert.deepEqual(frameOf(SHORT, 5), { row0: 25, column0: 5, row1: 39, column1: 25 });
});

test("a rejected piece is settled as a whole, and back when it is asked for again", () => {
  const rejected = { value: "rejected", piece: LONG };
  const { settled, waiting, total } = sortPieces(PROPOSAL, NONE, [rejected]);

  assert.equal(areaPx(xor(settled, LONG)), 0);
  assert.deepEqual([waiting.length, total], [1, 2]);
  assert.ok(sortPieces(PROPOSAL, NONE, [rejected, { value: "reopened", piece: LONG }]).settled.isEmpty);
});

test("what was cut off an accepted piece is settled; what lies beside a drawn label is not", () => {
  const label = rectangle(10, 10, 14, 50);

  assert.equal(areaPx(xor(sortPieces(PROPOSAL, label, [{ value: "trimmed", piece: LONG }]).settled, LONG)), 0);
  assert.equal(areaPx(xor(sortPieces(PROPOSAL, label, []).settled, label)), 0);
});
