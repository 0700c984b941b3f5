import assert from "node:assert/strict";
import test from "node:test";

import { callWords } from "../../static/viewer/comment_words.js";

test("who can be called is said, and when that changes", () => {
  assert.match(callWords(["R2"], true), /^Call somebody/);
  assert.match(callWords([], false), /before it is submitted/);
  assert.doesNotMatch(callWords([], true), /before it is submitted/);
});
