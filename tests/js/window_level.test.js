// Expected values follow the pseudo-code of DICOM PS3.3 C.11.2.1.2.1, C.11.2.1.3.1 and C.11.2.1.3.2 by hand.
import assert from "node:assert/strict";
import test from "node:test";

import {
  adjusted,
  areSame,
  automaticWindowing,
  brightness,
  greyTable,
  lutWindowing,
  PLAIN_SCALE,
} from "../../static/viewer/window_level.js";

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

test("a window of a table keeps its table and is the same only with it", () => {
  const lut = { firstMapped: 0, bits: 8, values: Uint16Array.of(0, 255) };
  const windowing = lutWindowing(lut);

  assert.deepEqual(adjusted(windowing, 3, 0.0001), { center: 4, width: 2, voiFunction: "LUT", lut });
  assert.ok(areSame(windowing, lutWindowing(lut)));
  assert.ok(!areSame(windowing, { ...windowing, lut: { ...lut } }));
});

test("a table maps from its first value on, and its ends go on beyond", () => {
  const lut = { firstMapped: -10, bits: 12, values: Uint16Array.of(0, 1000, 4095) };
  const windowing = lutWindowing(lut);

  assert.deepEqual([-99, -10, -9, -8, 99].map((x) => brightness(x, windowing)), [0, 0, 1000 / 4095, 1, 1]);
  assert.equal(brightness(-9, windowing, true), 1 - 1000 / 4095);
});

test("a table spread over twice the values shows each entry twice", () => {
  const lut = { firstMapped: 0, bits: 8, values: Uint16Array.from({ length: 100 }, (_, i) => i) };
  const wide = adjusted(lutWindowing(lut), 50, 2);

  for (const x of [0, 60, 120, 198]) close(brightness(x, wide), x / 2 / 255);
});

test("grey levels are rounded half up, one for each stored value", () => {
  const table = greyTable({ center: 2048, width: 4096, voiFunction: "LINEAR" }, { ...PLAIN_SCALE, bits: 12 });

  assert.equal(table.length, 4096);
  for (const stored of [0, 1, 8, 9, 2047, 2048, 4087, 4095]) {
    assert.equal(table[stored], Math.floor((stored * 255) / 4095 + 0.5));
  }
});

test("rescaling comes before the window, and a negative slope turns the image round", () => {
  const windowing = { center: 0, width: 400, voiFunction: "LINEAR_EXACT" };
  const scale = { ...PLAIN_SCALE, bits: 8, slope: -2, intercept: 255 };

  const table = greyTable(windowing, scale);

  assert.equal(table[0], 255); // 255 is beyond 200
  assert.equal(table[255], 0); // -255
  assert.equal(table[100], Math.floor((55 / 400 + 0.5) * 255 + 0.5));
});

test("padding is black under every window, turned round or not", () => {
  const windowing = { center: 100, width: 200, voiFunction: "SIGMOID" };
  const scale = { ...PLAIN_SCALE, bits: 12, padding: [4000, 4095] };

  const [upright, inverted] = [false, true].map((turned) => greyTable(windowing, { ...scale, inverted: turned }));

  assert.deepEqual([upright[3999], upright[4000], upright[4095]], [255, 0, 0]);
  assert.deepEqual([inverted[0], inverted[4000], inverted[4095]], [225, 0, 0]);
});

const TISSUE = { ...PLAIN_SCALE, bits: 12 };

function tissueBeside(background) {
  const values = new Uint16Array(10_000).fill(background);
  for (let i = 5_000; i < 10_000; i++) values[i] = 1000 + (i % 500);
  return values;
}

test("the automatic window spans the tissue and leaves background out", () => {
  const { center, width } = automaticWindowing(tissueBeside(0), TISSUE);

  assert.equal(center - width / 2, 1004); // 1st percentile of 1000..1499
  assert.equal(center + width / 2, 1498); // one past the 99.5th
});

test("the automatic window takes the bright end for background where values are turned round", () => {
  for (const turned of [{ inverted: true }, { slope: -1, intercept: 4095 }]) {
    const scale = { ...TISSUE, ...turned };
    const windowing = automaticWindowing(tissueBeside(4095), scale);

    const table = greyTable(windowing, scale);

    assert.deepEqual([table[1497], table[1004]], [0, 255], JSON.stringify(turned));
    assert.ok(table[1496] > 0 && table[1005] < 255);
  }
});

test("the automatic window leaves padding out, whichever end it has", () => {
  for (const padding of [0, 4095]) {
    const values = tissueBeside(padding);
    const plain = automaticWindowing(values, { ...TISSUE, padding: [padding, padding] });

    assert.ok(plain.center > 1200 && plain.center < 1300, `${padding}: ${plain.center}`);
    assert.ok(plain.width < 500);
  }
});

test("the automatic window of one grey level has a width", () => {
  const windowing = automaticWindowing(new Uint16Array(9).fill(7), TISSUE);

  assert.deepEqual(windowing, { center: 8, width: 2, voiFunction: "LINEAR" });
});
