/** Words for the reader over the image: trouble stays until it is closed, information passes by itself. */

import { part } from "../page_elements.js";

const SHORTEST_MS = 5000;
const PER_LETTER_MS = 50;

/**
 * @param {HTMLElement} root
 * @param {string} text of trouble, over the image; "" takes the message away
 * @param {{canReload?: boolean}} [wayOn] whether loading the page anew is offered
 */
export function showMessage(root, text, { canReload = false } = {}) {
  const message = part(root, "message");
  part(message, "message-text").textContent = text;
  message.hidden = !text;
  const reload = part(message, "message-reload");
  reload.hidden = !canReload;
  reload.onclick = () => location.reload();
  part(message, "message-close").onclick = () => {
    message.hidden = true;
  };
}

/** Information in one line; it goes when there was time to read it, and waits while it is pointed at or has the focus. */
export class Notice {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.box = part(root, "notice");
    this.text = part(this.box, "notice-text");
    this.close = part(this.box, "notice-close");
    this.close.addEventListener("click", () => this.show(""));
    for (const type of ["pointerenter", "focusin"]) this.box.addEventListener(type, () => clearTimeout(this.#timer));
    for (const type of ["pointerleave", "focusout"]) this.box.addEventListener(type, () => this.#passLater());
  }

  /** @param {string} text "" takes it away at once */
  show(text) {
    this.text.textContent = text;
    this.close.hidden = !text;
    this.box.toggleAttribute("data-shown", text !== "");
    this.#passLater();
  }

  #passLater() {
    clearTimeout(this.#timer);
    const { length } = this.text.textContent ?? "";
    if (length) this.#timer = setTimeout(() => this.show(""), SHORTEST_MS + PER_LETTER_MS * length);
  }
}
