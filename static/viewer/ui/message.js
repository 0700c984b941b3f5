import { part } from "../page_elements.js";

/**
 * @param {HTMLElement} root
 * @param {string} text for the reader, over the image; "" takes the message away
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
