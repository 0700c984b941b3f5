/** The segments that come next, each with its picture, fetched while the expert looks at the one before. */

import { json, readImage, readMammogram } from "../viewer/api.js";
import { decodeImage } from "../viewer/image_loader.js";

/** @typedef {import("../viewer/api.js").Mammogram} Mammogram */
/** @typedef {import("../viewer/pyramid.js").Level<Uint8Array | Uint16Array>} Level */
/** @typedef {[number, number][]} Ring image px, [row, column] each */
/** @typedef {{letter: string, area_px: number, rings: Ring[]}} Version */
/** @typedef {{author: string, text: string, created_at: string}} Note */
/** @typedef {[number, number, number, number]} Sides first row, first column, row and column after the last */
/**
 * @typedef {object} Segment as the server gives it
 * @property {string} id
 * @property {string} mammogram
 * @property {string} view
 * @property {string} label
 * @property {number} rows
 * @property {number} columns
 * @property {Sides} box
 * @property {number} area_px
 * @property {number} length_px
 * @property {number | null} length_mm
 * @property {number} marked_by
 * @property {number} read_by
 * @property {boolean} is_sent
 * @property {string} runs base64
 * @property {Sides} crop
 * @property {string} crop_url
 * @property {Version[]} versions
 * @property {Note[]} notes
 */
/** @typedef {{total: number, decided: number, for_others: number, waiting_mm: number, waiting_without_mm: number}} Progress */
/** @typedef {{name: string, quarter_turns: number, mirrored: boolean}} Hanging */
/** @typedef {{mammogram: Mammogram, hanging: Hanging, levels: Level[]}} Picture the part of the image around the segment */
/** @typedef {{segment: Segment, picture: Promise<Picture>}} Item */

const AHEAD = 3;

export class SegmentQueue {
  /** @type {Progress} */
  progress = { total: 0, decided: 0, for_others: 0, waiting_mm: 0, waiting_without_mm: 0 };
  /** @type {Item[]} */
  #items = [];
  /** @type {Map<string, Promise<{mammogram: Mammogram, hanging: Hanging}>>} */
  #mammograms = new Map();
  /** @type {Promise<void> | null} */
  #filling = null;

  /** @param {string} address */
  constructor(address) {
    this.address = address;
  }

  /**
   * Ask for as many segments as may wait here; asked while an answer is on its way, it is that answer.
   * @param {string[]} holding segments that are on the screen, or decided and not stored yet
   * @returns {Promise<void>}
   */
  fill(holding) {
    this.#filling ??= this.#ask(holding).finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  /** @param {string[]} holding */
  async #ask(holding) {
    const held = [...holding, ...this.#items.map(({ segment }) => segment.id)];
    const answer = await json("POST", this.address, { count: AHEAD - this.#items.length, holding: held });
    this.progress = answer.progress;
    for (const segment of answer.segments) this.#items.push(this.open(segment));
  }

  /** @returns {Item | undefined} */
  take() {
    return this.#items.shift();
  }

  /** @param {Item} item to come next */
  putBack(item) {
    this.#items.unshift(item);
  }

  /** @param {Segment} segment @returns {Item} its picture on its way */
  open(segment) {
    const picture = this.#picture(segment);
    picture.catch(() => {}); // told when it is shown
    return { segment, picture };
  }

  /** @param {Segment} segment @returns {Promise<Picture>} */
  async #picture(segment) {
    const [{ mammogram: whole, hanging }, bytes] = await Promise.all([this.#mammogram(segment.mammogram), readImage(segment.crop_url)]);
    const [row0, column0, row1, column1] = segment.crop;
    const part = { ...whole, rows: row1 - row0, columns: column1 - column0, pixels_url: segment.crop_url };
    return { mammogram: part, hanging, levels: await decodeImage(bytes, "mean", whole.pixel_padding) };
  }

  /** @param {string} id @returns {Promise<{mammogram: Mammogram, hanging: Hanging}>} asked for once */
  #mammogram(id) {
    const known = this.#mammograms.get(id) ?? readHung(id);
    this.#mammograms.set(id, known);
    known.catch(() => this.#mammograms.delete(id));
    return known;
  }
}

/** @param {string} id @returns {Promise<{mammogram: Mammogram, hanging: Hanging}>} an image, and which way round it hangs */
async function readHung(id) {
  const [mammogram, hanging] = await Promise.all([readMammogram(id), json("GET", `/api/mammograms/${id}/hanging/`)]);
  return { mammogram, hanging };
}
