/** Numbered pins where comments point to. */

import { PanelLayer, svgElement } from "../panel_layer.js";

/** @typedef {{x: number, y: number, text: string, isResolved: boolean}} Pin image px */

const RADIUS_PX = 9; // css px
const STEM_PX = 14; // css px from the place up to the middle of the pin, which hides nothing of it

export class CommentPins extends PanelLayer {
  /** @param {import("../image_panel.js").ImagePanel} panel */
  constructor(panel) {
    super(panel, "comment-pins", (svg, toCss) => svg.replaceChildren(...this.pins.map((pin) => drawn(pin, toCss(pin)))));
    /** @type {Pin[]} */
    this.pins = [];
  }

  /** @param {Pin[]} pins */
  set(pins) {
    this.pins = pins;
    this.render();
  }
}

/**
 * @param {Pin} pin
 * @param {{x: number, y: number}} at css px
 */
function drawn({ text, isResolved }, { x, y }) {
  const top = y - STEM_PX - RADIUS_PX;
  return svgElement(
    "g",
    { class: isResolved ? "pin pin-resolved" : "pin" },
    svgElement("line", { x1: x, y1: y, x2: x, y2: top + RADIUS_PX }),
    svgElement("circle", { cx: x, cy: top, r: RADIUS_PX }),
    svgElement("text", { x, y: top + 4, "text-anchor": "middle" }, text),
  );
}
