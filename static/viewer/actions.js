/**
 * Everything that a key or a button of a page can do, by name: one list that listens, is shown on the buttons and
 * behind `?`, and can be given other keys, so the three cannot differ. Knows no page.
 */

/**
 * @typedef {object} Action
 * @property {string} name stable; buttons and the reader's own keys refer to it
 * @property {string} title what it does, as the list of keys says it
 * @property {string[]} keys as `keyName` gives them; the first one is shown
 * @property {"draw" | "label" | "proposal" | "look" | "hang" | "history" | "page"} group where the list shows it
 * @property {boolean} [isDrawing] off while nothing may be drawn
 * @property {() => void} run
 */

/** A key that two actions want. */
export class KeyTakenError extends Error {
  /**
   * @param {string} key
   * @param {Action} owner
   */
  constructor(key, owner) {
    super(`The key ${keyText(key)} is taken by “${owner.title}”. Choose another, or change that one first.`);
    this.name = "KeyTakenError";
    this.owner = owner;
  }
}

/** Event "change": an action came, or keys changed. */
export class Actions extends EventTarget {
  /** @type {Map<string, Action>} */
  #byName = new Map();
  /** @type {Map<string, Action>} */
  #byKey = new Map();
  /** True while nothing may be drawn. */
  isDrawingOff = false;

  /** @returns {Action[]} in the order they came */
  get list() {
    return [...this.#byName.values()];
  }

  /** @param {Action} action */
  add(action) {
    if (this.#byName.has(action.name)) throw new RangeError(`There are two actions named ${action.name}.`);
    this.#checkFree(action.keys, action.name);
    this.#byName.set(action.name, action);
    for (const key of action.keys) this.#byKey.set(key, action);
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {string} name
   * @param {string[]} keys in place of those it has
   * @throws {KeyTakenError}
   */
  setKeys(name, keys) {
    const action = this.named(name);
    this.#checkFree(keys, name);
    for (const key of action.keys) this.#byKey.delete(key);
    action.keys = keys;
    for (const key of keys) this.#byKey.set(key, action);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {string} name @returns {boolean} */
  has(name) {
    return this.#byName.has(name);
  }

  /** @param {string} name @returns {Action} */
  named(name) {
    const action = this.#byName.get(name);
    if (!action) throw new RangeError(`There is no action named ${name}.`);
    return action;
  }

  /** @param {string} name */
  run(name) {
    const action = this.named(name);
    if (!(action.isDrawing && this.isDrawingOff)) action.run();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} true if the key belongs to an action and no field or dialog has it
   */
  handle(event) {
    if (isTyping(event.target) || isChoosing(event)) return false;
    const action = this.#byKey.get(keyName(event));
    if (!action) return false;
    event.preventDefault();
    this.run(action.name);
    return true;
  }

  /**
   * @param {string[]} keys
   * @param {string} name of the action that wants them
   */
  #checkFree(keys, name) {
    for (const key of keys) {
      const owner = this.#byKey.get(key);
      if (owner && owner.name !== name) throw new KeyTakenError(key, owner);
    }
  }
}

/**
 * @param {{key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean}} event
 * @returns {string} "b", "shift+b", "ctrl+z", "PageUp"; Shift is named for letters only, other keys change with it anyway
 */
export function keyName(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && /^[a-z]$/.test(key) ? "shift+" : "";
  return (event.ctrlKey || event.metaKey ? "ctrl+" : "") + shift + key;
}

/**
 * @param {string} key as `keyName` gives it
 * @returns {string} as it is shown to people
 */
export function keyText(key) {
  const parts = key === "+" ? ["+"] : key.split(/\+(?=.)/);
  return parts.map((each) => WORDS.get(each) ?? (each.length === 1 ? each.toUpperCase() : each)).join(" ");
}

/**
 * @param {string} key as `keyName` gives it
 * @returns {string} as the attribute aria-keyshortcuts wants it
 */
export function ariaKey(key) {
  const parts = key === "+" ? ["+"] : key.split(/\+(?=.)/);
  const words = new Map([["shift", "Shift"], ["ctrl", "Control"], ["+", "Plus"]]);
  return parts.map((each) => words.get(each) ?? (each.length === 1 ? each.toUpperCase() : each)).join("+");
}

const WORDS = new Map([
  ["shift", "Shift"],
  ["ctrl", "Ctrl"],
  ["-", "−"],
  ["ArrowLeft", "←"],
  ["ArrowRight", "→"],
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["PageUp", "Page Up"],
  ["PageDown", "Page Down"],
]);

/**
 * Arrow keys move a slider and go through radio buttons.
 * @param {{key: string, target: EventTarget | null}} event
 * @returns {boolean}
 */
function isChoosing({ key, target }) {
  return key.startsWith("Arrow") && typeof Element !== "undefined" && target instanceof Element && target.matches("input");
}

/**
 * @param {EventTarget | null} target of a key
 * @returns {boolean} true in a field or dialog, which needs all keys for itself
 */
export function isTyping(target) {
  if (typeof Element === "undefined" || !(target instanceof Element)) return false;
  return target.closest("input:not([type=range]):not([type=radio]):not([type=checkbox]), textarea, select, dialog[open]") !== null;
}
