/**
 * The grey values: a 16-bit texture, windowed in the shader, so that a change of window costs one frame.
 */

import { LevelTexture, Program, uploadInStrips } from "./gl.js";
import { VOI_FUNCTIONS } from "./window_level.js";

/** @typedef {import("./pyramid.js").Level<Uint8Array | Uint16Array>} Level */
/** @typedef {import("./window_level.js").Windowing} Windowing */
/** @typedef {{slope: number, intercept: number, inverted: boolean}} Rescale */

// Interpolates between pixels up to fourfold magnification; above it the true pixels are shown.
// The window functions are those of window_level.js: DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3.
const FRAGMENT_SHADER = `
uniform usampler2D u_image;
uniform vec2 u_rescale;       // slope, intercept
uniform vec2 u_window;        // center, width
uniform int u_function;       // 0 LINEAR, 1 LINEAR_EXACT, 2 SIGMOID
uniform bool u_inverted;      // MONOCHROME1

float stored(ivec2 texel, ivec2 size) {
  return float(texelFetch(u_image, clamp(texel, ivec2(0), size - 1), u_level).r);
}

float value_at(vec2 point) {
  ivec2 size = textureSize(u_image, u_level);
  if (u_scale >= 4.0 && u_level == 0) return stored(ivec2(floor(point)), size);
  vec2 at = point / exp2(float(u_level)) - 0.5;
  ivec2 texel = ivec2(floor(at));
  vec2 part = at - floor(at);
  float top = mix(stored(texel, size), stored(texel + ivec2(1, 0), size), part.x);
  float bottom = mix(stored(texel + ivec2(0, 1), size), stored(texel + ivec2(1, 1), size), part.x);
  return mix(top, bottom, part.y);
}

float brightness(float x) {
  if (u_function == 2) return 1.0 / (1.0 + exp(-4.0 * (x - u_window.x) / u_window.y));
  float middle = u_function == 1 ? u_window.x : u_window.x - 0.5;
  float span = u_function == 1 ? u_window.y : u_window.y - 1.0;
  if (x <= middle - span / 2.0) return 0.0;
  if (x > middle + span / 2.0) return 1.0;
  return (x - middle) / span + 0.5;
}

void main() {
  vec2 point = image_point();
  if (is_outside(point)) {
    o_colour = vec4(0, 0, 0, 1);
    return;
  }
  float shown = brightness(value_at(point) * u_rescale.x + u_rescale.y);
  o_colour = vec4(vec3(u_inverted ? 1.0 - shown : shown), 1);
}`;

/** Draws one image. Uploading goes on in steps; see `upload`. */
export class ImageLayer {
  /** @type {LevelTexture | null} */
  #texture = null;
  /** @type {Generator<boolean, void, void> | null} */
  #uploading = null;
  /** @type {Level[] | null} */
  #levels = null;
  /** @type {Rescale} */
  rescale = { slope: 1, intercept: 0, inverted: false };
  /** @type {Windowing} */
  windowing = { center: 2048, width: 4096, voiFunction: "LINEAR" };

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.gl = gl;
    this.program = new Program(gl, FRAGMENT_SHADER);
  }

  /** Start anew after the graphics card lost everything. */
  restore() {
    this.program = new Program(this.gl, FRAGMENT_SHADER);
    this.#texture = null;
    if (this.#levels) this.setLevels(this.#levels);
  }

  /** @param {Level[]} levels 16-bit values, the full image first */
  setLevels(levels) {
    this.#texture?.dispose();
    this.#levels = levels;
    this.#texture = new LevelTexture(this.gl, levels, 16);
    this.#uploading = uploadInStrips(this.#texture, levels);
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
    if (done) this.#uploading = null;
    return value === true;
  }

  /**
   * @param {import("./gl.js").View} view
   * @param {import("./gl.js").Size} canvas
   */
  draw(view, canvas) {
    const texture = this.#texture;
    if (!texture || texture.finest === texture.sizes.length) return;
    const { gl, program, rescale, windowing } = this;
    program.use(view, canvas, texture);
    gl.uniform2f(program.at("u_rescale"), rescale.slope, rescale.intercept);
    gl.uniform2f(program.at("u_window"), windowing.center, windowing.width);
    gl.uniform1i(program.at("u_function"), VOI_FUNCTIONS.indexOf(windowing.voiFunction));
    gl.uniform1i(program.at("u_inverted"), rescale.inverted ? 1 : 0);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}
