/** The edges of a mask as a path of SVG, along the sides of its pixels. Knows no DOM. */

import { Runs, xor } from "./runs.js";

/**
 * @param {Runs} mask
 * @returns {string} value of `d`, in image px
 */
export function outlinePath({ rows, columns, runs }) {
  const here = new Runs(rows + 1, columns, runs);
  const oneLower = new Runs(rows + 1, columns, runs.map((value, i) => (i % 3 === 0 ? value + 1 : value)));
  const level = xor(here, oneLower).runs; // where a pixel and the one above it differ there is an edge
  /** @type {string[]} */
  const path = [];
  for (let i = 0; i < level.length; i += 3) path.push(`M${level[i + 1]} ${level[i]}H${level[i + 2]}`);
  for (let i = 0; i < runs.length; i += 3) {
    path.push(`M${runs[i + 1]} ${runs[i]}v1M${runs[i + 2]} ${runs[i]}v1`);
  }
  return path.join("");
}
