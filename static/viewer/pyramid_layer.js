/**
 * What the layers of one picture with reduced copies share: the texture, fed in steps, and fed again after the
 * graphics card lost everything.
 */

import { LevelTexture, Program, uploadInStrips } from "./gl.js";

/** @typedef {import("./pyramid.js").Level<Uint8Array | Uint16Array>} Level */

/** Uploading goes on in steps; see `upload`. */
export class PyramidLayer {
  /** @type {LevelTexture | null} */
  #texture = null;
  /** @type {Generator<boolean, void, void> | null} */
  #uploading = null;
  /** @type {Level[] | null} once the card has them and they can be made again, the full picture alone */
  #levels = null;
  /** @type {((full: Level) => Level[]) | null} */
  #remake = null;

  /**
   * @param {WebGL2RenderingContext} gl
   * @param {string} fragmentShader
   * @param {8 | 16} bits of a value
   */
  constructor(gl, fragmentShader, bits) {
    this.gl = gl;
    this.fragmentShader = fragmentShader;
    this.bits = bits;
    this.program = new Program(gl, fragmentShader);
  }

  /** Start anew after the graphics card lost everything. */
  restore() {
    this.program = new Program(this.gl, this.fragmentShader);
    this.#texture = null;
    const levels = this.#levels;
    this.setLevels(levels?.length === 1 && this.#remake ? this.#remake(levels[0]) : levels, this.#remake);
  }

  /**
   * @param {Level[] | null} levels the full picture first; null for none
   * @param {((full: Level) => Level[]) | null} [remake] where given, reduced copies are kept on the card alone
   */
  setLevels(levels, remake = null) {
    this.#texture?.dispose();
    this.#levels = levels;
    this.#remake = remake;
    // While the card has lost everything nothing can be made; `restore` makes it.
    this.#texture = levels && !this.gl.isContextLost() ? new LevelTexture(this.gl, levels, this.bits) : null;
    this.#uploading = levels && this.#texture && uploadInStrips(this.#texture, levels);
  }

  /**
   * Values of the levels were changed in place.
   * @param {import("./runs.js").Box[]} boxes for each level, in its pixels
   */
  refresh(boxes) {
    const [texture, levels] = [this.#texture, this.#levels];
    if (!texture || !levels || this.gl.isContextLost()) return; // `restore` brings them
    boxes.forEach((box, k) => texture.upload(k, box, levels[k].values));
  }

  get isUploading() {
    return this.#uploading !== null;
  }

  /**
   * Upload one more strip.
   * @returns {boolean} true if there is something new to draw
   */
  upload() {
    const { done, value } = this.#uploading?.next() ?? { done: true };
    if (done) {
      this.#uploading = null;
      if (this.#remake && this.#levels) this.#levels = [this.#levels[0]];
    }
    return value === true;
  }

  /** @returns {LevelTexture | null} null while there is nothing to draw */
  get texture() {
    return this.#texture && this.#texture.finest < this.#texture.sizes.length ? this.#texture : null;
  }
}
