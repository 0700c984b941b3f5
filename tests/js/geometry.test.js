import assert from "node:assert/strict";
import test from "node:test";

import {
  UPRIGHT,
  axesOf,
  boxOnCanvas,
  canvasToImage,
  cssToImage,
  imageToCanvas,
  imageToCss,
  pixelAt,
  pixelCentre,
  pxToMm,
  shownPart,
} from "../../static/viewer/geometry.js";
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

const WAYS_ROUND = [0, 1, 2, 3].flatMap((turns) => [false, true].map((mirrored) => ({ turns, mirrored })));

test("a view that does not say which way round is upright", () => {
  assert.deepEqual(axesOf(0, false), [...UPRIGHT]);
  assert.deepEqual(axesOf(4, false), axesOf(-4, false));
});

test("mirrored, the first column of an image lies at the right of the canvas", () => {
  const view = { scale: 2, x: 300, y: 10, axes: axesOf(0, true) };

  assert.deepEqual(imageToCanvas({ x: 290, y: 15 }, view), { x: 20, y: 10 });
  assert.deepEqual(canvasToImage({ x: 20, y: 10 }, view), { x: 290, y: 15 });
});

test("turned clockwise by a quarter, the top of an image lies at the right", () => {
  const view = { scale: 1, x: 0, y: 100, axes: axesOf(1, false) };

  assert.deepEqual(imageToCanvas({ x: 0, y: 0 }, view), { x: 100, y: 0 });
  assert.deepEqual(imageToCanvas({ x: 30, y: 100 }, view), { x: 0, y: 30 });
});

test("whichever way round, image and canvas positions are each other's inverse", () => {
  for (const { turns, mirrored } of WAYS_ROUND) {
    const view = { ...VIEW, axes: axesOf(turns, mirrored) };
    const point = { x: 123.25, y: 77.5 };

    assert.deepEqual(canvasToImage(imageToCanvas(point, view), view), point);
  }
});

test("a box keeps its size on the canvas, and its left edge stays left of its right", () => {
  const box = { row0: 10, row1: 30, column0: 100, column1: 150 };

  for (const { turns, mirrored } of WAYS_ROUND) {
    const { left, top, right, bottom } = boxOnCanvas(box, { scale: 2, x: 0, y: 0, axes: axesOf(turns, mirrored) });

    assert.deepEqual([right - left, bottom - top], turns % 2 ? [40, 100] : [100, 40]);
  }
});

test("the part of an image that is seen is told in image pixels, whichever way round", () => {
  const size = { width: 200, height: 100 };

  assert.deepEqual(shownPart(size, { scale: 2, x: 40, y: 5 }), { left: 40, top: 5, right: 140, bottom: 55 });
  assert.deepEqual(shownPart(size, { scale: 2, x: 140, y: 5, axes: axesOf(0, true) }), { left: 40, top: 5, right: 140, bottom: 55 });
  assert.deepEqual(shownPart(size, { scale: 2, x: 40, y: 105, axes: axesOf(1, false) }), { left: 40, top: 5, right: 90, bottom: 105 });
});

test("fit shows the whole image whichever way round it hangs", () => {
  for (const { turns, mirrored } of WAYS_ROUND) {
    const view = viewport();

    view.turn(turns, mirrored);

    const { left, top, right, bottom } = boxOnCanvas({ row0: 0, row1: 4096, column0: 0, column1: 3328 }, view.view);
    const long = turns % 2 ? right - left : bottom - top;
    assert.ok(left > -1 && top > -1 && right < 1001 && bottom < 801, `${turns} ${mirrored}`);
    assert.ok(Math.abs(long - (turns % 2 ? 984.6 : 800)) < 1, `${turns} ${mirrored}: ${long}`);
  }
});

test("dragging moves the picture with the hand, whichever way round it hangs", () => {
  for (const { turns, mirrored } of WAYS_ROUND) {
    const view = viewport();
    view.turn(turns, mirrored);
    view.oneToOne({ x: 1500, y: 2000 });
    const before = imageToCanvas({ x: 1500, y: 2000 }, view.view);

    view.panBy(37, -12);

    const after = imageToCanvas({ x: 1500, y: 2000 }, view.view);
    assert.deepEqual([after.x - before.x, after.y - before.y], [37, -12]);
  }
});

test("zooming holds the point below the pointer, whichever way round it hangs", () => {
  for (const { turns, mirrored } of WAYS_ROUND) {
    const view = viewport();
    view.turn(turns, mirrored);
    const held = canvasToImage({ x: 620, y: 310 }, view.view);

    view.zoomAt({ x: 620, y: 310 }, 3.7);

    const now = imageToCanvas(held, view.view);
    assert.ok(Math.hypot(now.x - 620, now.y - 310) < 1);
  }
});

test("panning never loses an image that hangs another way round", () => {
  for (const { turns, mirrored } of WAYS_ROUND) {
    for (const far of [1e6, -1e6]) {
      const view = viewport();
      view.turn(turns, mirrored);

      view.panBy(far, -far);

      const { left, top, right, bottom } = boxOnCanvas({ row0: 0, row1: 4096, column0: 0, column1: 3328 }, view.view);
      assert.ok(left < 960 && right > 40 && top < 760 && bottom > 40, `${turns} ${mirrored} ${far}`);
    }
  }
});

test("a picture that is turned keeps its middle in the middle", () => {
  const view = viewport();
  view.centreOn({ x: 1000, y: 3000 }, 1);

  view.turn(1, true);

  assert.ok(Math.hypot(view.centre.x - 1000, view.centre.y - 3000) < 1);
  assert.equal(view.view.scale, 1);
});

test("a whole image rests at the side of the canvas that it is hung against", () => {
  const view = viewport();

  const edges = [0, 1].map((rest) => {
    view.rest = rest;
    view.fit();
    return boxOnCanvas({ row0: 0, row1: 4096, column0: 0, column1: 3328 }, view.view);
  });

  assert.ok(Math.abs(edges[0].left) <= 1 && Math.abs(edges[1].right - 1000) <= 1);
});
