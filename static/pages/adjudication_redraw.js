/** Drawing a segment anew, in place: a brush and an eraser over the picture, on what the readers drew together. */

import { fromBase64, toCompactBase64 } from "../viewer/codec.js";
import { tokenColour } from "../viewer/colours.js";
import { capsule } from "../viewer/drawing.js";
import { PLANES } from "../viewer/label_planes.js";
import { Runs, xor } from "../viewer/runs.js";
import { Stroke } from "../viewer/stroke.js";
import { BrushSize } from "../viewer/tools/brush_size.js";
import { Tool } from "../viewer/tools/tool.js";

/** @typedef {import("./adjudication_queue.js").Segment} Segment */
/** @typedef {import("../viewer/geometry.js").Point} Point */

const PLANE = 0;

/** Brush and eraser of one drawing. */
export class RedrawTool extends Tool {
  name = "brush";
  /** @type {"set" | "clear"} */
  how = "set";
  size = new BrushSize();
  /** @type {Stroke | null} */
  #stroke = null;
  /** @type {Point} image px of the crop */
  #last = { x: 0, y: 0 };
  /** @type {Runs[]} */
  #patches = [];
  /** @type {Runs | null} what there is now, px of the crop */
  #mask = null;
  /** @type {Segment | null} */
  #segment = null;

  /** @param {import("../viewer/image_panel.js").ImagePanel} panel */
  constructor(panel) {
    super();
    this.panel = panel;
    // The graphics card looks at no label while there is none: outlines lie above the picture.
    for (let plane = 0; plane < PLANES; plane++) panel.setStyle(plane, { visible: false });
    this.size.addEventListener("change", () => this.leave());
  }

  /** @param {Segment} segment whose crop the panel shows */
  begin(segment) {
    this.#segment = segment;
    this.#patches = [];
    this.how = "set";
    this.size.setSpacing(this.panel.mammogram?.pixel_spacing_mm ?? null);
    this.panel.setStyle(PLANE, { colour: tokenColour("--label-piece"), opacity: 0.25, outline: "solid", visible: true });
    this.#mask = shifted(fromBase64(segment.runs), segment.crop, -1);
    this.panel.setMask(PLANE, this.#mask);
    this.panel.input.choose(this);
  }

  end() {
    this.panel.setStyle(PLANE, { visible: false });
    this.panel.input.choose(this.panel.input.pan);
    this.#segment = null;
  }

  get isDrawing() {
    return this.#segment !== null;
  }

  /** @returns {string} what is drawn, on the grid of the whole image, as base64; empty where nothing is */
  get runs() {
    if (!this.#segment || !this.#mask || this.#mask.isEmpty) return "";
    return toCompactBase64(shifted(this.#mask, this.#segment.crop, 1, this.#segment));
  }

  /** Take the last stroke back. */
  undo() {
    const patch = this.#patches.pop();
    if (patch) this.#setMask(xor(/** @type {Runs} */ (this.#mask), patch));
  }

  /** @param {Runs} mask */
  #setMask(mask) {
    this.#mask = mask;
    this.panel.setMask(PLANE, mask);
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.#stroke = new Stroke(this.panel.planes, PLANE);
    this.#last = this.panel.imagePointOf(event);
    this.#paintTo(event);
  }

  /** @param {PointerEvent[]} events */
  drag(events) {
    for (const event of events) this.#paintTo(event);
    this.hover(events[events.length - 1]);
  }

  /** @param {PointerEvent} _event */
  up(_event) {
    const patch = this.#stroke?.finish();
    this.#stroke = null;
    if (!patch || patch.isEmpty) return;
    const mask = xor(/** @type {Runs} */ (this.#mask), patch);
    this.panel.planes.apply(PLANE, patch, "flip"); // setMask paints it once more
    this.#patches.push(patch);
    this.#setMask(mask);
  }

  cancel() {
    const patch = this.#stroke?.finish();
    this.#stroke = null;
    if (patch) this.panel.planes.apply(PLANE, patch, "flip");
    this.panel.renderer.requestLabels();
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const centre = this.panel.imagePointOf(event);
    this.panel.overlay.setCursor({ centre, radiusPx: this.size.radiusPx, text: this.size.text, kind: this.how === "set" ? "brush" : "eraser" });
  }

  leave() {
    this.panel.overlay.setCursor(null);
  }

  putAway() {
    this.leave();
  }

  /** @param {PointerEvent} event */
  #paintTo(event) {
    const point = this.panel.imagePointOf(event);
    const { rows, columns } = this.panel.planes;
    this.#stroke?.paint(capsule(rows, columns, this.#last, point, this.size.radiusPx), this.how);
    this.panel.renderer.requestLabels();
    this.#last = point;
  }
}

/**
 * @param {Runs} mask
 * @param {import("./adjudication_queue.js").Sides} crop
 * @param {1 | -1} sign 1: from the crop to the whole image; -1: the other way
 * @param {{rows: number, columns: number}} [size] of the whole image, on the way to it
 * @returns {Runs}
 */
function shifted({ runs }, [row0, column0, row1, column1], sign, size) {
  const { rows, columns } = size ?? { rows: row1 - row0, columns: column1 - column0 };
  const moved = runs.map((value, i) => value + sign * (i % 3 === 0 ? row0 : column0));
  return new Runs(rows, columns, moved);
}
