/**
 * What moves with the pointer, drawn as SVG above the image: the brush's circle with its size, and a line that is
 * not finished yet. Positions are given in image px and follow the view.
 */

import { imageToCss } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {{centre: Point, radiusPx: number, text: string, kind: string}} Cursor image px */

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST_RADIUS_PX = 2; // css px: a smaller circle could not be found again

/** One per panel. */
export class PointerOverlay {
  /** @type {Cursor | null} */
  #cursor = null;
  /** @type {{points: Point[], widthPx: number}} */
  #line = { points: [], widthPx: 0 };

  /** @param {import("./image_panel.js").ImagePanel} panel */
  constructor(panel) {
    this.panel = panel;
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.classList.add("panel-overlay");
    this.svg.setAttribute("aria-hidden", "true");
    this.halo = this.#add("circle", "cursor-halo");
    this.circle = this.#add("circle", "cursor-circle");
    this.text = this.#add("text", "cursor-text");
    this.lineBand = this.#add("polyline", "line-band");
    this.line = this.#add("polyline", "line-draft");
    this.render();
  }

  /** @param {Cursor | null} cursor */
  setCursor(cursor) {
    this.#cursor = cursor;
    this.render();
  }

  /**
   * @param {Point[]} points image px
   * @param {number} widthPx image px
   */
  setLine(points, widthPx) {
    this.#line = { points, widthPx };
    this.render();
  }

  render() {
    const { view } = this.panel.viewport;
    const { pixelRatio } = this.panel;
    const toCss = (/** @type {Point} */ point) => imageToCss(point, view, pixelRatio);
    const cursor = this.#cursor;
    for (const element of [this.halo, this.circle, this.text]) element.toggleAttribute("hidden", !cursor);
    if (cursor) {
      const { x, y } = toCss(cursor.centre);
      const radius = Math.max(SMALLEST_RADIUS_PX, (cursor.radiusPx * view.scale) / pixelRatio);
      for (const circle of [this.halo, this.circle]) setAttributes(circle, { cx: x, cy: y, r: radius });
      setAttributes(this.text, { x: x + radius + 6, y: y + 4 });
      this.text.textContent = cursor.text;
      this.svg.dataset.cursor = cursor.kind;
    }
    const points = this.#line.points.map(toCss).map(({ x, y }) => `${x},${y}`).join(" ");
    setAttributes(this.lineBand, { points, "stroke-width": (this.#line.widthPx * view.scale) / pixelRatio });
    setAttributes(this.line, { points });
  }

  /**
   * @param {"circle" | "text" | "polyline"} name
   * @param {string} className
   * @returns {SVGElement}
   */
  #add(name, className) {
    const element = document.createElementNS(SVG, name);
    element.classList.add(className);
    this.svg.append(element);
    return element;
  }
}

/**
 * @param {Element} element
 * @param {Record<string, string | number>} attributes
 */
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
