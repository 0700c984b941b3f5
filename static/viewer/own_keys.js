/**
 * The keys that a person has chosen for herself, over those that the page comes with. Knows no DOM.
 */

import { keyText } from "./actions.js";

/** @typedef {import("./actions.js").Actions} Actions */

// They end dialogs, move the focus or the image, or press what has the focus.
const KEPT_BY_PAGE = ["Escape", "Tab", "Enter", " ", "Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process", "Unidentified"];
// No page gets to hear these.
const KEPT_BY_BROWSER = ["ctrl+t", "ctrl+n", "ctrl+w", "ctrl+shift+t", "ctrl+shift+n", "ctrl+shift+w"];

export class OwnKeys {
  /** @type {Map<string, string[]>} */
  #usual;

  /** @param {Actions} actions with the keys that they come with */
  constructor(actions) {
    this.actions = actions;
    this.#usual = new Map(actions.list.map(({ name, keys }) => [name, keys]));
  }

  /** @returns {Record<string, string[]>} keys of the actions that have others than they came with */
  get changed() {
    return Object.fromEntries(this.actions.list.filter(({ name }) => this.isChanged(name)).map(({ name, keys }) => [name, keys]));
  }

  /** @param {string} name of an action */
  isChanged(name) {
    return this.actions.named(name).keys.join(" ") !== this.#usual.get(name)?.join(" ");
  }

  /**
   * Take over what was kept. Actions that are no more are passed over; where a newer action came with a key that
   * the person gave to another one, hers stays.
   * @param {Record<string, string[]>} kept
   */
  apply(kept) {
    const known = Object.entries(kept).filter(([name]) => this.actions.has(name));
    const taken = new Set(known.flatMap(([, keys]) => keys));
    for (const { name, keys } of this.actions.list) {
      this.actions.setKeys(name, name in kept ? [] : keys.filter((key) => !taken.has(key)));
    }
    for (const [name, keys] of known) this.actions.setKeys(name, keys);
  }

  /**
   * @param {string} name of an action
   * @param {string} key as `keyName` gives it
   * @throws {import("./actions.js").KeyTakenError} with the action that has it
   * @throws {RangeError} where no page can have it
   */
  change(name, key) {
    if (KEPT_BY_PAGE.includes(key.split("+").pop() || key)) {
      throw new RangeError(`${keyText(key)} cannot be chosen: it moves the focus, ends dialogs or moves the image. Press another key.`);
    }
    if (KEPT_BY_BROWSER.includes(key)) throw new RangeError(`The browser keeps ${keyText(key)} for itself. Press another key.`);
    this.actions.setKeys(name, [key]);
  }

  /**
   * @param {string} name of an action that gets back the keys it came with
   * @throws {import("./actions.js").KeyTakenError}
   */
  reset(name) {
    this.actions.setKeys(name, this.#usual.get(name) ?? []);
  }

  resetAll() {
    for (const { name } of this.actions.list) this.actions.setKeys(name, []);
    for (const [name, keys] of this.#usual) this.actions.setKeys(name, keys);
  }
}

