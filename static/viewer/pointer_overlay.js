/**
 * What moves with the pointer, drawn as SVG above the image: the brush's circle with its size, the pixels a press
 * would change, and a line or area that is not finished yet. Positions are given in image px and follow the view.
 */

import { imageToCss } from "./geometry.js";
import { outlinePath } from "./outline.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {{centre: Point, radiusPx: number, text: string, kind: string}} Cursor image px; radius 0: text alone */

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST_RADIUS_PX = 2; // css px: a smaller circle could not be found again
const TEXT_OFFSET_PX = { x: 14, y: 24 }; // css px, below and to the right: what is drawn on stays free
const TEXT_READ_MS = 1000;

/** One per panel. */
export class PointerOverlay {
  /** @type {Cursor | null} */
  #cursor = null;
  /** @type {{points: Point[], widthPx: number}} */
  #line = { points: [], widthPx: 0 };
  /** @type {Point[]} */
  #area = [];
  /** @type {Runs | null} */
  #footprint = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reading;

  /** @param {import("./image_panel.js").ImagePanel} panel */
  constructor(panel) {
    this.panel = panel;
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.classList.add("panel-overlay");
    this.svg.setAttribute("aria-hidden", "true");
    this.cursor = document.createElementNS(SVG, "svg");
    this.cursor.classList.add("panel-cursor");
    this.cursor.setAttribute("aria-hidden", "true");
    this.halo = this.#add("circle", "cursor-halo", this.cursor);
    this.circle = this.#add("circle", "cursor-circle", this.cursor);
    this.text = this.#add("text", "cursor-text", this.cursor);
    this.footprintHalo = this.#add("path", "footprint-halo");
    this.footprint = this.#add("path", "footprint");
    this.lineBand = this.#add("polyline", "line-band");
    this.line = this.#add("polyline", "line-draft");
    this.area = this.#add("polygon", "area-draft");
    this.render();
  }

  /** @param {Cursor | null} cursor */
  setCursor(cursor) {
    this.#cursor = cursor;
    this.#renderCursor();
  }

  /**
   * Outline the pixels that a press would change.
   * @param {Runs | null} mask
   */
  setFootprint(mask) {
    if (mask === this.#footprint) return;
    this.#footprint = mask;
    const path = mask ? outlinePath(mask) : "";
    for (const element of [this.footprintHalo, this.footprint]) setAttributes(element, { d: path });
    this.#renderFootprint();
    this.#renderCursor();
  }

  /**
   * @param {Point[]} points image px
   * @param {number} widthPx image px
   */
  setLine(points, widthPx) {
    this.#line = { points, widthPx };
    this.render();
  }

  /** @param {Point[]} ring image px, closed by itself; empty takes it away */
  setArea(ring) {
    this.#area = ring;
    this.render();
  }

  render() {
    const textOf = (/** @type {Point[]} */ points) => points.map((point) => this.#toCss(point)).map(({ x, y }) => `${x},${y}`).join(" ");
    this.#renderCursor();
    this.#renderFootprint();
    const points = textOf(this.#line.points);
    setAttributes(this.lineBand, { points, "stroke-width": this.#line.widthPx * this.#scale });
    setAttributes(this.line, { points });
    setAttributes(this.area, { points: textOf(this.#area) });
  }

  /** css px per image px */
  get #scale() {
    return this.panel.viewport.view.scale / this.panel.pixelRatio;
  }

  /** @param {Point} point image px @returns {Point} css px from the top left of the panel */
  #toCss(point) {
    return imageToCss(point, this.panel.viewport.view, this.panel.pixelRatio);
  }

  /** The cursor is a picture of its own that is only moved: the browser draws it anew when its size changes. */
  #renderCursor() {
    const cursor = this.#cursor;
    // Where the pixels themselves are outlined, a circle beside them would say the same less exactly.
    const isCircle = cursor !== null && cursor.radiusPx > 0 && (!this.#footprint || this.#footprint.isEmpty);
    for (const element of [this.halo, this.circle]) element.toggleAttribute("hidden", !isCircle);
    this.text.toggleAttribute("hidden", !cursor);
    if (!cursor) return;
    const { x, y } = this.#toCss(cursor.centre);
    const larger = this.panel.renderer.loupe?.factor ?? 1; // under the loupe the brush is larger, too
    const radius = Math.max(SMALLEST_RADIUS_PX, cursor.radiusPx * this.#scale * larger);
    for (const circle of [this.halo, this.circle]) setAttributes(circle, { r: radius });
    const aside = radius * Math.SQRT1_2;
    setAttributes(this.text, { x: aside + TEXT_OFFSET_PX.x, y: aside + TEXT_OFFSET_PX.y });
    this.#showText(cursor.text);
    for (const { dataset } of [this.svg, this.cursor]) if (dataset.cursor !== cursor.kind) dataset.cursor = cursor.kind;
    this.cursor.style.transform = `translate(${x}px, ${y}px)`;
  }

  /** New words are bright; once they were read they step back. @param {string} text */
  #showText(text) {
    if (this.text.textContent === text) return;
    this.text.textContent = text;
    this.text.classList.remove("cursor-text-read");
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => this.text.classList.add("cursor-text-read"), TEXT_READ_MS);
  }

  #renderFootprint() {
    if (!this.#footprint) return;
    const [origin, right, down] = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }].map((point) => this.#toCss(point));
    const steps = [right, down].flatMap(({ x, y }) => [x - origin.x, y - origin.y]);
    const transform = `matrix(${[...steps, origin.x, origin.y].join(" ")})`;
    for (const element of [this.footprintHalo, this.footprint]) setAttributes(element, { transform });
  }

  /**
   * @param {"circle" | "text" | "polyline" | "polygon" | "path"} name
   * @param {string} className
   * @param {SVGElement} [within]
   * @returns {SVGElement}
   */
  #add(name, className, within = this.svg) {
    const element = document.createElementNS(SVG, name);
    element.classList.add(className);
    within.append(element);
    return element;
  }
}

/**
 * Setting what is set already would draw it anew.
 * @param {Element} element
 * @param {Record<string, string | number>} attributes
 */
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}
