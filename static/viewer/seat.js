/**
 * One image of the exam in the reading room: its panel, its labels where she reads it, and a tool of each kind.
 */

import { readAnnotation } from "./api.js";
import { ImagePanel } from "./image_panel.js";
import { Reading } from "./reading.js";

/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./room.js").ImageFacts} ImageFacts */
/** @typedef {import("./room.js").ToolSpec} ToolSpec */
/** @typedef {import("./tools/tool.js").Tool} Tool */
/** @typedef {import("./label_editor.js").LabelEditor} LabelEditor */
/**
 * @typedef {object} Bench what tools work with
 * @property {Room} room
 * @property {Seat} seat
 * @property {ImagePanel} panel
 * @property {LabelEditor} editor
 * @property {import("./tools/brush_size.js").BrushSize} size
 */

/** Made for every image; the image itself is fetched when it is first shown. */
export class Seat {
  /** @type {Reading | null} null before it is open, and where the image is only looked at */
  reading = null;
  /** True once image and labels are shown. */
  isOpen = false;
  /** @type {Map<string, Tool>} */
  #tools = new Map();
  /** @type {Promise<void> | null} */
  #opening = null;

  /**
   * @param {Room} room
   * @param {ImageFacts} image
   * @param {HTMLElement} element an empty box
   */
  constructor(room, image, element) {
    this.room = room;
    this.image = image;
    this.element = element;
    this.panel = new ImagePanel(element);
  }

  /** @returns {LabelEditor | null} */
  get editor() {
    return this.reading?.editor ?? null;
  }

  get isReadOnly() {
    return this.reading?.isReadOnly ?? true;
  }

  /** False where nothing may be drawn, and while the graphics card shows nothing: nobody draws on what she does not see. */
  get canDraw() {
    return !this.isReadOnly && !this.panel.renderer.gl.isContextLost();
  }

  /** @returns {Bench} its editor is there for tools that draw; these are made only where there is one */
  get bench() {
    const editor = /** @type {LabelEditor} */ (this.editor);
    return { room: this.room, seat: this, panel: this.panel, editor, size: this.room.size };
  }

  /** @returns {Promise<void>} when image and labels are shown; a second call waits for the first */
  open() {
    this.#opening ??= this.#open().catch((error) => {
      this.#opening = null; // it may be tried again
      throw error;
    });
    return this.#opening;
  }

  /**
   * Put a tool in the reader's hand; one that draws is none where nothing may be drawn.
   * @param {ToolSpec} spec
   */
  choose(spec) {
    const { input } = this.panel;
    input.choose(this.toolOf(spec) ?? input.pan);
  }

  /**
   * @param {ToolSpec} spec
   * @returns {Tool | null}
   */
  toolOf(spec) {
    if (spec.isDrawing && !this.canDraw) return null;
    const tool = this.#tools.get(spec.name) ?? spec.make(this.bench);
    this.#tools.set(spec.name, tool);
    return tool;
  }

  async #open() {
    const { panel, image, room } = this;
    const [annotation] = await Promise.all([
      image.annotation ? readAnnotation(image.annotation) : null,
      panel.open(image.mammogram),
    ]);
    const pixels = panel.loadPixels();
    pixels.catch(() => {}); // awaited below
    if (annotation) {
      this.reading = new Reading(panel, annotation);
      this.reading.addEventListener("notice", (event) => room.say(/** @type {CustomEvent} */ (event).detail));
      await this.reading.start(image.is_read_only);
    }
    room.dispatchEvent(new CustomEvent("labels", { detail: this }));
    await pixels;
    this.isOpen = true;
    room.dispatchEvent(new CustomEvent("open", { detail: this }));
  }
}
