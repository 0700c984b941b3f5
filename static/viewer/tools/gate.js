/**
 * The grey level that the brush does not go below: it then paints bright pixels only. Levels are stored values, so
 * neither window nor zoom moves them. Knows no DOM.
 */

import { RunsBuilder } from "../runs.js";

/** @typedef {import("../runs.js").Runs} Runs */
/** @typedef {(row: number, column: number) => number | null} GreyAt stored value of a pixel */
/**
 * @typedef {object} GreyRange stored values of an image, as a few of its pixels tell
 * @property {number} least
 * @property {number} most
 * @property {number} usual the level to begin with: one pixel in ten is brighter
 */

const SAMPLES_PER_SIDE = 192;
const USUAL_SHARE = 0.9;

/** One for the room; each image has its own level. Event "change". */
export class Gate extends EventTarget {
  isOn = false;
  /** True while the next press of the brush gives the level. */
  isPicking = false;
  /** @type {WeakMap<object, number>} image to stored value */
  #levels = new WeakMap();

  /** @param {boolean} isOn */
  set(isOn) {
    this.isOn = isOn;
    this.isPicking = false;
    this.dispatchEvent(new Event("change"));
  }

  /** Let the next press of the brush give the level. */
  pick() {
    this.isPicking = true;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {object} image @returns {number | null} null until one was set */
  levelOf(image) {
    return this.#levels.get(image) ?? null;
  }

  /**
   * @param {object} image
   * @param {number} level stored value
   */
  setLevel(image, level) {
    this.#levels.set(image, level);
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * @param {Runs} mask
 * @param {GreyAt} greyAt
 * @param {number} level
 * @param {boolean} isDarkBright true where low values are shown bright (MONOCHROME1)
 * @returns {Runs} the pixels of the mask that are at least as bright as the level
 */
export function gated(mask, greyAt, level, isDarkBright) {
  const builder = new RunsBuilder(mask.rows, mask.columns);
  const { runs } = mask;
  for (let i = 0; i < runs.length; i += 3) {
    for (let column = runs[i + 1]; column < runs[i + 2]; column++) {
      const grey = greyAt(runs[i], column);
      if (grey !== null && (isDarkBright ? grey <= level : grey >= level)) builder.add(runs[i], column, column + 1);
    }
  }
  return builder.build();
}

/**
 * @param {number} rows
 * @param {number} columns
 * @param {GreyAt} greyAt
 * @param {boolean} isDarkBright
 * @returns {GreyRange | null} null before the image is here
 */
export function greyRange(rows, columns, greyAt, isDarkBright) {
  if (greyAt(0, 0) === null) return null;
  const step = Math.max(1, Math.floor(Math.max(rows, columns) / SAMPLES_PER_SIDE));
  const samples = [];
  for (let row = 0; row < rows; row += step) {
    for (let column = 0; column < columns; column += step) samples.push(greyAt(row, column) ?? 0);
  }
  samples.sort((a, b) => a - b);
  const share = isDarkBright ? 1 - USUAL_SHARE : USUAL_SHARE;
  return { least: samples[0], most: samples[samples.length - 1], usual: samples[Math.floor(share * (samples.length - 1))] };
}
