// What the page says of zoom, pixel under the pointer and maps, and the sizes that follow from a bank card.
import assert from "node:assert/strict";
import test from "node:test";

import { loupeView, imageToCanvas } from "../../static/viewer/geometry.js";
import { loupeFactor } from "../../static/viewer/loupe.js";
import { firstLevel, mapText, missingText, scaleEnds, statusText } from "../../static/viewer/map_words.js";
import { pointText } from "../../static/viewer/point_words.js";
import { CARD_MM, ScreenSize, trueScale, zoomText } from "../../static/viewer/screen_size.js";

const SCREEN = { width: 1920, height: 1080, availLeft: 0, availTop: 0 };

class Memory {
  items = new Map();
  getItem = (name) => this.items.get(name) ?? null;
  setItem = (name, text) => this.items.set(name, text);
  removeItem = (name) => this.items.delete(name);
}

test("a screen's pixels have the size that the card gives them, and no other screen's have", () => {
  const screens = new ScreenSize(new Memory());

  assert.equal(screens.mmPerPx(SCREEN, 1), null);
  screens.measure(SCREEN, 1.5, 320);

  assert.equal(screens.mmPerPx(SCREEN, 1.5), CARD_MM / 480);
  assert.equal(screens.mmPerPx(SCREEN, 1), null, "another magnification of the page");
  assert.equal(screens.mmPerPx({ ...SCREEN, availLeft: 1920 }, 1.5), null, "the screen beside it");
});

for (const text of ["not json", "null", "[]", '{"1920 1080 0 0 1": -3}', '{"1920 1080 0 0 1": "wide"}']) {
  test(`something foreign in the browser's store (${text}) counts as not measured`, () => {
    const storage = new Memory();
    storage.setItem("tramline.screens", text);

    assert.equal(new ScreenSize(storage).mmPerPx(SCREEN, 1), null);
  });
}

test("at true size a mm of the image is a mm on the screen", () => {
  const scale = trueScale([0.07, 0.07], 0.28);

  assert.equal(scale, 0.25); // 4 image px of 0.07 mm on one screen px of 0.28 mm
  assert.equal(zoomText(scale, [0.07, 0.07], 0.28), "25 % · true size");
});

test("the zoom says how many mm a cm of screen shows, where both sizes are known", () => {
  assert.equal(zoomText(1, [0.07, 0.07], 0.28), "100 % · 1 cm is 2.5 mm");
  assert.equal(zoomText(0.5, [0.07, 0.07], null), "50 %");
  assert.equal(zoomText(0.5, null, 0.28), "50 %");
});

test("the loupe shows twice to four times, as near to 1:1 as it can", () => {
  assert.deepEqual([0.1, 0.25, 0.4, 1, 3].map(loupeFactor), [4, 4, 2.5, 2, 2]);
});

test("the middle of the loupe stays where it is, whichever way the image hangs", () => {
  for (const axes of [[1, 0, 0, 1], [-1, 0, 0, 1], [0, -1, 1, 0]]) {
    const view = { scale: 0.5, x: 300, y: 200, axes };
    const at = { x: 120, y: 80 };
    const held = { x: view.x + (axes[0] * at.x + axes[2] * at.y) / 0.5, y: view.y + (axes[1] * at.x + axes[3] * at.y) / 0.5 };

    const loupe = loupeView(view, at, 50, 4);

    const seen = imageToCanvas(held, loupe);
    assert.ok(Math.hypot(seen.x - at.x, seen.y - at.y) < 1e-9, String(axes));
    assert.equal(loupe.scale, 2);
    assert.deepEqual(loupe.disc, { x: 120, y: 80, radius: 50 });
  }
});

const MAMMOGRAM = {
  pixel_spacing_mm: [0.1, 0.1],
  length_spacing_mm: [0.1, 0.1],
  length_plane: "detector",
  magnification: null,
  rescale_slope: 1,
  rescale_intercept: 0,
  pixel_padding: null,
};
const POINT = { x: 120.5, y: 30.2, row: 30, column: 120, grey: 812 };

test("the pixel under the pointer is told in mm, row and column, and grey level", () => {
  assert.equal(pointText(POINT, MAMMOGRAM).text, "12.1, 3.0 mm (detector) · r 30 c 120 · grey 812");
  assert.equal(pointText(null, MAMMOGRAM).text, "");
});

test("stored and rescaled grey are told where they differ, and padding is named", () => {
  const rescaled = { ...MAMMOGRAM, rescale_slope: -2.5, rescale_intercept: 1000 };
  const padded = { ...MAMMOGRAM, pixel_padding: [800, 900] };

  assert.match(pointText(POINT, rescaled).text, /grey 812, rescaled -1030$/);
  assert.match(pointText(POINT, padded).text, /grey 812, padding$/);
});

test("where lengths are true is told, and how far off they are elsewhere", () => {
  const contact = { ...MAMMOGRAM, magnification: 1.07 };
  const magnified = { ...MAMMOGRAM, magnification: 1.8, length_plane: "object", length_spacing_mm: [0.0556, 0.0556] };
  const calibrated = { ...MAMMOGRAM, length_plane: "object" };

  assert.match(pointText(POINT, MAMMOGRAM).title, /6 to 9 % longer than in the breast/);
  assert.match(pointText(POINT, contact).title, /magnification of 1.07: in the breast they are about 7 % shorter/);
  assert.match(pointText(POINT, magnified).text, /^6\.7, 1\.7 mm \(breast\)/);
  assert.match(pointText(POINT, magnified).title, /divided by 1.8/);
  assert.match(pointText(POINT, calibrated).title, /calibrated in the breast/);
  assert.match(pointText(POINT, { ...MAMMOGRAM, length_spacing_mm: null }).text, /^mm not known/);
});

const MAP = { kind: "calcification_thickness", unit: "mm", lowest: 0, step: 1 / 254, visible_from: 0.05, source: "", flags: [] };

test("a map is painted from the first level that is more than noise", () => {
  assert.equal(firstLevel(MAP), 14); // level 14 means 13 / 254 = 0.0512 mm
  assert.equal(firstLevel({ ...MAP, visible_from: 0 }), 1);
  assert.equal(firstLevel({ ...MAP, visible_from: 99 }), 255);
});

test("the ends of a map's scale have their unit", () => {
  assert.deepEqual(scaleEnds(MAP), { low: "0 mm", high: "1 mm or more" });
  assert.deepEqual(scaleEnds({ ...MAP, kind: "density", step: 60 / 254 }), { low: "0 mm", high: "60 mm" });
  assert.deepEqual(scaleEnds({ ...MAP, kind: "heatmap", unit: "" }), { low: "0", high: "1" });
});

test("a map says what it may not be trusted in", () => {
  assert.match(mapText(MAP), /painted from 0.05 mm. Clips, folds and ligaments stand out too/);
  assert.match(mapText({ ...MAP, kind: "density", flags: ["fat_reference_uncertain"] }), /may be too low/);
  assert.equal(mapText({ ...MAP, kind: "heatmap", source: "finder 1" }), "By finder 1.");
});

test("a map that is not there says why, or how far it is", () => {
  const status = (facts) => statusText({ image_map: null, code: "", message: "", done: 0, total: 0, ...facts });

  assert.equal(status({ state: "running", done: 1, total: 3 }), "Measuring: step 2 of 3.");
  assert.equal(status({ state: "undefined", message: "No classifier has run on this image." }), "No classifier has run on this image.");
  assert.equal(status({ state: "ready" }), "");
});

test("a map that is not there is named before the reason", () => {
  const status = { state: "undefined", image_map: null, code: "", message: "The header names no thickness.", done: 0, total: 0 };
  assert.equal(missingText("density", status), "This image has no density map. The header names no thickness.");
  assert.match(missingText("heatmap", status), /^This image has no heatmap\./);
});
