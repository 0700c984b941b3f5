import assert from "node:assert/strict";
import test from "node:test";

import { Actions, KeyTakenError } from "../../static/viewer/actions.js";
import { OwnKeys } from "../../static/viewer/own_keys.js";

function room() {
  const ran = [];
  const actions = new Actions();
  for (const [name, keys] of [["brush", ["b"]], ["eraser", ["e"]], ["undo", ["z", "ctrl+z"]], ["zoom", ["+", "="]]]) {
    actions.add({ name, title: name.toUpperCase(), keys, group: "draw", run: () => ran.push(name) });
  }
  const press = (key) => {
    const shiftKey = key.startsWith("shift+");
    actions.handle({ key: shiftKey ? key.slice(6) : key, shiftKey, ctrlKey: false, metaKey: false, target: null, preventDefault() {} });
    return ran.splice(0);
  };
  return { actions, own: new OwnKeys(actions), press };
}

test("a changed key works at once, and the old one no more", () => {
  const { own, press } = room();
  own.change("brush", "shift+x");

  assert.deepEqual(press("shift+X"), ["brush"]);
  assert.deepEqual(press("b"), []);
  assert.deepEqual(own.changed, { brush: ["shift+x"] });
});

test("a key that another action has is refused by that action's name, and nothing changes", () => {
  const { own, press } = room();

  assert.throws(() => own.change("brush", "e"), (error) => error instanceof KeyTakenError && error.message.includes("ERASER"));
  assert.deepEqual(press("e"), ["eraser"]);
  assert.deepEqual(press("b"), ["brush"]);
  assert.deepEqual(own.changed, {});
});

test("keys that belong to the page or the browser are refused", () => {
  const { own } = room();
  for (const key of ["Escape", "Tab", "Enter", " ", "ctrl+Enter", "Shift", "ctrl+w", "ctrl+shift+n"]) {
    assert.throws(() => own.change("brush", key), RangeError, key);
  }
  assert.deepEqual(own.changed, {});
  own.change("brush", "ctrl++");
  assert.deepEqual(own.changed, { brush: ["ctrl++"] });
});

test("a freed key may be given away, and comes back only once it is free again", () => {
  const { own, press } = room();
  own.change("brush", "x");
  own.change("eraser", "b");
  assert.deepEqual(press("b"), ["eraser"]);

  assert.throws(() => own.reset("brush"), KeyTakenError);
  own.reset("eraser");
  own.reset("brush");
  assert.deepEqual(own.changed, {});
  assert.deepEqual(press("b"), ["brush"]);
});

test("all go back at once, also where two were swapped", () => {
  const { own, press } = room();
  own.change("brush", "x");
  own.change("eraser", "b");
  own.change("brush", "e");
  own.resetAll();

  assert.deepEqual(own.changed, {});
  assert.deepEqual([press("b"), press("e"), press("z")], [["brush"], ["eraser"], ["undo"]]);
});

test("what was kept is taken over: swapped keys, actions that are no more, and keys that a newer action wants", () => {
  const { own, press } = room();
  own.apply({ brush: ["e"], eraser: ["b"], gone: ["q"], undo: ["="] });

  assert.deepEqual([press("e"), press("b"), press("="), press("+"), press("z")], [["brush"], ["eraser"], ["undo"], ["zoom"], []]);
});
