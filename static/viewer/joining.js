/**
 * Two pieces of a label and the bridge between them: which pieces are meant, where they come closest, and how wide
 * each is there. Knows no DOM.
 */

import { components, nearestPixel } from "./components.js";
import { pixelCentre } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {{row: number, column: number}} Pixel */
/** @typedef {{point: Point, widthPx: number}} End in the middle of a piece, image px */

const MOST_COMPARED = 1200; // pixels of each piece at first; then all of them near the best pair

/**
 * @param {Runs} mask
 * @param {Point} point image px
 * @param {number} reachPx
 * @returns {Runs[]} pieces within reach, the nearest first
 */
export function piecesNear(mask, point, reachPx) {
  return components(mask)
    .map((piece) => ({ piece, at: nearestPixel(piece, point, reachPx) }))
    .flatMap(({ piece, at }) => (at ? [{ piece, away: awayFrom(point, at) }] : []))
    .sort((one, other) => one.away - other.away)
    .map(({ piece }) => piece);
}

/**
 * @param {Runs} one
 * @param {Runs} other
 * @returns {{from: Pixel, to: Pixel, distancePx: number}} the pair of pixels closest to each other
 */
export function closestPixels(one, other) {
  const [from, to] = [rimOf(one), rimOf(other)];
  const coarse = closest(thinned(from), thinned(to));
  const near = (/** @type {Pixel[]} */ rim, /** @type {Pixel} */ pixel) => {
    const reach = coarse.distancePx + 2 * (Math.ceil(Math.max(from.length, to.length) / MOST_COMPARED) + 1);
    return rim.filter(({ row, column }) => Math.hypot(row - pixel.row, column - pixel.column) <= reach);
  };
  return closest(thinned(near(from, coarse.to)), thinned(near(to, coarse.from)));
}

/**
 * @param {Runs} piece
 * @param {Pixel} pixel of its rim
 * @param {number} reachPx how far inside the middle is looked for
 * @returns {End} centre and diameter of the largest disc of the piece near the pixel
 */
export function endNear(piece, pixel, reachPx) {
  const reach = Math.ceil(reachPx);
  const [row0, column0, side] = [pixel.row - 2 * reach, pixel.column - 2 * reach, 4 * reach + 1];
  const inside = denseCrop(piece, row0, column0, side);
  const outside = [];
  for (let i = 0; i < inside.length; i++) if (!inside[i] && touches(inside, i, side)) outside.push(i);
  let best = { at: 2 * reach * (side + 1), away: 0, worth: -Infinity };
  for (let i = 0; i < inside.length; i++) {
    const [dy, dx] = [Math.floor(i / side) - 2 * reach, (i % side) - 2 * reach];
    if (!inside[i] || Math.hypot(dx, dy) > reach) continue;
    const away = nearestOf(outside, i, side);
    const worth = away - Math.hypot(dx, dy) / reach; // of discs as large, the one nearest to the pixel
    if (worth > best.worth) best = { at: i, away, worth };
  }
  const [row, column] = [row0 + Math.floor(best.at / side), column0 + (best.at % side)];
  return { point: pixelCentre(row, column), widthPx: Math.max(1, 2 * best.away - 1) };
}

/**
 * @param {Point} point
 * @param {Pixel} pixel
 */
function awayFrom(point, { row, column }) {
  return Math.hypot(column + 0.5 - point.x, row + 0.5 - point.y);
}

/** @param {Runs} piece @returns {Pixel[]} both ends of each run, and what lies open above or below costs nothing */
function rimOf({ runs }) {
  const rim = [];
  for (let i = 0; i < runs.length; i += 3) {
    const [row, start, end] = [runs[i], runs[i + 1], runs[i + 2]];
    const step = Math.max(1, Math.floor((end - 1 - start) / 8)); // a long run may come closest with its middle
    for (let column = start; column < end - 1; column += step) rim.push({ row, column });
    rim.push({ row, column: end - 1 });
  }
  return rim;
}

/** @param {Pixel[]} pixels */
function thinned(pixels) {
  const step = Math.ceil(pixels.length / MOST_COMPARED);
  return step > 1 ? pixels.filter((_, i) => i % step === 0) : pixels;
}

/**
 * @param {Pixel[]} from
 * @param {Pixel[]} to
 */
function closest(from, to) {
  let best = { from: from[0], to: to[0], distancePx: Infinity };
  for (const one of from) {
    for (const other of to) {
      const distancePx = Math.hypot(one.row - other.row, one.column - other.column);
      if (distancePx < best.distancePx) best = { from: one, to: other, distancePx };
    }
  }
  return best;
}

/**
 * @param {Runs} mask
 * @param {number} row0 may be negative
 * @param {number} column0 may be negative
 * @param {number} side
 * @returns {Uint8Array} (side, side) of 0 and 1
 */
function denseCrop({ runs }, row0, column0, side) {
  const inside = new Uint8Array(side * side);
  for (let i = 0; i < runs.length; i += 3) {
    const row = runs[i] - row0;
    if (row < 0 || row >= side) continue;
    const start = Math.max(0, runs[i + 1] - column0);
    const end = Math.min(side, runs[i + 2] - column0);
    if (start < end) inside.fill(1, row * side + start, row * side + end);
  }
  return inside;
}

/**
 * @param {Uint8Array} inside
 * @param {number} i
 * @param {number} side
 * @returns {boolean} whether a pixel beside, above or below is inside
 */
function touches(inside, i, side) {
  const column = i % side;
  return Boolean((column > 0 && inside[i - 1]) || (column < side - 1 && inside[i + 1]) || inside[i - side] || inside[i + side]);
}

/**
 * @param {number[]} places
 * @param {number} i
 * @param {number} side
 * @returns {number} distance from i to the nearest of the places
 */
function nearestOf(places, i, side) {
  const [row, column] = [Math.floor(i / side), i % side];
  let least = side * side;
  for (const place of places) {
    const [dy, dx] = [Math.floor(place / side) - row, (place % side) - column];
    least = Math.min(least, dx * dx + dy * dy);
  }
  return Math.sqrt(least);
}
