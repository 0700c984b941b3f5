import assert from "node:assert/strict";
import test from "node:test";

import { canvasToImage, cssToImage, imageToCanvas, imageToCss, pixelAt, pixelCentre, pxToMm } from "../../static/viewer/geometry.js";
import { Viewport } from "../../static/viewer/viewport.js";

const VIEW = { scale: 2.5, x: 100, y: -40 };

test("image and canvas positions are each other's inverse", () => {
  const point = { x: 123.25, y: 77.5 };

  assert.deepEqual(imageToCanvas(point, VIEW), { x: 58.125, y: 293.75 });
  assert.deepEqual(canvasToImage(imageToCanvas(point, VIEW), VIEW), point);
});

test("css positions know how many canvas pixels make one", () => {
  const onPage = imageToCss({ x: 110, y: 0 }, VIEW, 2);

  assert.deepEqual(onPage, { x: 12.5, y: 50 });
  assert.deepEqual(cssToImage(onPage, VIEW, 2), { x: 110, y: 0 });
});

test("a pixel covers from its index to the next, its centre between", () => {
  assert.deepEqual(pixelAt({ x: 7.999, y: 3 }), { row: 3, column: 7 });
  assert.deepEqual(pixelCentre(3, 7), { x: 7.5, y: 3.5 });
});

test("lengths are in mm only where the spacing is known", () => {
  assert.equal(pxToMm(10, [0.1, 0.1]), 1);
  assert.equal(pxToMm(10, null), null);
});

/** @returns {Viewport} 1000 x 800 canvas px on 4096 x 3328 */
function viewport() {
  const view = new Viewport();
  view.setCanvas(1000, 800);
  view.setImage(4096, 3328);
  return view;
}

test("fit shows the whole image in the middle, after a change of size too", () => {
  const view = viewport();
  view.setCanvas(500, 400);

  const corners = [{ x: 0, y: 0 }, { x: 3328, y: 4096 }].map((point) => imageToCanvas(point, view.view));

  assert.ok(Math.abs(view.view.scale - 400 / 4096) < 1e-12);
  assert.ok(Math.abs(corners[0].y) <= 0.5 && Math.abs(corners[1].y - 400) <= 0.5);
  assert.ok(Math.abs(corners[0].x + corners[1].x - 500) <= 1);
});

test("zooming holds the point below the pointer, to half a canvas pixel", () => {
  const view = viewport();
  const pointer = { x: 620, y: 310 };
  const held = canvasToImage(pointer, view.view);

  view.zoomAt(pointer, 3.7);

  const now = imageToCanvas(held, view.view);
  assert.ok(Math.hypot(now.x - pointer.x, now.y - pointer.y) < 1);
});

test("one to one puts pixels exactly on canvas pixels", () => {
  const view = viewport();

  view.oneToOne({ x: 1000.3, y: 2000.7 });

  assert.equal(view.view.scale, 1);
  assert.ok(Number.isInteger(view.view.x) && Number.isInteger(view.view.y));
});

test("panning never loses the image", () => {
  const view = viewport();

  view.panBy(1e6, -1e6);

  const edge = imageToCanvas({ x: 0, y: 4096 }, view.view);
  assert.ok(edge.x < 1000 && edge.y > 0);
});

test("a box in focus lies in the middle and is enlarged at most four times", () => {
  const view = viewport();

  view.focus({ row0: 1000, row1: 1010, column0: 2000, column1: 2010 });

  const middle = imageToCanvas({ x: 2005, y: 1005 }, view.view);
  assert.equal(view.view.scale, 4);
  assert.ok(Math.hypot(middle.x - 500, middle.y - 400) < 1);
});

test("a size chosen by the reader survives a change of the window", () => {
  const view = viewport();
  view.oneToOne({ x: 1500, y: 1500 });

  view.setCanvas(600, 600);

  assert.equal(view.view.scale, 1);
  assert.ok(Math.abs(canvasToImage({ x: 300, y: 300 }, view.view).x - 1500) <= 1);
});
