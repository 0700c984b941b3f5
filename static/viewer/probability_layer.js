/**
 * What a model proposes: all pixels whose probability reaches the cut-off, with a dashed outline. The cut-off is
 * compared in the shader, so that the slider costs one frame.
 */

import { PyramidLayer } from "./pyramid_layer.js";

const FRAGMENT_SHADER = `
uniform usampler2D u_probability;
uniform uint u_threshold;
uniform vec4 u_fill;          // colour, opacity
uniform float u_line;         // canvas px

bool is_proposed(vec2 point) {
  if (is_outside(point)) return false;
  ivec2 first, last;
  texels_below(point, textureSize(u_probability, u_level), first, last);
  for (int y = first.y; y <= last.y; y++) {
    for (int x = first.x; x <= last.x; x++) {
      if (texelFetch(u_probability, ivec2(x, y), u_level).r >= u_threshold) return true;
    }
  }
  return false;
}

void main() {
  vec2 point = image_point();
  if (!is_proposed(point)) discard;
  vec2 step = vec2(u_line / u_scale, 0);
  bool is_inner = is_proposed(point + step) && is_proposed(point - step)
    && is_proposed(point + step.yx) && is_proposed(point - step.yx);
  bool is_dash = mod((point.x + point.y) * u_scale, 10.0) < 6.0;
  float alpha = !is_inner && is_dash ? 1.0 : u_fill.a;
  o_colour = vec4(u_fill.rgb * alpha, alpha);
}`;

/** Draws the proposal of one inference run, or nothing. */
export class ProbabilityLayer extends PyramidLayer {
  visible = true;
  threshold = 128;
  opacity = 0.18;
  isOutlineOnly = false;
  linePx = 1;
  /** @type {import("./mask_layer.js").Rgb} */
  colour = [1, 1, 1];

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    super(gl, FRAGMENT_SHADER, 8);
  }

  /**
   * @param {import("./gl.js").View} view
   * @param {import("./gl.js").Size} canvas
   */
  draw(view, canvas) {
    const { gl, program, texture } = this;
    if (!this.visible || !texture) return;
    program.use(view, canvas, texture);
    gl.uniform1ui(program.at("u_threshold"), this.threshold);
    gl.uniform4f(program.at("u_fill"), ...this.colour, this.isOutlineOnly ? 0 : this.opacity);
    gl.uniform1f(program.at("u_line"), this.linePx);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}
