/** Hatching over the parts of the breast that were not seen at 1:1. */

import { PanelLayer, svgElement } from "../panel_layer.js";

/** @typedef {import("../coverage_grid.js").CoverageGrid} CoverageGrid */
/** @typedef {import("../geometry.js").Point} Point */

const HATCH_PX = 10; // css px between two strokes
let count = 0;

export class UnseenLayer extends PanelLayer {
  /**
   * @param {import("../image_panel.js").ImagePanel} panel
   * @param {CoverageGrid} breast
   * @param {CoverageGrid} seen
   */
  constructor(panel, breast, seen) {
    const id = `hatch-${++count}`;
    const path = svgElement("path", { class: "unseen-area", fill: `url(#${id})` });
    super(panel, "unseen-layer", (_svg, toCss) => path.setAttribute("d", outline(breast, seen, toCss)));
    const size = { width: HATCH_PX, height: HATCH_PX };
    const stroke = svgElement("line", { class: "unseen-stroke", x1: 0, y1: 0, x2: 0, y2: HATCH_PX });
    const turned = { patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
    this.svg.append(svgElement("defs", {}, svgElement("pattern", { id, ...size, ...turned }, stroke)), path);
  }
}

/**
 * @param {CoverageGrid} breast
 * @param {CoverageGrid} seen
 * @param {(point: Point) => Point} toCss
 * @returns {string} a path of one rectangle for each row of neighbouring cells
 */
function outline(breast, seen, toCss) {
  const isOpen = (/** @type {number} */ cell) => breast.has(cell) && !seen.has(cell);
  let path = "";
  for (let row = 0; row < breast.rows; row++) {
    for (let column = 0; column < breast.columns; column++) {
      const first = row * breast.columns + column;
      if (!isOpen(first)) continue;
      while (column + 1 < breast.columns && isOpen(row * breast.columns + column + 1)) column++;
      const { row0, column0, row1 } = breast.boxOf(first);
      const { column1 } = breast.boxOf(row * breast.columns + column);
      const corners = [[column0, row0], [column1, row0], [column1, row1], [column0, row1]];
      path += `M${corners.map(([x, y]) => toCss({ x, y })).map(({ x, y }) => `${x} ${y}`).join("L")}Z`;
    }
  }
  return path;
}
