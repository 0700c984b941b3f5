// The live-wire on drawn traps of known centre line: what it must not do is jump between the walls of a vessel.
import assert from "node:assert/strict";
import test from "node:test";

import { Crop } from "../../static/viewer/livewire/crop.js";
import { Draft } from "../../static/viewer/livewire/draft.js";
import { measuredOn } from "../../static/viewer/livewire/live_wire.js";
import { LineOptions } from "../../static/viewer/livewire/line_options.js";
import { measured, Trace } from "../../static/viewer/livewire/trace.js";
import { gapsOf, widthsOf, withoutGaps } from "../../static/viewer/livewire/widths.js";
import { bump, drawn } from "./drawn_vessels.js";

const MM_PER_PX = 0.1;
const [ROWS, COLUMNS] = [420, 620];
const BOX = { row0: 0, column0: 0, row1: ROWS, column1: COLUMNS };
const [FROM_X, TO_X] = [50, 570];

/** The middle of the drawn vessel: a wave of 8 mm to both sides. */
const middleY = (x) => 210 + 80 * Math.sin(x / 95);
const across = (x, y) => (y - middleY(x)) / Math.hypot(1, (80 / 95) * Math.cos(x / 95));

const draw = (signal, options = {}) => drawn(signal, { rows: ROWS, columns: COLUMNS, ...options });

const tramTrack = (apartMm) => (x, y) => {
  const half = apartMm / 2 / MM_PER_PX;
  return 200 * (bump(across(x, y) - half, 1.5) + bump(across(x, y) + half, 1.5));
};

function follow(crop, from = { x: FROM_X, y: middleY(FROM_X) }, to = { x: TO_X, y: middleY(TO_X) }) {
  return new Trace(crop, MM_PER_PX, from).to(to);
}

/** Distances from the true middle in mm: mean, largest, and largest change from one point to the next. */
function errors(points) {
  const signed = points.map(({ x, y }) => across(x, y) * MM_PER_PX);
  const sizes = signed.map(Math.abs);
  const jumps = signed.slice(1).map((value, i) => Math.abs(value - signed[i]));
  return { mean: sizes.reduce((sum, size) => sum + size, 0) / sizes.length, most: Math.max(...sizes), jump: Math.max(...jumps) };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

for (const apartMm of [0.8, 1.2, 1.6, 2, 2.5, 3]) {
  for (const sigma of [10, 60]) {
    test(`between walls ${apartMm} mm apart, noise ${sigma}, it keeps to the middle`, () => {
      const points = follow(draw(tramTrack(apartMm), { sigma }));

      const { mean, most, jump } = errors(points);
      assert.ok(mean < 0.1, `mean ${mean} mm`);
      assert.ok(most < apartMm / 4, `largest ${most} mm`);
      assert.ok(jump < 0.1, `jump ${jump} mm`);
      const widthMm = median(points.map(({ widthPx }) => widthPx)) * MM_PER_PX;
      assert.ok(Math.abs(widthMm - (apartMm + 0.37)) < 0.1, `width ${widthMm} mm`); // half maximum of each wall
    });
  }
}

test("a click on one wall means the vessel, and the line crosses to its middle once", () => {
  const wall = (x) => ({ x, y: middleY(x) + 10 });
  const points = follow(draw(tramTrack(2)), wall(FROM_X), wall(TO_X));

  const inner = points.slice(12, -12); // 3 mm at either end
  assert.ok(errors(inner).most < 0.3, `largest ${errors(inner).most} mm`);
});

test("walls of unequal brightness are two walls all the same", () => {
  const unequal = (x, y) => 200 * (bump(across(x, y) - 10, 1.5) + 0.6 * bump(across(x, y) + 10, 1.5));

  assert.ok(errors(follow(draw(unequal))).most < 0.5);
});

test("patchy walls keep the line inside the vessel", () => {
  const patchy = (x, y) => {
    const [one, other] = [Math.sin(x / 17) > -0.3 ? 1 : 0, Math.sin(x / 23 + 1) > -0.3 ? 1 : 0];
    return 200 * (one * bump(across(x, y) - 10, 1.5) + other * bump(across(x, y) + 10, 1.5));
  };

  const { mean, most } = errors(follow(draw(patchy)));
  assert.ok(mean < 1.2 && most < 1.5, `mean ${mean}, largest ${most} mm`); // outer radius 1.2 mm
});

test("dark calcium of MONOCHROME1 gives the line of bright calcium of MONOCHROME2", () => {
  const bright = follow(draw(tramTrack(1.6)));
  const dark = follow(draw(tramTrack(1.6), { isDark: true }));

  assert.deepEqual(dark.map(({ x, y }) => [x.toFixed(3), y.toFixed(3)]), bright.map(({ x, y }) => [x.toFixed(3), y.toFixed(3)]));
});

test("a brighter vessel that crosses does not lead away", () => {
  const crossing = (x, y) => 200 * bump(across(x, y), 5) + 300 * bump((x - 310) * 0.94 + (y - middleY(310)) * 0.34, 5);

  assert.ok(errors(follow(draw(crossing))).most < 0.5);
});

test("gaps of a centimetre are bridged within the vessel's neighbourhood, and found", () => {
  const dash = (x) => ((x + 150) % 200 < 100 ? 1 : 0); // calcium from 50 to 150, 250 to 350, ...
  const points = follow(draw((x, y) => 200 * dash(x) * bump(across(x, y), 4)), undefined, { x: 545, y: middleY(545) });

  assert.ok(errors(points).mean < 1, `mean ${errors(points).mean} mm`);
  const gaps = gapsOf(points, 8 / MM_PER_PX, MM_PER_PX).map(({ from, to }) => [points[from].x, points[to].x]);
  assert.equal(gaps.length, 2);
  for (const [k, [start, end]] of gaps.entries()) {
    assert.ok(Math.abs(start - (150 + 200 * k)) < 15 && Math.abs(end - (250 + 200 * k)) < 15, `gap ${start} to ${end}`);
  }
});

test("the same clicks give the same line, and noise alone an answer, not an error", () => {
  const crop = draw(tramTrack(1.6));

  assert.deepEqual(follow(crop), follow(crop));
  const lost = follow(draw(() => 0));
  assert.ok(lost.length > 100 && lost.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
});

test("a line ends abreast of the clicks", () => {
  const points = follow(draw(tramTrack(1.2)));

  assert.ok(Math.abs(points[0].x - FROM_X) < 3 && Math.abs(points.at(-1).x - TO_X) < 3);
});

test("one place clicked twice, and the corner of a flat image, give a line that can be drawn", () => {
  const flat = new Crop(new Uint16Array(ROWS * COLUMNS).fill(7), BOX, false);

  for (const to of [{ x: 0, y: 0 }, { x: COLUMNS, y: ROWS }]) {
    const points = follow(flat, { x: 0, y: 0 }, to);
    assert.ok(points.length >= 1 && points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
    assert.ok(widthsOf(points, 1, 12).every((widthPx) => Number.isFinite(widthPx) && widthPx > 0));
  }
});

test("the width of a line drawn by hand is that of the vessel under it", () => {
  const crop = draw((x, y) => 200 * bump(y - 200, 6));
  const points = measured(crop, MM_PER_PX, [{ x: 60, y: 200 }, { x: 300, y: 202 }, { x: 560, y: 199 }]);

  const widthPx = median(points.map((point) => point.widthPx));
  assert.ok(Math.abs(widthPx - 2.355 * 6) < 1, `${widthPx} px`);
});

for (const [words, mammogram] of Object.entries({
  "MONOCHROME2 with INVERSE": { presentation_lut_shape: "INVERSE" },
  "a falling rescale": { rescale_slope: -1 },
})) {
  test(`the width is that of the bright vessel where ${words} shows low values bright`, () => {
    const { values } = draw((x, y) => 200 * bump(y - 200, 6), { isDark: true });
    const shown = { photometric_interpretation: "MONOCHROME2", presentation_lut_shape: "", rescale_slope: 1, length_spacing_mm: [0.1, 0.1] };
    const greysIn = ({ row0, row1 }) => values.subarray(row0 * COLUMNS, row1 * COLUMNS); // rows are cut whole here
    const planes = { rows: ROWS, columns: COLUMNS };

    const points = measuredOn({ mammogram: { ...shown, ...mammogram }, planes, greysIn }, [{ x: 0, y: 200 }, { x: COLUMNS, y: 200 }]);

    const widthPx = median(points.map((point) => point.widthPx));
    assert.ok(Math.abs(widthPx - 2.355 * 6) < 1, `${widthPx} px`);
  });
}

test("widths between clear places change evenly, and without any the brush's is taken", () => {
  const at = (widthPx) => ({ x: 0, y: 0, widthPx, isCalcified: true });

  assert.deepEqual(widthsOf([at(4), at(NaN), at(8), at(NaN)], 1.5, 12), [6, 9, 12, 12]);
  assert.deepEqual(widthsOf([at(NaN), at(NaN)], 1.5, 12), [12, 12]);
});

test("a speck of calcium does not end a gap, and what is left out lies between the stretches drawn", () => {
  const points = Array.from({ length: 100 }, (_, i) => ({ x: i, y: 0, widthPx: 5, isCalcified: i < 20 || i === 50 || i >= 80 }));

  const gaps = gapsOf(points, 50, 0.1);

  assert.deepEqual(gaps, [{ from: 20, to: 79 }]);
  assert.deepEqual(withoutGaps(points, gaps), [{ from: 0, to: 19 }, { from: 80, to: 99 }]);
});

test("without a pixel spacing no gap is called long", () => {
  const points = Array.from({ length: 500 }, (_, i) => ({ x: i, y: 0, widthPx: 5, isCalcified: i < 9 }));

  assert.equal(new LineOptions().gapsOf(points, null).length, 0);
  assert.equal(new LineOptions().gapsOf(points, [0.1, 0.1]).length, 1);
});

test("the pointer may run ahead of the answers: only the newest place is asked for, and a click waits for its own", async () => {
  const asked = [];
  const answer = (point) => [{ ...point, widthPx: 1, isCalcified: true }];
  const waysFrom = () => ({ to: async (point) => (asked.push(point.x), answer(point)) });
  const draft = new Draft(waysFrom, { x: 0, y: 0 }, () => {});

  for (let x = 1; x <= 9; x++) draft.moveTo({ x, y: 0 });
  await new Promise((resolve) => setTimeout(resolve));
  draft.fix({ x: 20, y: 0 });
  const points = await draft.finish({ x: 30, y: 0 });

  assert.deepEqual(asked, [1, 9, 20, 30]);
  assert.deepEqual(points.map(({ x }) => x), [20, 30]);
  assert.equal(draft.takeBack(), true);
  assert.equal(draft.takeBack(), false);
});
