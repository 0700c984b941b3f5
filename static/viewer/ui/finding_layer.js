/**
 * Findings above the image. The shape says the assessment, so that no colour is needed: a circle is benign, a diamond
 * malignant, a square unknown. Marks keep their size on the screen and leave the calcification in their middle free.
 */

import { listed, pointsOf } from "../finding_shapes.js";
import { LABELS } from "../labels.js";
import { PanelLayer, svgElement } from "../panel_layer.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../finding_shapes.js").Listed} Listed */

const RADIUS_PX = 9; // css px
const PLANE = LABELS.findIndex(({ name }) => name === "microcalcification");

/** One for each image with labels. */
export class FindingLayer {
  /**
   * @param {import("../seat.js").Seat} seat with its labels
   * @param {import("../finding_desk.js").FindingDesk} desk
   */
  constructor({ panel, editor }, desk) {
    this.layer = new PanelLayer(panel, "finding-layer", (svg, toCss) => {
      const isShown = panel.renderer.masks.styles[PLANE].visible; // hidden with the label they belong to
      const list = isShown && editor ? listed(editor.findings) : [];
      svg.replaceChildren(...list.map((each) => markOf(each, toCss, each.finding.id === desk.selected)));
    });
    editor?.addEventListener("change", () => this.layer.render());
    desk.addEventListener("change", () => this.layer.render());
    this.layer.render();
  }
}

/**
 * @param {Listed} each
 * @param {(point: Point) => Point} toCss
 * @param {boolean} isSelected
 */
function markOf({ finding, name }, toCss, isSelected) {
  const points = pointsOf(finding).map(toCss);
  const top = points.reduce((highest, point) => (point.y < highest.y ? point : highest));
  const at = finding.shape === "dot" ? top : { x: top.x, y: top.y - RADIUS_PX };
  const ring = finding.shape === "group" ? [{ points: points.map(({ x, y }) => `${x},${y}`).join(" ") }] : [];
  const shapes = [
    ...ring.map((attributes) => /** @type {const} */ (["polygon", { ...attributes, class: "finding-ring" }])),
    /** @type {const} */ (["path", { d: outlineOf(finding.assessment, at), class: "finding-mark" }]),
  ];
  const mark = svgElement("g", { class: "finding", "data-assessment": finding.assessment, "data-shape": finding.shape });
  mark.toggleAttribute("data-selected", isSelected);
  for (const layer of ["halo", "line"]) {
    mark.append(...shapes.map(([tag, attributes]) => svgElement(tag, { ...attributes, class: `${attributes.class} ${layer}` })));
  }
  if (isSelected || finding.shape === "group") {
    mark.append(svgElement("text", { x: at.x + RADIUS_PX + 4, y: at.y + 4, class: "finding-name" }, name));
  }
  return mark;
}

/**
 * @param {string} assessment
 * @param {Point} at css px
 * @returns {string} path of SVG
 */
export function outlineOf(assessment, { x, y }) {
  const r = RADIUS_PX;
  if (assessment === "benign") return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  if (assessment === "malignant") return `M${x} ${y - r - 2}l${r + 2} ${r + 2}l${-r - 2} ${r + 2}l${-r - 2} ${-r - 2}Z`;
  return `M${x - r + 1} ${y - r + 1}h${2 * r - 2}v${2 * r - 2}h${2 - 2 * r}Z`;
}
