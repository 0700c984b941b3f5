/**
 * The keys of a page: one list that both listens and is shown, so they cannot differ. Knows no page.
 */

/**
 * @typedef {object} Shortcut
 * @property {string[]} keys as KeyboardEvent.key, letters in lower case; "shift+z", "ctrl+z"
 * @property {string} shown how the key is written in the list
 * @property {string} text what it does
 * @property {() => void} run
 */

/** Calls the shortcut of a key, unless a field or a dialog has it. */
export class Shortcuts {
  /** @type {Map<string, Shortcut>} */
  #byKey = new Map();

  /** @param {Shortcut[]} shortcuts */
  constructor(shortcuts) {
    this.list = shortcuts;
    for (const shortcut of shortcuts) {
      for (const key of shortcut.keys) {
        if (this.#byKey.has(key)) throw new RangeError(`The key ${key} is given twice.`);
        this.#byKey.set(key, shortcut);
      }
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} true if the key did something
   */
  handle(event) {
    if (isTyping(event.target)) return false;
    const shortcut = this.#byKey.get(keyName(event));
    if (!shortcut) return false;
    event.preventDefault();
    shortcut.run();
    return true;
  }
}

/**
 * @param {{key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean}} event
 * @returns {string} as in the list; Shift is named for letters only, other keys change with it anyway
 */
export function keyName(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && /^[a-z]$/.test(key) ? "shift+" : "";
  return (event.ctrlKey || event.metaKey ? "ctrl+" : "") + shift + key;
}

/**
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=range]):not([type=radio]):not([type=checkbox]), textarea, select, dialog") !== null;
}
