/**
 * The few pieces of WebGL2 that the layers share: programs, integer textures, uploads in parts, and the shader
 * text that says which part of the image a canvas pixel shows.
 */

import { UPRIGHT } from "./geometry.js";

/** @typedef {import("./geometry.js").View} View */
/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {import("./runs.js").Box} Box */

/** What the page can tell the reader when pictures cannot be drawn. */
export class GraphicsError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "GraphicsError";
  }
}

// One triangle that covers the canvas.
const VERTEX_SHADER = `#version 300 es
void main() {
  gl_Position = vec4(vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0, 0, 1);
}`;

/** Put before every fragment shader. Vectors are (x, y) = (column, row). */
export const SHADER_HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform vec2 u_image_size;    // image px
uniform vec2 u_view;          // image px at the top left of the canvas
uniform mat2 u_axes;          // how a step to the right and one downwards go through the image
uniform float u_scale;        // canvas px per image px
uniform float u_canvas_height; // canvas px
uniform int u_level;          // reduced copy to read, 0 = full
uniform vec3 u_disc;          // centre in canvas px from the bottom left, radius: draw within it only; radius 0: everywhere
out vec4 o_colour;

vec2 image_point() {
  if (u_disc.z > 0.0 && distance(gl_FragCoord.xy, u_disc.xy) > u_disc.z) discard;
  return u_axes * vec2(gl_FragCoord.x, u_canvas_height - gl_FragCoord.y) / u_scale + u_view;
}

bool is_outside(vec2 point) {
  return any(lessThan(point, vec2(0))) || any(greaterThanEqual(point, u_image_size));
}

// First and last texel that fall to the canvas pixel around an image point. A texel falls to the pixel that
// holds its top left corner, so every texel is seen by exactly one pixel and nothing thin is skipped.
void texels_below(vec2 point, ivec2 level_size, out ivec2 first, out ivec2 last) {
  float texel = exp2(float(u_level));
  if (u_scale >= 1.0) {
    first = ivec2(floor(point));
    last = first;
  } else {
    vec2 half_pixel = vec2(0.5 / u_scale);
    first = ivec2(ceil((point - half_pixel) / texel - 0.01)); // 0.01: away from ties that rounding decides
    last = ivec2(ceil((point + half_pixel) / texel - 0.01)) - 1;
  }
  first = clamp(first, ivec2(0), level_size - 1);
  last = clamp(last, first, level_size - 1);
}
`;

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {WebGL2RenderingContext}
 * @throws {GraphicsError}
 */
export function openContext(canvas) {
  // The drawing is kept between frames, so that a brush stroke redraws only the part it touched.
  const options = { alpha: false, antialias: false, depth: false, stencil: false, preserveDrawingBuffer: true };
  const gl = /** @type {WebGL2RenderingContext | null} */ (canvas.getContext("webgl2", options));
  if (gl) return gl;
  throw new GraphicsError(
    "This browser does not offer WebGL2, which Tramline needs to show all grey levels. " +
      "Switch on hardware acceleration in the browser's settings, or use a current Firefox, Chrome, Edge or Safari.",
  );
}

/** A program and its uniforms by name. Compiled in the background where the browser can; see `isReady`. */
export class Program {
  /** @type {Map<string, WebGLUniformLocation | null>} */
  #locations = new Map();
  #isChecked = false;

  /**
   * @param {WebGL2RenderingContext} gl
   * @param {string} fragmentShader text after SHADER_HEAD
   */
  constructor(gl, fragmentShader) {
    this.gl = gl;
    this.program = /** @type {WebGLProgram} */ (gl.createProgram());
    this.shader = compile(gl, gl.FRAGMENT_SHADER, SHADER_HEAD + fragmentShader);
    gl.attachShader(this.program, compile(gl, gl.VERTEX_SHADER, VERTEX_SHADER));
    gl.attachShader(this.program, this.shader);
    gl.linkProgram(this.program);
  }

  /** @param {string} name */
  at(name) {
    let location = this.#locations.get(name);
    if (location === undefined) {
      location = this.gl.getUniformLocation(this.program, name);
      this.#locations.set(name, location);
    }
    return location;
  }

  /** False while the driver compiles: using the program now would make the page wait. */
  get isReady() {
    const { gl } = this;
    const parallel = gl.getExtension("KHR_parallel_shader_compile");
    return !parallel || gl.getProgramParameter(this.program, parallel.COMPLETION_STATUS_KHR) !== false;
  }

  /**
   * Choose this program and tell it what the canvas shows.
   * @param {View} view
   * @param {Size} canvas
   * @param {LevelTexture} texture
   */
  use(view, canvas, texture) {
    const { gl } = this;
    this.#check();
    gl.useProgram(this.program);
    gl.bindTexture(gl.TEXTURE_2D, texture.texture);
    gl.uniform2f(this.at("u_image_size"), texture.sizes[0].columns, texture.sizes[0].rows);
    gl.uniform2f(this.at("u_view"), view.x, view.y);
    gl.uniformMatrix2fv(this.at("u_axes"), false, view.axes ?? UPRIGHT);
    gl.uniform1f(this.at("u_scale"), view.scale);
    gl.uniform1f(this.at("u_canvas_height"), canvas.height);
    const { disc } = view;
    gl.uniform3f(this.at("u_disc"), disc?.x ?? 0, disc ? canvas.height - disc.y : 0, disc?.radius ?? 0);
    gl.uniform1i(this.at("u_level"), texture.levelFor(view.scale));
  }

  /** Not asked before the first use, or the page would wait for the compiler. */
  #check() {
    const { gl, program } = this;
    if (this.#isChecked || gl.isContextLost()) return;
    this.#isChecked = true;
    if (gl.getProgramParameter(program, gl.LINK_STATUS)) return;
    const reason = gl.getShaderInfoLog(this.shader) || gl.getProgramInfoLog(program);
    throw new GraphicsError(`The graphics driver refused a program: ${reason}`);
  }
}

/** An integer texture with reduced copies, which the driver can neither filter nor make by itself. */
export class LevelTexture {
  /** Levels below this one are not uploaded yet. */
  finest = 0;

  /**
   * @param {WebGL2RenderingContext} gl
   * @param {{rows: number, columns: number}[]} sizes of the levels, the full one first
   * @param {8 | 16} bits
   */
  constructor(gl, sizes, bits) {
    this.gl = gl;
    this.sizes = sizes.map(({ rows, columns }) => ({ rows, columns })); // not the values that come with them
    this.type = bits === 16 ? gl.UNSIGNED_SHORT : gl.UNSIGNED_BYTE;
    const { rows, columns } = sizes[0];
    const limit = gl.getParameter(gl.MAX_TEXTURE_SIZE);
    if (Math.max(rows, columns) > limit) {
      throw new GraphicsError(
        `The image has ${rows} x ${columns} pixels; the graphics hardware here shows at most ${limit} a side. ` +
          "Open it on another machine.",
      );
    }
    this.texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texStorage2D(gl.TEXTURE_2D, sizes.length, bits === 16 ? gl.R16UI : gl.R8UI, columns, rows);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST_MIPMAP_NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  }

  /**
   * @param {number} scale canvas px per image px
   * @returns {number} the coarsest level whose pixels are not larger than the canvas's
   */
  levelFor(scale) {
    const wanted = Math.floor(Math.log2(1 / scale) + 1e-6);
    return Math.max(this.finest, Math.min(this.sizes.length - 1, wanted));
  }

  /**
   * Upload one rectangle straight from the whole array, without a copy.
   * @param {number} level
   * @param {Box} box in pixels of the level
   * @param {Uint8Array | Uint16Array} values of the whole level
   */
  upload(level, box, values) {
    const { gl } = this;
    const { columns } = this.sizes[level];
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1); // the default of 4 skews images of odd width
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, columns);
    const [width, height] = [box.column1 - box.column0, box.row1 - box.row0];
    const from = values.subarray(box.row0 * columns + box.column0);
    gl.texSubImage2D(gl.TEXTURE_2D, level, box.column0, box.row0, width, height, gl.RED_INTEGER, this.type, from);
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0);
  }

  dispose() {
    this.gl.deleteTexture(this.texture);
  }
}

const STRIP_BYTES = 2 ** 20;

/**
 * Upload a pyramid strip by strip, coarsest level first, so that something is to be seen at once and no single
 * call holds up the page. Each `next` uploads one strip and gives true when a level is complete: only then is
 * there something new to draw.
 * @param {LevelTexture} texture
 * @param {import("./pyramid.js").Level<Uint8Array | Uint16Array>[]} levels
 * @returns {Generator<boolean, void, void>}
 */
export function* uploadInStrips(texture, levels) {
  texture.finest = levels.length;
  for (let level = levels.length - 1; level >= 0; level--) {
    const { rows, columns, values } = levels[level];
    const stripRows = Math.max(1, Math.floor(STRIP_BYTES / (columns * values.BYTES_PER_ELEMENT)));
    for (let row0 = 0; row0 < rows; row0 += stripRows) {
      const row1 = Math.min(rows, row0 + stripRows);
      texture.upload(level, { row0, row1, column0: 0, column1: columns }, values);
      if (row1 === rows) texture.finest = level;
      yield row1 === rows;
    }
  }
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {number} type
 * @param {string} text
 * @returns {WebGLShader}
 */
function compile(gl, type, text) {
  const shader = /** @type {WebGLShader} */ (gl.createShader(type));
  gl.shaderSource(shader, text);
  gl.compileShader(shader);
  return shader;
}
