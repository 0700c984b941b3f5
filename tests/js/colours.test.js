// Labels are told from each other and from grey by readers of every colour vision, and never by hue alone.
// Simulation: G. Machado, M. Oliveira, L. Fernandes, IEEE Transactions on Visualization and Computer Graphics 15
// (2009) 1291-1298, severity 1, on linear sRGB. Difference: CIE 1976, in L*a*b* of a D65 screen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { parseHex } from "../../static/viewer/colours.js";
import { LABELS } from "../../static/viewer/labels.js";

const VISIONS = {
  usual: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};
const TOLD_APART = 20; // ten times what is just seen side by side
const TOKENS = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");

const token = (name) => parseHex(new RegExp(`${name}: (#[0-9a-f]{6})`).exec(TOKENS)[1]);
const linear = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
const times = (matrix, v) => [0, 3, 6].map((row) => matrix[row] * v[0] + matrix[row + 1] * v[1] + matrix[row + 2] * v[2]);
const clipped = (v) => v.map((x) => Math.min(1, Math.max(0, x)));

/** L*, a*, b* of a colour as it is seen. */
function lab(rgb, vision) {
  const seen = clipped(times(VISIONS[vision], rgb.map(linear)));
  const xyz = times([0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.072175, 0.0193339, 0.119192, 0.9503041], seen);
  const [x, y, z] = xyz.map((value, i) => value / [0.95047, 1, 1.08883][i]).map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const difference = (one, other, vision) => {
  const [a, b] = [lab(one, vision), lab(other, vision)];
  return Math.hypot(...a.map((value, i) => value - b[i]));
};

for (const vision of Object.keys(VISIONS)) {
  test(`${vision}: BAC, microcalcification and every grey level differ`, () => {
    const [bac, microcalcification] = LABELS.map(({ colourToken }) => token(colourToken));

    assert.ok(difference(bac, microcalcification, vision) > TOLD_APART);
    for (const colour of [bac, microcalcification]) {
      for (let level = 0; level <= 255; level++) {
        const grey = [level, level, level].map((value) => value / 255);
        assert.ok(difference(colour, grey, vision) > TOLD_APART, `grey ${level}: ${difference(colour, grey, vision)}`);
      }
    }
  });

  test(`${vision}: the colour scale of maps only gets lighter`, () => {
    const lightness = [0, 1, 2, 3, 4].map((stop) => lab(token(`--map-${stop}`), vision)[0]);

    for (let stop = 1; stop < 5; stop++) assert.ok(lightness[stop] > lightness[stop - 1] + 10, String(lightness));
  });
}

test("no two labels have the same outline", () => {
  assert.equal(new Set(LABELS.map(({ outline }) => outline)).size, LABELS.length);
});
