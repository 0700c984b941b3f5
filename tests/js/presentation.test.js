import assert from "node:assert/strict";
import test from "node:test";
import { deflateSync } from "node:zlib";

import { greyScaleOf, isDarkBright, readPresets } from "../../static/viewer/presentation.js";

const MAMMOGRAM = {
  bits_stored: 12,
  photometric_interpretation: "MONOCHROME2",
  presentation_lut_shape: "",
  pixel_padding: null,
  rescale_slope: 1,
  rescale_intercept: 0,
  windows: [],
  voi_luts: [],
  voi_lut_function: "LINEAR",
};

test("an image is turned round by MONOCHROME1 or by INVERSE, and not twice by both", () => {
  const inverted = (photometric_interpretation, presentation_lut_shape) =>
    greyScaleOf({ ...MAMMOGRAM, photometric_interpretation, presentation_lut_shape }).inverted;

  assert.equal(inverted("MONOCHROME2", ""), false);
  assert.equal(inverted("MONOCHROME2", "IDENTITY"), false);
  assert.equal(inverted("MONOCHROME2", "INVERSE"), true);
  assert.equal(inverted("MONOCHROME1", ""), true);
  assert.equal(inverted("MONOCHROME1", "INVERSE"), true);
});

test("calcium has low stored values where an odd number of the header's words turns the image round", () => {
  const isDark = (photometric_interpretation, presentation_lut_shape, rescale_slope) =>
    isDarkBright({ ...MAMMOGRAM, photometric_interpretation, presentation_lut_shape, rescale_slope });

  assert.equal(isDark("MONOCHROME2", "", 1), false);
  assert.equal(isDark("MONOCHROME1", "", 1), true);
  assert.equal(isDark("MONOCHROME2", "INVERSE", 1), true);
  assert.equal(isDark("MONOCHROME2", "", -1), true);
  assert.equal(isDark("MONOCHROME1", "", -1), false);
  assert.equal(isDark("MONOCHROME2", "INVERSE", -1), false);
  assert.equal(isDarkBright(null), false);
});

test("presets are the file's windows, its tables entry by entry, and one from the histogram", async () => {
  const entries = Uint16Array.from({ length: 4096 }, (_, i) => (i * i) >> 8);
  const luts = [
    { first_mapped: -5, bits: 16, explanation: "", values: deflateSync(Buffer.from(entries.buffer)).toString("base64") },
  ];
  const windows = [
    { center: 2000, width: 1000, explanation: "HARDER" },
    { center: 1800, width: 900, explanation: "" },
  ];

  const presets = await readPresets(
    { ...MAMMOGRAM, windows, voi_luts: luts, voi_lut_function: "SIGMOID" },
    Uint16Array.of(0, 10, 20),
  );

  assert.deepEqual(presets.map(({ title }) => title), ["Harder", "Window 2", "Table 1", "Automatic"]);
  assert.deepEqual(presets[1].windowing, { center: 1800, width: 900, voiFunction: "SIGMOID" });
  assert.deepEqual(presets[2].windowing.lut, { firstMapped: -5, bits: 16, values: entries });
  assert.equal(presets[2].windowing.center, -5 + 2048);
  assert.equal(presets[3].windowing.voiFunction, "LINEAR");
});
