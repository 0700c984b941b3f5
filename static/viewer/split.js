/**
 * Cutting a piece of a mask in two. A cut takes a 4-connected row of pixels away, which no 8-connected way crosses,
 * and puts back every one that would not join the two sides again. Knows no DOM.
 */

import { componentAt, components, labelComponents, nearestPixel, runAt } from "./components.js";
import { pixelAt, pixelCentre } from "./geometry.js";
import { Runs, RunsBuilder, areaPx, difference, empty, intersection, union } from "./runs.js";

/** @typedef {import("./geometry.js").Point} Point */

const DIRECTIONS = 36; // looked at for the narrowest cut through a pixel: every five degrees
const MARCH_PX = 0.25;
const BEYOND_PX = 1; // so far the cut goes past the edge of the piece

/**
 * @param {Runs} mask
 * @param {Point} a image px
 * @param {Point} b image px
 * @returns {Runs} pixels to take away; none where the line crosses no piece from side to side
 */
export function cutAlong(mask, a, b) {
  const path = pathBetween(mask.rows, mask.columns, a, b);
  let removed = empty(mask.rows, mask.columns);
  for (const piece of components(mask)) {
    if (!intersection(piece, path).isEmpty) removed = union(removed, cutPiece(piece, path));
  }
  return removed;
}

/**
 * Cut a piece across, where it is narrowest at a point.
 * @param {Runs} mask
 * @param {Point} point image px
 * @param {number} reachPx how far from the piece the point may lie
 * @returns {Runs} pixels to take away; none where no short cut makes two pieces
 */
export function cutAt(mask, point, reachPx) {
  const pixel = nearestPixel(mask, point, reachPx);
  const none = empty(mask.rows, mask.columns);
  const piece = pixel && componentAt(mask, pixel.row, pixel.column);
  if (!piece) return none;
  const chords = chordsThrough(piece, pixelCentre(pixel.row, pixel.column));
  for (const { a, b } of chords.slice(0, DIRECTIONS / 2)) { // the longer half runs along the piece, not across it
    const removed = cutPiece(piece, pathBetween(mask.rows, mask.columns, a, b));
    if (!removed.isEmpty) return removed;
  }
  return none;
}

/**
 * The pixels that a segment passes through, each next to the last by a side.
 * @param {number} rows
 * @param {number} columns
 * @param {Point} a image px
 * @param {Point} b image px
 * @returns {Runs} those inside the image
 */
export function pathBetween(rows, columns, a, b) {
  const [from, to] = [pixelAt(a), pixelAt(b)];
  const [stepX, stepY] = [Math.sign(to.column - from.column), Math.sign(to.row - from.row)];
  // How far along the segment (0 to 1) the next column and the next row begin.
  const perColumn = stepX ? 1 / Math.abs(b.x - a.x) : Infinity;
  const perRow = stepY ? 1 / Math.abs(b.y - a.y) : Infinity;
  let nextColumn = stepX ? (stepX > 0 ? from.column + 1 - a.x : a.x - from.column) * perColumn : Infinity;
  let nextRow = stepY ? (stepY > 0 ? from.row + 1 - a.y : a.y - from.row) * perRow : Infinity;
  const pixels = [from];
  let { row, column } = from;
  while (row !== to.row || column !== to.column) {
    // A side that is reached already is not passed, however the sums were rounded.
    if (row === to.row || (column !== to.column && nextColumn <= nextRow)) [column, nextColumn] = [column + stepX, nextColumn + perColumn];
    else [row, nextRow] = [row + stepY, nextRow + perRow];
    pixels.push({ row, column });
  }
  return ofPixels(rows, columns, pixels);
}

/**
 * @param {Runs} piece
 * @param {Runs} path
 * @returns {Runs} pixels to take away
 */
function cutPiece(piece, path) {
  const line = intersection(piece, path);
  // Slivers that the line shaves off the edge are no pieces.
  const sides = components(difference(piece, line)).filter((side) => areaPx(side) >= areaPx(line));
  if (sides.length < 2) return empty(piece.rows, piece.columns);
  const kept = sides.reduce(union);
  return ofPixels(piece.rows, piece.columns, notGivenBack(kept, difference(piece, kept)));
}

/**
 * Give every loose pixel back to the side that it touches, unless it touches two.
 * @param {Runs} kept the sides
 * @param {Runs} loose
 * @returns {{row: number, column: number}[]} what would join the sides
 */
function notGivenBack(kept, loose) {
  const { ofRun } = labelComponents(kept);
  const stride = kept.columns + 2;
  /** @type {Map<number, number>} place to side */
  const given = new Map();
  const sideAt = (/** @type {number} */ row, /** @type {number} */ column) => {
    const at = runAt(kept, row, column);
    return at < 0 ? given.get(row * stride + column) : ofRun[at];
  };
  let left = pixelsOf(loose);
  for (let before = Infinity; left.length < before; ) {
    before = left.length;
    left = left.filter(({ row, column }) => {
      const sides = sidesAround(row, column, sideAt);
      if (sides.size === 1) given.set(row * stride + column, [...sides][0]);
      return sides.size !== 1;
    });
  }
  return left;
}

/**
 * @param {number} row
 * @param {number} column
 * @param {(row: number, column: number) => number | undefined} sideAt
 * @returns {Set<number>}
 */
function sidesAround(row, column, sideAt) {
  /** @type {Set<number>} */
  const sides = new Set();
  for (let i = 0; i < 9; i++) {
    const side = sideAt(row + Math.floor(i / 3) - 1, column + (i % 3) - 1);
    if (side !== undefined) sides.add(side);
  }
  return sides;
}

/**
 * @param {Runs} piece
 * @param {Point} centre of a pixel of the piece, image px
 * @returns {{a: Point, b: Point, lengthPx: number}[]} straight ways out to both sides, the shortest first
 */
function chordsThrough(piece, centre) {
  const chords = Array.from({ length: DIRECTIONS }, (_, i) => {
    const angle = (i * Math.PI) / DIRECTIONS;
    const [forward, backward] = [marchOut(piece, centre, angle), marchOut(piece, centre, angle + Math.PI)];
    const end = (/** @type {number} */ px) => ({ x: centre.x + px * Math.cos(angle), y: centre.y + px * Math.sin(angle) });
    return { a: end(-backward - BEYOND_PX), b: end(forward + BEYOND_PX), lengthPx: forward + backward };
  });
  return chords.sort((one, two) => one.lengthPx - two.lengthPx);
}

/**
 * @param {Runs} piece
 * @param {Point} from image px
 * @param {number} angle
 * @returns {number} image px to the edge of the piece
 */
function marchOut(piece, from, angle) {
  let px = 0;
  for (let isIn = true; isIn; px += MARCH_PX) {
    const { row, column } = pixelAt({ x: from.x + px * Math.cos(angle), y: from.y + px * Math.sin(angle) });
    isIn = runAt(piece, row, column) >= 0;
  }
  return px;
}

/** @param {Runs} mask @returns {{row: number, column: number}[]} in raster order */
function pixelsOf({ runs }) {
  const pixels = [];
  for (let i = 0; i < runs.length; i += 3) {
    for (let column = runs[i + 1]; column < runs[i + 2]; column++) pixels.push({ row: runs[i], column });
  }
  return pixels;
}

/**
 * @param {number} rows
 * @param {number} columns
 * @param {{row: number, column: number}[]} pixels those outside the image are left out
 * @returns {Runs}
 */
function ofPixels(rows, columns, pixels) {
  const builder = new RunsBuilder(rows, columns);
  const inside = pixels.filter(({ row, column }) => row >= 0 && column >= 0 && row < rows && column < columns);
  inside.sort((a, b) => a.row - b.row || a.column - b.column);
  for (const { row, column } of inside) builder.add(row, column, column + 1);
  return builder.build();
}
