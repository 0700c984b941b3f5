import assert from "node:assert/strict";
import test from "node:test";

import { basisText, GROUPS, remarkText, valueText } from "../../static/pages/comparison_words.js";

const measure = (value, unit = "", reason = null) => ({ value, unit, definition: "", undefined_code: null, undefined_reason: reason });

test("numbers are written with as many digits as they deserve, and their unit", () => {
  assert.equal(valueText(measure(0.75678)), "0.757");
  assert.equal(valueText(measure(49.896, "mm")), "49.9 mm");
  assert.equal(valueText(measure(3.14159, "mm²")), "3.1 mm²");
  assert.equal(valueText(measure(0.328, "mm")), "0.33 mm");
  assert.equal(valueText(measure(1257, "px")), "1257 px");
  assert.equal(valueText(measure(3.2787, "px")), "3.28 px");
  assert.equal(valueText(measure(15500.827, "px")), "15500.8 px");
  assert.equal(valueText(measure(null)), "not defined");
});

test("a missing number says why, a ratio above 1 is remarked on, a length is not", () => {
  assert.equal(remarkText(measure(null, "", "Both masks are empty.")), "Both masks are empty.");
  assert.match(remarkText(measure(1.33)), /^Above 1/);
  assert.equal(remarkText(measure(49.9, "mm")), "");
  assert.equal(remarkText(measure(1)), "");
});

test("what stands behind the numbers names n and the tolerance", () => {
  const definition = { tolerance_mm: 1.05, version: 2, empty_rule: "", pixel_spacing_mm: [0.1, 0.1], length_plane: "detector", magnification: null };

  assert.equal(
    basisText(definition, 1),
    "n = 1 image; centre lines match within 1.05 mm; pixels of 0.1 × 0.1 mm at the detector plane; definitions version 2.",
  );
  const magnified = { ...definition, pixel_spacing_mm: [0.07 / 1.8, 0.07 / 1.8], length_plane: "object", magnification: 1.8 };
  assert.match(basisText(magnified, 1), /pixels of 0.03889 × 0.03889 mm at the object plane \(magnified, factor 1.8\);/);
  assert.match(basisText({ ...definition, pixel_spacing_mm: null }, 1), /size of a pixel not known/);
});

test("no measure stands on the page twice", () => {
  const names = GROUPS.flatMap((group) => group.measures.map(([name]) => name));

  assert.equal(new Set(names).size, names.length);
});
