import assert from "node:assert/strict";
import test from "node:test";

import { paced } from "../../static/viewer/pace.js";

test("of figures that change quickly the first and the last are shown, and no more than one each pace", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const shown = [];
  const show = paced((figure) => shown.push(figure), 100);

  for (const figure of [1, 2, 3]) show(figure);
  assert.deepEqual(shown, [1]);
  t.mock.timers.tick(100);
  assert.deepEqual(shown, [1, 3]);
  show(4);
  assert.deepEqual(shown, [1, 3]);
  t.mock.timers.tick(100);
  t.mock.timers.tick(100);
  show(5);

  assert.deepEqual(shown, [1, 3, 4, 5]);
});
