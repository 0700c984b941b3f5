/** Tools in the left rail, made from what the features brought. */

import { ariaKey, keyText } from "../actions.js";
import { part } from "../page_elements.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../room.js").ToolSpec} ToolSpec */

const SVG = "http://www.w3.org/2000/svg";

/** @param {Room} room with all its tools */
export function showToolRail(room) {
  for (const group of /** @type {const} */ (["draw", "look"])) {
    const specs = room.tools.filter((spec) => spec.group === group);
    part(room.root, `tools-${group}`).replaceChildren(...specs.map((spec) => makeButton(room, spec)));
  }
  const mark = () => {
    const isOff = (/** @type {string | undefined} */ name) => {
      return !room.active.canDraw && room.tools.some((spec) => spec.name === name && spec.isDrawing);
    };
    const inHand = isOff(room.tool) ? "pan" : room.tool; // where nothing may be drawn, her tool moves the image
    for (const button of buttons(room.root)) {
      button.disabled = isOff(button.dataset.chooseTool);
      button.setAttribute("aria-pressed", String(button.dataset.chooseTool === inHand));
    }
  };
  room.addEventListener("tool", mark);
  room.watch((seat) => seat.reading, "state", mark);
  room.actions.addEventListener("change", () => showKeys(room));
  showKeys(room);
}

/**
 * @param {Room} room
 * @param {ToolSpec} spec
 * @returns {HTMLButtonElement}
 */
function makeButton(room, { name, title, icon }) {
  const button = document.createElement("button");
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  button.type = "button";
  button.dataset.chooseTool = name;
  button.setAttribute("aria-label", title);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${icon}`);
  svg.append(use);
  const kbd = document.createElement("kbd");
  kbd.setAttribute("aria-hidden", "true"); // no part of the name: `aria-keyshortcuts` says it
  button.append(svg, kbd);
  button.addEventListener("click", () => room.choose(name));
  return button;
}

/** @param {Room} room */
function showKeys(room) {
  for (const button of buttons(room.root)) {
    const { keys, title } = room.actions.named(button.dataset.chooseTool ?? "");
    const key = keys.length ? keyText(keys[0]) : "";
    button.title = key ? `${title} (${key})` : title;
    const kbd = button.querySelector("kbd");
    if (kbd) kbd.textContent = key;
    button.setAttribute("aria-keyshortcuts", keys.map(ariaKey).join(" "));
  }
}

/**
 * @param {HTMLElement} root
 * @returns {NodeListOf<HTMLButtonElement>}
 */
const buttons = (root) => root.querySelectorAll("[data-choose-tool]");
