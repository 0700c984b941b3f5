/** The list of keys, opened by `?`, in which each key can be changed. A person's own keys are kept on the server. */

import { keyName, keyText } from "../actions.js";
import { OwnKeys } from "../own_keys.js";
import { part } from "../page_elements.js";
import { saveKeys } from "../reading_api.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../actions.js").Action} Action */

/** @type {[Action["group"], string][]} */
const GROUPS = [
  ["draw", "Draw"],
  ["label", "Labels and answers"],
  ["proposal", "Proposals"],
  ["history", "History"],
  ["look", "Look"],
  ["hang", "Images"],
  ["page", "Page"],
];

/** @param {Room} room with all its other actions */
export function install(room) {
  /** @type {KeyList | null} */
  let list = null;
  const run = () => list?.open();
  room.actions.add({ name: "keys", title: "This list", keys: ["?"], group: "page", run });
  const own = new OwnKeys(room.actions);
  own.apply(room.facts.settings.keys ?? {});
  list = new KeyList(room, own);
}

class KeyList {
  /** @type {string | null} name of the action that waits for its new key */
  #waiting = null;

  /**
   * @param {Room} room
   * @param {OwnKeys} own
   */
  constructor(room, own) {
    this.room = room;
    this.own = own;
    this.dialog = /** @type {HTMLDialogElement} */ (part(room.root, "shortcuts"));
    this.note = part(this.dialog, "shortcut-note");
    this.dialog.addEventListener("keydown", (event) => this.#listen(event), { capture: true });
    this.dialog.addEventListener("close", () => this.#wait(null));
    part(this.dialog, "keys-reset").addEventListener("click", () => this.#try(() => own.resetAll(), "All keys are as they came."));
  }

  open() {
    this.#say("");
    this.#show();
    this.dialog.showModal();
  }

  /** @param {KeyboardEvent} event */
  #listen(event) {
    if (!this.#waiting || ["Shift", "Control", "Alt", "Meta", "AltGraph"].includes(event.key)) return; // more is to come
    event.preventDefault();
    event.stopPropagation();
    const name = this.#waiting;
    if (event.key === "Escape") return this.#wait(null);
    const key = keyName(event);
    const { title } = this.room.actions.named(name);
    this.#try(() => this.own.change(name, key), `${keyText(key)} is now “${title}”.`, name);
  }

  /**
   * @param {() => void} act fails in plain words
   * @param {string} done
   * @param {string} [name] of the action whose key it is about
   */
  async #try(act, done, name = "") {
    try {
      act();
    } catch (error) {
      this.#say(/** @type {Error} */ (error).message, name);
      return;
    }
    this.#wait(null);
    if (name) this.#button(name)?.focus();
    this.#say(done, name);
    await saveKeys(this.own.changed).catch((error) => {
      this.#say(`${done} It holds until you leave this page: it could not be kept. ${error.message}`, name);
    });
  }

  /** @param {string | null} name */
  #wait(name) {
    this.#waiting = name;
    this.#show();
    if (!name) return this.#say("");
    this.#button(name)?.focus();
    this.#say(`Press the new key of “${this.room.actions.named(name).title}”. Esc leaves it as it is.`, name);
  }

  /**
   * Said once for those who listen, and shown where the reader looks: in the row itself, else below the heading.
   * @param {string} text
   * @param {string} [name] of the action it is about
   */
  #say(text, name = "") {
    const row = this.#button(name)?.closest("div");
    this.note.textContent = text;
    this.note.classList.toggle("visually-hidden", Boolean(row));
    this.dialog.querySelector(".key-message")?.remove();
    if (!row || !text) return;
    const message = document.createElement("dd");
    message.className = "key-message";
    message.setAttribute("aria-hidden", "true");
    message.textContent = text;
    row.append(message);
    row.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} name @returns {HTMLButtonElement | null} */
  #button(name) {
    return this.dialog.querySelector(`[data-change-key="${name}"]`);
  }

  #show() {
    const groups = GROUPS.map(([group, title]) => this.#group(group, title));
    part(this.dialog, "shortcut-list").replaceChildren(...groups.filter((group) => group.querySelector("dt")));
    part(this.dialog, "keys-reset").hidden = !Object.keys(this.own.changed).length;
  }

  /**
   * @param {Action["group"]} group
   * @param {string} title
   */
  #group(group, title) {
    const section = document.createElement("section");
    const heading = document.createElement("h3");
    const list = document.createElement("dl");
    heading.textContent = title;
    list.append(...this.room.actions.list.filter((action) => action.group === group).map((action) => this.#row(action)));
    section.append(heading, list);
    return section;
  }

  /** @param {Action} action */
  #row({ name, keys, title }) {
    const row = document.createElement("div");
    const key = document.createElement("dt");
    const meaning = document.createElement("dd");
    const acts = document.createElement("dd");
    const kbd = document.createElement("kbd");
    const isWaiting = this.#waiting === name;
    kbd.textContent = isWaiting ? "…" : keys.length ? keyText(keys[0]) : "none";
    key.append(kbd);
    meaning.textContent = title;
    acts.append(this.#act("Change", `Change the key of ${title}`, name, () => this.#wait(name)));
    if (this.own.isChanged(name)) {
      const reset = () => this.#try(() => this.own.reset(name), `“${title}” has its usual key again.`, name);
      acts.append(this.#act("Default", `Back to the default key of ${title}`, "", reset));
    }
    row.toggleAttribute("data-waiting", isWaiting);
    row.append(key, meaning, acts);
    return row;
  }

  /**
   * @param {string} text
   * @param {string} label
   * @param {string} name of the action whose key it changes; "" for none
   * @param {() => void} run
   */
  #act(text, label, name, run) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-quiet key-act";
    button.textContent = text;
    button.setAttribute("aria-label", label);
    if (name) button.dataset.changeKey = name;
    button.addEventListener("click", run);
    return button;
  }
}
