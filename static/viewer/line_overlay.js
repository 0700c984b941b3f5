/**
 * Lines with width that are not drawn yet, and rulers, as SVG above the image. Positions are given in image px and
 * follow the view.
 */

import { imageToCss } from "./geometry.js";
import { normalAt } from "./livewire/line.js";

/** @typedef {import("./geometry.js").Point} Point */
/**
 * @typedef {object} Band
 * @property {Point[]} points image px
 * @property {number[]} widthsPx at each point
 * @property {import("./livewire/widths.js").Stretch[]} [gaps] parts marked as without calcium
 * @property {Point[]} [knots] where the reader clicked
 * @property {string} [text] beside the last point
 */

const SVG = "http://www.w3.org/2000/svg";
const KNOT_RADIUS_PX = 3; // css px
const TEXT_OFFSET_PX = 12; // css px

/** One for each tool and panel. */
export class LineOverlay {
  /** @type {Band[]} */
  #bands = [];

  /**
   * @param {import("./image_panel.js").ImagePanel} panel
   * @param {string} kind for the style sheet: "draft", "ruler"
   */
  constructor(panel, kind) {
    this.panel = panel;
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.classList.add("panel-overlay", "line-overlay");
    this.svg.dataset.kind = kind;
    this.svg.setAttribute("aria-hidden", "true");
    panel.element.append(this.svg);
    panel.addEventListener("view", () => this.#render());
  }

  /** @param {Band[]} bands in place of those before */
  show(bands) {
    this.#bands = bands;
    this.#render();
  }

  #render() {
    if (!this.#bands.length && !this.svg.childElementCount) return;
    this.svg.replaceChildren(...this.#bands.flatMap((band) => this.#drawn(band)));
  }

  /** @param {Band} band */
  #drawn({ points, widthsPx, gaps = [], knots = [], text = "" }) {
    const { view } = this.panel.viewport;
    const { pixelRatio } = this.panel;
    const toCss = (/** @type {Point} */ point) => imageToCss(point, view, pixelRatio);
    const listed = (/** @type {Point[]} */ list) => list.map(toCss).map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    const shapes = [];
    if (points.length > 1) {
      shapes.push(element("polygon", "tube-band", { points: listed(outlineOf(points, widthsPx)) }));
      shapes.push(element("polyline", "tube-halo", { points: listed(points), fill: "none" }));
      shapes.push(element("polyline", "tube-middle", { points: listed(points) }));
    }
    for (const { from, to } of gaps) {
      const gap = listed(points.slice(from, to + 1));
      shapes.push(element("polyline", "tube-gap-halo", { points: gap }), element("polyline", "tube-gap", { points: gap }));
    }
    for (const knot of knots) {
      const { x, y } = toCss(knot);
      shapes.push(element("circle", "tube-knot", { cx: x, cy: y, r: KNOT_RADIUS_PX }));
    }
    if (text && points.length) {
      const { x, y } = toCss(points[points.length - 1]);
      const words = element("text", "cursor-text", { x: x + TEXT_OFFSET_PX, y: y - TEXT_OFFSET_PX });
      words.textContent = text;
      shapes.push(words);
    }
    return shapes;
  }
}

/**
 * @param {Point[]} points
 * @param {number[]} widthsPx
 * @returns {Point[]} down one side and back up the other
 */
function outlineOf(points, widthsPx) {
  const side = (/** @type {number} */ sign) =>
    points.map(({ x, y }, i) => {
      const normal = normalAt(points, i);
      return { x: x + (sign * normal.x * widthsPx[i]) / 2, y: y + (sign * normal.y * widthsPx[i]) / 2 };
    });
  return [...side(1), ...side(-1).reverse()];
}

/**
 * @param {string} name
 * @param {string} className
 * @param {Record<string, string | number>} attributes
 */
function element(name, className, attributes) {
  const made = document.createElementNS(SVG, name);
  made.classList.add(className);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
