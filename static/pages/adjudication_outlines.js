/** What each reader drew of a segment, as outlines with letters above the picture. */

import { PanelLayer, svgElement } from "../viewer/panel_layer.js";

/** @typedef {import("./adjudication_queue.js").Ring} Ring */
/** @typedef {import("./adjudication_queue.js").Segment} Segment */
/** @typedef {import("../viewer/geometry.js").Point} Point */

const LETTER_OFFSET_PX = 8; // css px, away from the outline

export class Outlines {
  /** @type {Segment | null} */
  #segment = null;

  /** @param {import("../viewer/image_panel.js").ImagePanel} panel that shows the crop of the segment */
  constructor(panel) {
    this.layer = new PanelLayer(panel, "outlines", (svg, toCss) => this.#draw(svg, toCss));
  }

  /** @param {Segment | null} segment */
  show(segment) {
    this.#segment = segment;
    this.only(null);
    this.layer.render();
  }

  /** @param {string | null} letter let the others step back; null: all alike */
  only(letter) {
    const { svg } = this.layer;
    svg.toggleAttribute("data-only", letter !== null);
    for (const group of svg.children) group.toggleAttribute("data-chosen", group.getAttribute("data-letter") === letter);
  }

  /** @param {SVGSVGElement} svg @param {(point: Point) => Point} toCss */
  #draw(svg, toCss) {
    const { versions, crop } = this.#segment ?? { versions: [], crop: [0, 0, 0, 0] };
    const place = (/** @type {[number, number]} */ [row, column]) => toCss({ x: column - crop[1], y: row - crop[0] });
    // All dark halos first: where outlines run together, the one below is seen between the dashes of the one above.
    const halos = versions.map(({ letter, rings }) => {
      const path = svgElement("path", { class: "outline-halo", d: pathOf(rings.map((ring) => ring.map(place))) });
      return svgElement("g", { "data-letter": letter }, path);
    });
    const lines = versions.map(({ letter, rings }, i) => {
      const drawn = rings.map((ring) => ring.map(place));
      const path = svgElement("path", { class: "outline-line", d: pathOf(drawn) });
      return svgElement("g", { "data-letter": letter }, path, letterAt(letter, drawn.flat(), i / versions.length));
    });
    svg.replaceChildren(...this.#frame(place), ...halos, ...lines);
  }

  /** @param {(point: [number, number]) => Point} place @returns {SVGElement[]} where the picture ends and the image goes on */
  #frame(place) {
    if (!this.#segment) return [];
    const [row0, column0, row1, column1] = this.#segment.crop;
    const corners = /** @type {[number, number][]} */ ([[row0, column0], [row0, column1], [row1, column1], [row1, column0]]);
    return [svgElement("path", { class: "crop-frame", d: pathOf([corners.map(place)]) })];
  }
}

/** @param {Point[][]} rings css px @returns {string} value of `d` */
const pathOf = (rings) =>
  rings.map((ring) => `M${ring.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`).join("");

/**
 * @param {string} letter
 * @param {Point[]} points css px of the outline
 * @param {number} turn which part of a full turn: readers' letters lie on different sides
 * @returns {SVGElement}
 */
function letterAt(letter, points, turn) {
  const direction = { x: Math.sin(2 * Math.PI * (turn + 0.125)), y: -Math.cos(2 * Math.PI * (turn + 0.125)) };
  const along = (/** @type {Point} */ { x, y }) => x * direction.x + y * direction.y;
  const farthest = points.reduce((best, point) => (along(point) > along(best) ? point : best), points[0]);
  const at = { x: farthest.x + LETTER_OFFSET_PX * direction.x, y: farthest.y + LETTER_OFFSET_PX * direction.y };
  const text = svgElement("text", { class: "outline-letter", x: at.x, y: at.y, "text-anchor": "middle", "dominant-baseline": "central" });
  text.textContent = letter;
  return text;
}
