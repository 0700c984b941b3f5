// Expected values follow the pseudo-code of DICOM PS3.3 C.11.2.1.2.1, C.11.2.1.3.1 and C.11.2.1.3.2 by hand.
import assert from "node:assert/strict";
import test from "node:test";

import { adjusted, automaticWindow, brightness } from "../../static/viewer/window_level.js";

const close = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test("LINEAR maps c - 0.5 to the middle and clips half a pixel off the edges", () => {
  const windowing = { center: 2048, width: 4096, voiFunction: "LINEAR" };

  assert.equal(brightness(0, windowing), 0);
  assert.equal(brightness(4095, windowing), 1);
  close(brightness(2047.5, windowing), 0.5);
  close(brightness(1000, windowing), 1000 / 4095);
});

test("LINEAR with width 1 is a threshold", () => {
  const windowing = { center: 100, width: 1, voiFunction: "LINEAR" };

  assert.equal(brightness(99.5, windowing), 0);
  assert.equal(brightness(100, windowing), 1);
});

test("LINEAR_EXACT maps c to the middle", () => {
  const windowing = { center: 100, width: 50, voiFunction: "LINEAR_EXACT" };

  assert.equal(brightness(75, windowing), 0);
  close(brightness(100, windowing), 0.5);
  close(brightness(110, windowing), 0.7);
  assert.equal(brightness(126, windowing), 1);
});

test("SIGMOID is 1 / (1 + exp(-4 (x - c) / w))", () => {
  const windowing = { center: 100, width: 40, voiFunction: "SIGMOID" };

  close(brightness(100, windowing), 0.5);
  close(brightness(110, windowing), 1 / (1 + Math.exp(-1)));
});

test("MONOCHROME1 shows the smallest value white", () => {
  assert.equal(brightness(0, { center: 50, width: 100, voiFunction: "LINEAR" }, true), 1);
});

test("a window is never narrower than its function allows", () => {
  const linear = adjusted({ center: 10, width: 5, voiFunction: "LINEAR" }, 2, 0.0001);
  const exact = adjusted({ center: 10, width: 5, voiFunction: "LINEAR_EXACT" }, 0, 0.0001);

  assert.deepEqual(linear, { center: 12, width: 1, voiFunction: "LINEAR" });
  assert.equal(exact.width, 0.001);
});

test("the automatic window spans the tissue and leaves background out", () => {
  const values = new Uint16Array(10_000);
  for (let i = 5_000; i < 10_000; i++) values[i] = 1000 + (i % 500);

  const { center, width } = automaticWindow(values, false);

  assert.equal(center - width / 2, 1004); // 1st percentile of 1000..1499
  assert.equal(center + width / 2, 1498); // one past the 99.5th
});

test("the automatic window of one grey level has a width", () => {
  assert.deepEqual(automaticWindow(new Uint16Array(9).fill(7), false), { center: 7.5, width: 2 });
});
