/** Something drawn as SVG above an image, that follows zoom and movement. Never takes the pointer. */

import { imageToCss } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {(svg: SVGSVGElement, toCss: (point: Point) => Point) => void} Draw points are image px */

const SVG = "http://www.w3.org/2000/svg";

export class PanelLayer {
  /**
   * @param {import("./image_panel.js").ImagePanel} panel
   * @param {string} className
   * @param {Draw} draw called whenever the view changes, while the layer is shown
   */
  constructor(panel, className, draw) {
    this.panel = panel;
    this.draw = draw;
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.classList.add("panel-overlay", className);
    this.svg.setAttribute("aria-hidden", "true");
    panel.element.append(this.svg);
    panel.addEventListener("view", () => this.render());
  }

  get isShown() {
    return !this.svg.hasAttribute("hidden");
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.svg.toggleAttribute("hidden", !isShown);
    this.render();
  }

  render() {
    if (!this.isShown) return;
    const { viewport, pixelRatio } = this.panel;
    this.draw(this.svg, (point) => imageToCss(point, viewport.view, pixelRatio));
  }
}

/**
 * @param {string} name of an SVG element
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
export function svgElement(name, attributes, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, name));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}
