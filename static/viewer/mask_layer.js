/**
 * Up to four labels over the image, each with colour, fill, outline and hatch. The reduced copies hold every
 * label of the pixels below them, so a label one pixel wide is seen at any zoom.
 */

import { LevelTexture, Program } from "./gl.js";
import { PLANES } from "./label_planes.js";

/** @typedef {import("./label_planes.js").LabelPlanes} LabelPlanes */
/** @typedef {[number, number, number]} Rgb 0 to 1 each */
/** @typedef {"none" | "solid" | "dashed" | "dotted" | "beaded"} Outline */
/** @typedef {{colour: Rgb, opacity: number, outline: Outline, hatch: boolean, visible: boolean}} PlaneStyle */

const OUTLINES = ["none", "solid", "dashed", "dotted", "beaded"];

// Patterns are measured in canvas px from the image's corner, so they do not swim when the image is moved.
const FRAGMENT_SHADER = `
uniform usampler2D u_labels;
uniform uint u_visible;       // bits of the labels to draw
uniform vec4 u_fill[${PLANES}];      // colour, opacity
uniform int u_outline[${PLANES}];    // 0 none, 1 solid, 2 dashed, 3 dotted, 4 beaded
uniform bool u_hatch[${PLANES}];
uniform float u_line;         // canvas px

uint labels_at(vec2 point) {
  if (is_outside(point)) return 0u;
  ivec2 first, last;
  texels_below(point, textureSize(u_labels, u_level), first, last);
  uint bits = 0u;
  for (int y = first.y; y <= last.y; y++) {
    for (int x = first.x; x <= last.x; x++) bits |= texelFetch(u_labels, ivec2(x, y), u_level).r;
  }
  return bits & u_visible;
}

float outline_alpha(int kind, vec2 at) {
  float along = at.x + at.y;
  if (kind == 2) return mod(along, 12.0) < 7.0 ? 1.0 : 0.0;
  if (kind == 3) return mod(along, 5.0) < 2.5 ? 1.0 : 0.0;
  if (kind == 4) return mod(along, 10.0) < 5.0 || mod(along + 1.5, 10.0) > 7.5 ? 1.0 : 0.15;
  return float(kind);
}

void main() {
  vec2 point = image_point();
  uint bits = labels_at(point);
  if (bits == 0u) discard;
  vec2 step = vec2(u_line / u_scale, 0);
  uint inner = labels_at(point + step) & labels_at(point - step) & labels_at(point + step.yx) & labels_at(point - step.yx);
  vec2 at = point * u_scale;
  bool on_hatch = mod(at.x + at.y, 9.0) < 1.5 || mod(at.x - at.y, 9.0) < 1.5;
  vec4 sum = vec4(0);
  for (int plane = 0; plane < ${PLANES}; plane++) {
    uint bit = 1u << plane;
    if ((bits & bit) == 0u) continue;
    float alpha = u_fill[plane].a;
    if (u_hatch[plane] && on_hatch) alpha = max(alpha, 0.85);
    if ((inner & bit) == 0u) alpha = max(alpha, outline_alpha(u_outline[plane], at));
    sum = vec4(u_fill[plane].rgb * alpha, alpha) + sum * (1.0 - alpha);
  }
  o_colour = sum;
}`;

/** Draws the labels. Changes are uploaded tile by tile; see `upload`. */
export class MaskLayer {
  /** @type {LevelTexture | null} */
  #texture = null;
  /** @type {LabelPlanes | null} */
  #planes = null;
  /** @type {PlaneStyle[]} */
  styles = Array.from({ length: PLANES }, () => ({
    colour: [1, 1, 1],
    opacity: 0.4,
    outline: "solid",
    hatch: false,
    visible: true,
  }));
  linePx = 1;

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.gl = gl;
    this.program = new Program(gl, FRAGMENT_SHADER);
  }

  /** Start anew after the graphics card lost everything. */
  restore() {
    this.program = new Program(this.gl, FRAGMENT_SHADER);
    this.#texture = null;
    if (this.#planes) {
      this.#planes.markAll();
      this.setPlanes(this.#planes);
    }
  }

  /** @param {LabelPlanes} planes */
  setPlanes(planes) {
    this.#texture?.dispose();
    this.#planes = planes;
    this.#texture = null;
    if (this.gl.isContextLost()) return; // `restore` makes it
    this.#texture = new LevelTexture(this.gl, planes.levels, 8); // a new texture holds zeros: no label
  }

  get isUploading() {
    return this.#planes?.hasDirty ?? false;
  }

  /**
   * Upload one more changed tile.
   * @returns {import("./runs.js").Box | null} where it lies, image px
   */
  upload() {
    const boxes = this.#planes?.takeDirty() ?? null;
    boxes?.forEach((box, level) => {
      const { values } = /** @type {LabelPlanes} */ (this.#planes).levels[level];
      this.#texture?.upload(level, box, values);
    });
    return boxes && boxes[0];
  }

  /**
   * @param {import("./gl.js").View} view
   * @param {import("./gl.js").Size} canvas
   */
  draw(view, canvas) {
    const { gl, program, styles } = this;
    const visible = styles.reduce((bits, style, plane) => bits | (style.visible ? 1 << plane : 0), 0);
    if (!this.#texture || !visible) return;
    program.use(view, canvas, this.#texture);
    gl.uniform1ui(program.at("u_visible"), visible);
    gl.uniform4fv(program.at("u_fill"), styles.flatMap((style) => [...style.colour, style.opacity]));
    gl.uniform1iv(program.at("u_outline"), styles.map((style) => OUTLINES.indexOf(style.outline)));
    gl.uniform1iv(program.at("u_hatch"), styles.map((style) => Number(style.hatch)));
    gl.uniform1f(program.at("u_line"), this.linePx);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}
