/**
 * The grey values: a 16-bit texture of stored values, and a small one with the grey level of each stored value
 * (see window_level.js), so that a change of window costs one small upload and one frame, and every window,
 * lookup table and inversion is exact to the grey level on every graphics card.
 */

import { PyramidLayer } from "./pyramid_layer.js";
import { greyTable, PLAIN_SCALE } from "./window_level.js";

/** @typedef {import("./window_level.js").Windowing} Windowing */
/** @typedef {import("./window_level.js").GreyScale} GreyScale */

const TABLE_WIDTH = 256; // texels a row; a texture of 65536 in one row is more than most cards take
const TABLE_UNIT = 1; // texture unit; the layers' own texture is on 0

// Interpolates between the grey levels of pixels up to fourfold magnification; above it the true pixels are
// shown. Grey levels, not stored values: padding stays black and does not bleed into the tissue beside it.
const FRAGMENT_SHADER = `
uniform usampler2D u_image;
uniform usampler2D u_table;   // grey level, 0 to 255, of each stored value
uniform uint u_last;          // largest stored value of the table

float grey(ivec2 texel, ivec2 size) {
  uint stored = min(texelFetch(u_image, clamp(texel, ivec2(0), size - 1), u_level).r, u_last);
  return float(texelFetch(u_table, ivec2(stored % ${TABLE_WIDTH}u, stored / ${TABLE_WIDTH}u), 0).r);
}

float grey_at(vec2 point) {
  ivec2 size = textureSize(u_image, u_level);
  if (u_scale >= 4.0 && u_level == 0) return grey(ivec2(floor(point)), size);
  vec2 at = point / exp2(float(u_level)) - 0.5;
  vec2 nearest = floor(at + 0.5);
  if (all(lessThan(abs(at - nearest), vec2(0.01)))) return grey(ivec2(nearest), size);
  ivec2 texel = ivec2(floor(at));
  vec2 part = at - floor(at);
  float top = mix(grey(texel, size), grey(texel + ivec2(1, 0), size), part.x);
  float bottom = mix(grey(texel + ivec2(0, 1), size), grey(texel + ivec2(1, 1), size), part.x);
  return mix(top, bottom, part.y);
}

void main() {
  vec2 point = image_point();
  o_colour = vec4(vec3(is_outside(point) ? 0.0 : grey_at(point) / 255.0), 1);
}`;

/** Draws one image. */
export class ImageLayer extends PyramidLayer {
  /** @type {WebGLTexture | null} */
  #table = null;
  #lastStored = 0;
  #isTableOld = true;
  /** @type {GreyScale} */
  #scale = PLAIN_SCALE;
  /** @type {Windowing} */
  #windowing = { center: 2048, width: 4096, voiFunction: "LINEAR" };

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    super(gl, FRAGMENT_SHADER, 16);
  }

  /** Start anew after the graphics card lost everything. */
  restore() {
    this.#table = null;
    this.#isTableOld = true;
    super.restore();
  }

  get scale() {
    return this.#scale;
  }

  set scale(scale) {
    this.#scale = scale;
    this.#isTableOld = true;
  }

  get windowing() {
    return this.#windowing;
  }

  set windowing(windowing) {
    this.#windowing = windowing;
    this.#isTableOld = true;
  }

  /**
   * @param {import("./gl.js").View} view
   * @param {import("./gl.js").Size} canvas
   */
  draw(view, canvas) {
    const { gl, program, texture } = this;
    if (!texture) return;
    program.use(view, canvas, texture);
    gl.activeTexture(gl.TEXTURE0 + TABLE_UNIT);
    this.#table ??= this.#makeTable();
    gl.bindTexture(gl.TEXTURE_2D, this.#table);
    if (this.#isTableOld) this.#fillTable();
    gl.activeTexture(gl.TEXTURE0);
    gl.uniform1i(program.at("u_table"), TABLE_UNIT);
    gl.uniform1ui(program.at("u_last"), this.#lastStored);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** @returns {WebGLTexture | null} made on the unit that is active */
  #makeTable() {
    const { gl } = this;
    const table = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, table);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    return table;
  }

  /** Give the table that is bound a grey level for each stored value. */
  #fillTable() {
    const { gl } = this;
    const greys = greyTable(this.#windowing, this.#scale);
    this.#lastStored = greys.length - 1;
    this.#isTableOld = false;
    const height = Math.ceil(greys.length / TABLE_WIDTH);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8UI, TABLE_WIDTH, height, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, greys);
  }
}
