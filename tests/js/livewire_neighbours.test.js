// The live-wire beside other vessels: the one that was clicked is followed, not the dark between two.
import assert from "node:assert/strict";
import test from "node:test";

import { Trace } from "../../static/viewer/livewire/trace.js";
import { bump, drawn } from "./drawn_vessels.js";

const MM_PER_PX = 0.07;
const SIZE = { rows: 500, columns: 700, seed: 3 };
const [FROM_X, TO_X] = [50, 650];

const middleY = (x) => 250 + 60 * Math.sin(x / 110);
const across = (x, y) => (y - middleY(x)) / Math.hypot(1, (60 / 110) * Math.cos(x / 110));
const tramTrack = (x, y) => 200 * (bump(across(x, y) - 8, 1.5) + bump(across(x, y) + 8, 1.5));

/** Distances from the clicked vessel's middle, image px: mean, and largest apart from the last millimetre at the ends. */
function errors(signal) {
  const crop = drawn(signal, SIZE);
  const points = new Trace(crop, MM_PER_PX, { x: FROM_X, y: middleY(FROM_X) }).to({ x: TO_X, y: middleY(TO_X) });
  const sizes = points.map(({ x, y }) => Math.abs(across(x, y)));
  return { mean: sizes.reduce((sum, size) => sum + size, 0) / sizes.length, most: Math.max(...sizes.slice(4, -4)) };
}

for (const apartPx of [24, 32, 40, 50]) {
  for (const times of [0.5, 1, 1.5, 2, 3]) {
    test(`between walls 16 px apart, a vessel ${apartPx} px beside, ${times} times as bright, is not joined to them`, () => {
      const { mean, most } = errors((x, y) => tramTrack(x, y) + times * 200 * bump(across(x, y) - apartPx, 3));

      assert.ok(mean < 1 && most < 4, `mean ${mean}, largest ${most} px`);
    });
  }
}

for (const apartPx of [14, 20, 28, 36, 44]) {
  for (const times of [1, 1.5]) {
    test(`of two vessels ${apartPx} px apart, the other ${times} times as bright, the one clicked is followed`, () => {
      const { mean, most } = errors((x, y) => 200 * bump(across(x, y), 3) + times * 200 * bump(across(x, y) - apartPx, 3));

      assert.ok(mean < 1.5 && most < 4, `mean ${mean}, largest ${most} px`);
    });
  }
}

for (const [times, mostPx] of [[1, 2], [2, 4], [4, 6]]) { // a wall lies 8 px beside
  test(`vessels ${times} times as bright that cross the walls do not pull the line towards one`, () => {
    const crossing = (x, y) => [200, 350, 500].reduce((sum, at) => sum + times * 200 * bump(x - at + (y - 250) * 0.3, 4), 0);
    const { mean, most } = errors((x, y) => tramTrack(x, y) + crossing(x, y));

    assert.ok(mean < 1 && most < mostPx, `mean ${mean}, largest ${most} px`);
  });
}

test("the way to a place is the same whichever way the pointer took there", () => {
  const crop = drawn(tramTrack, SIZE);
  const trace = () => new Trace(crop, MM_PER_PX, { x: FROM_X, y: middleY(FROM_X) });
  const wandering = trace();
  for (const place of [{ x: 690, y: 20 }, { x: 300, y: 480 }, { x: 60, y: 60 }, { x: 640, y: middleY(640) }]) wandering.to(place);

  assert.deepEqual(wandering.to({ x: TO_X, y: middleY(TO_X) }), trace().to({ x: TO_X, y: middleY(TO_X) }));
});
