/**
 * What a tool may answer to. A tool overrides what it needs; pointers are those of the main button.
 */
export class Tool {
  /** Stable name; the page's style sheet chooses the pointer by it. */
  name = "tool";

  /** @param {PointerEvent} _event the button went down */
  down(_event) {}

  /** @param {PointerEvent[]} _events every position since the last call, the button held */
  drag(_events) {}

  /** @param {PointerEvent} _event the button went up */
  up(_event) {}

  /** @param {PointerEvent} _event the pointer moved without a button */
  hover(_event) {}

  /** The pointer left the image. */
  leave() {}

  /** The gesture was not meant for the tool (a second finger holds the image): undo its beginning. */
  cancel() {}

  /** The gesture was cut short (by the browser): keep what is drawn so far, where that means something. */
  finish() {
    this.cancel();
  }

  /** Another tool was chosen. */
  putAway() {}

  /**
   * @param {1 | -1} _by larger or smaller
   * @returns {boolean} true if the tool has a size of its own; else the brush changes
   */
  resize(_by) {
    return false;
  }

  /**
   * @param {KeyboardEvent} _event
   * @returns {boolean} true if the tool used the key
   */
  key(_event) {
    return false;
  }
}
