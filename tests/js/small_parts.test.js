import assert from "node:assert/strict";
import test from "node:test";

import { csrfToken } from "../../static/viewer/api.js";
import { parseHex } from "../../static/viewer/colours.js";
import { BrushSize } from "../../static/viewer/tools/brush_size.js";
import { uuid7 } from "../../static/viewer/uuid.js";

test("ids are UUIDs of version 7 that sort in the order they were made", () => {
  const ids = Array.from({ length: 10_000 }, () => uuid7(1_700_000_000_000));

  assert.ok(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, ids.length);
});

test("an id begins with its time, and a clock set back does not disturb the order", () => {
  const later = 1_800_000_000_000;
  const first = uuid7(later);

  assert.equal(parseInt(first.replace("-", "").slice(0, 12), 16), later);
  assert.ok(uuid7(later - 60_000) > first);
});

test("the token against cross-site requests is found among cookies", () => {
  assert.equal(csrfToken("sessionid=1; csrftoken=a%3Db; theme=x"), "a=b");
  assert.equal(csrfToken("xcsrftoken=1"), "");
});

test("colours of the style sheet become numbers, anything else is refused", () => {
  assert.deepEqual(parseHex(" #ff0033 "), [1, 0, 0.2]);
  assert.throws(() => parseHex("orange"), RangeError);
});

test("the brush grows and shrinks by at least a pixel and within limits", () => {
  const size = new BrushSize();
  size.set(2);
  size.larger();
  assert.equal(size.diameterPx, 3);
  for (let i = 0; i < 50; i++) size.larger();
  assert.equal(size.diameterPx, 400);
  for (let i = 0; i < 80; i++) size.smaller();
  assert.equal(size.diameterPx, 1);
});

test("the brush says its size in mm where the spacing is known", () => {
  const size = new BrushSize();
  assert.equal(size.text, "12 px");

  size.setSpacing([0.05, 0.05]);

  assert.deepEqual([size.diameterPx, size.text], [20, "1.00 mm"]);
});

test("the brush keeps its size in mm from one image to another", () => {
  const size = new BrushSize();
  size.setSpacing([0.05, 0.05]);
  size.set(40);

  size.setSpacing([0.1, 0.1]);
  assert.deepEqual([size.diameterPx, size.text], [20, "2.00 mm"]);
  size.setSpacing(null);
  assert.equal(size.text, "20 px");
  size.setSpacing([0.07, 0.07]);
  assert.equal(size.diameterPx, 29);
  size.setSpacing([0.05, 0.05]);
  assert.equal(size.diameterPx, 40, "rounding to pixels on the way is not kept");
});
