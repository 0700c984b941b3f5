/**
 * From a measured line to the label and to what is shown of it before: shared by the tools that draw such lines.
 */

import { tube } from "../drawing.js";
import { difference, empty, union } from "../runs.js";
import { isMeasured, widthsOf, withoutGaps } from "./widths.js";

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("../image_panel.js").ImagePanel} ImagePanel */
/** @typedef {import("../seat.js").Bench} Bench */
/** @typedef {import("../tools/brush_size.js").BrushSize} BrushSize */
/** @typedef {import("./line_options.js").LineOptions} LineOptions */
/** @typedef {import("./trace.js").TracePoint} TracePoint */

/**
 * Add a line to the active label.
 * @param {Bench} bench
 * @param {TracePoint[]} points
 * @param {LineOptions} options
 * @param {"follow" | "tube"} tool
 */
export function drawLine({ editor, panel, size }, points, options, tool) {
  if (points.length < 2) return;
  const widthsPx = widthsOf(points, options.factor, size.diameterPx);
  const gaps = options.leavesGapsOut ? options.gapsOf(points, spacingOf(panel)) : [];
  let drawn = empty(panel.planes.rows, panel.planes.columns);
  for (const { from, to } of withoutGaps(points, gaps)) {
    const part = tube(drawn.rows, drawn.columns, points.slice(from, to + 1), widthsPx.slice(from, to + 1));
    drawn = union(drawn, part);
  }
  const details = { points: points.length, width_px: rounded(mean(widthsPx)), width_factor: rounded(options.factor) };
  editor.change(editor.active, difference(drawn, editor.masks[editor.active]), tool, details);
}

/**
 * @param {TracePoint[]} points
 * @param {ImagePanel} panel
 * @param {LineOptions} options
 * @param {BrushSize} size
 * @returns {import("../line_overlay.js").Band} what is shown before it is drawn, long gaps marked
 */
export function bandOf(points, panel, options, size) {
  return {
    points,
    widthsPx: widthsOf(points, options.factor, size.diameterPx),
    gaps: options.gapsOf(points, spacingOf(panel)),
  };
}

/**
 * @param {TracePoint[]} points
 * @param {number} widthPx at the pointer
 * @param {LineOptions} options
 * @param {BrushSize} size
 * @returns {string} beside the pointer
 */
export function wordsOf(points, widthPx, options, size) {
  if (points.length > 1 && !isMeasured(points)) return `no edges seen, brush width ${size.text}`;
  return `auto width${options.factorText}${points.length > 1 ? ` ${size.textOf(widthPx / 2)}` : ""}`;
}

/**
 * @param {ImagePanel} panel
 * @param {PointerEvent} event
 * @returns {Point} image px, not outside the image
 */
export function pointInside(panel, event) {
  const { x, y } = panel.imagePointOf(event);
  const { rows, columns } = panel.planes;
  return { x: Math.min(columns, Math.max(0, x)), y: Math.min(rows, Math.max(0, y)) };
}

/** @param {ImagePanel} panel @returns {[number, number] | null} */
function spacingOf({ mammogram }) {
  return mammogram?.length_spacing_mm ?? null;
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}
