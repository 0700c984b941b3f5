/**
 * A map over the image: a number for each place, from a measurement or a classifier, painted with one colour
 * scale. A pixel of the map covers a square of the image's pixels. Level 0 means that there is no number.
 */

import { PyramidLayer } from "./pyramid_layer.js";

/** @typedef {import("./mask_layer.js").Rgb} Rgb */
/** @typedef {{stepPx: number, rows: number, columns: number, firstLevel: number}} MapPlace of the image, and the
 * smallest level that is painted */

export const STOPS = 5; // of the colour scale

// Smooth between places where the map is enlarged; where it is reduced the largest value below a pixel is shown,
// so that nothing small vanishes.
const FRAGMENT_SHADER = `
uniform usampler2D u_map;
uniform vec3 u_stops[${STOPS}]; // colours from the smallest to the largest value
uniform uint u_first;           // smallest level that is painted
uniform float u_opacity;

float level_at(ivec2 texel, ivec2 size) {
  return float(texelFetch(u_map, clamp(texel, ivec2(0), size - 1), u_level).r);
}

float value_at(vec2 point) {
  ivec2 size = textureSize(u_map, u_level);
  if (u_scale < 1.0) {
    ivec2 first, last;
    texels_below(point, size, first, last);
    float largest = 0.0;
    for (int y = first.y; y <= last.y; y++) {
      for (int x = first.x; x <= last.x; x++) largest = max(largest, level_at(ivec2(x, y), size));
    }
    return largest;
  }
  vec2 at = point - 0.5;
  ivec2 texel = ivec2(floor(at));
  vec2 part = at - floor(at);
  vec4 around = vec4(
    level_at(texel, size), level_at(texel + ivec2(1, 0), size),
    level_at(texel + ivec2(0, 1), size), level_at(texel + ivec2(1, 1), size)
  );
  if (any(equal(around, vec4(0)))) return level_at(ivec2(floor(point)), size);
  return mix(mix(around.x, around.y, part.x), mix(around.z, around.w, part.x), part.y);
}

void main() {
  vec2 point = image_point();
  float level = is_outside(point) ? 0.0 : value_at(point);
  if (level < float(u_first)) discard;
  float at = (level - 1.0) / 254.0 * float(${STOPS - 1});
  int stop = min(int(at), ${STOPS - 2});
  o_colour = vec4(mix(u_stops[stop], u_stops[stop + 1], at - float(stop)) * u_opacity, u_opacity);
}`;

/** Draws one map, or nothing. */
export class MapLayer extends PyramidLayer {
  /** @type {MapPlace} */
  place = { stepPx: 1, rows: 1, columns: 1, firstLevel: 1 };
  /** @type {Rgb[]} */
  stops = Array.from({ length: STOPS }, () => [1, 1, 1]);
  opacity = 0.5;

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    super(gl, FRAGMENT_SHADER, 8);
  }

  /**
   * @param {import("./gl.js").View} view
   * @param {import("./gl.js").Size} canvas
   */
  draw(view, canvas) {
    const { gl, program, texture, place } = this;
    if (!texture) return;
    const step = place.stepPx;
    // The map is an image with larger pixels.
    program.use({ ...view, scale: view.scale * step, x: view.x / step, y: view.y / step }, canvas, texture);
    gl.uniform2f(program.at("u_image_size"), place.columns / step, place.rows / step);
    gl.uniform3fv(program.at("u_stops"), this.stops.flat());
    gl.uniform1ui(program.at("u_first"), place.firstLevel);
    gl.uniform1f(program.at("u_opacity"), this.opacity);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}
