import assert from "node:assert/strict";
import test from "node:test";

import { Actions, KeyTakenError, keyName, keyText } from "../../static/viewer/actions.js";

const press = (key, modifiers = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  target: null,
  preventDefault() {
    this.isTaken = true;
  },
  ...modifiers,
});

function actionsWith(...names) {
  const actions = new Actions();
  const ran = [];
  for (const [name, keys, isDrawing = false] of names) {
    actions.add({ name, title: `Title of ${name}`, keys, group: "page", isDrawing, run: () => ran.push(name) });
  }
  return { actions, ran };
}

test("keys are named by letter, with Shift for letters only and Ctrl for both Ctrl and Cmd", () => {
  assert.equal(keyName(press("b")), "b");
  assert.equal(keyName(press("Z", { shiftKey: true })), "shift+z");
  assert.equal(keyName(press("?", { shiftKey: true })), "?");
  assert.equal(keyName(press("z", { metaKey: true })), "ctrl+z");
  assert.equal(keyName(press("Enter", { ctrlKey: true })), "ctrl+Enter");
});

test("keys are shown as they stand on the keyboard", () => {
  assert.deepEqual(
    ["b", "shift+z", "ctrl+Enter", "PageUp", "+", "-", "\\", "ctrl++"].map(keyText),
    ["B", "Shift Z", "Ctrl Enter", "Page Up", "+", "−", "\\", "Ctrl +"],
  );
});

test("a key runs its action and no other", () => {
  const { actions, ran } = actionsWith(["one", ["a", "ctrl+a"]], ["two", ["b"]]);
  const known = press("a");

  assert.equal(actions.handle(known), true);
  assert.equal(actions.handle(press("x")), false);

  assert.deepEqual(ran, ["one"]);
  assert.equal(known.isTaken, true);
});

test("where nothing may be drawn, drawing is off and its key still belongs to it", () => {
  const { actions, ran } = actionsWith(["draw", ["a"], true], ["look", ["b"]]);
  actions.isDrawingOff = true;

  assert.equal(actions.handle(press("a")), true);
  actions.handle(press("b"));

  assert.deepEqual(ran, ["look"]);
});

test("two actions never share a key or a name", () => {
  const { actions } = actionsWith(["one", ["a"]]);

  assert.throws(() => actions.add({ name: "two", title: "Two", keys: ["a"], group: "page", run() {} }), KeyTakenError);
  assert.throws(() => actions.add({ name: "one", title: "One", keys: ["c"], group: "page", run() {} }), /two actions/);
  assert.equal(actions.has("two"), false);
});

test("keys can be changed; a taken one is refused by the name of its owner and changes nothing", () => {
  const { actions, ran } = actionsWith(["one", ["a"]], ["two", ["b"]]);
  let changes = 0;
  actions.addEventListener("change", () => changes++);

  assert.throws(() => actions.setKeys("one", ["b"]), /Title of two/);
  actions.handle(press("a"));
  actions.setKeys("one", ["c"]);
  actions.handle(press("a"));
  actions.handle(press("c"));

  assert.deepEqual(ran, ["one", "one"]);
  assert.deepEqual(actions.named("one").keys, ["c"]);
  assert.equal(changes, 1);
});
