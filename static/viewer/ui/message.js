import { part } from "../page_elements.js";

/**
 * @param {HTMLElement} root
 * @param {string} text for the reader, over the image; "" takes the message away
 */
export function showMessage(root, text) {
  const message = part(root, "message");
  part(message, "message-text").textContent = text;
  message.hidden = !text;
  part(message, "message-close").onclick = () => {
    message.hidden = true;
  };
}
