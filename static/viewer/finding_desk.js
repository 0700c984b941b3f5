/** What is at hand while findings are marked: the one selected, and how new ones are assessed. Knows no DOM. */

/** One for the room. Event "change". */
export class FindingDesk extends EventTarget {
  /** @type {import("./finding_shapes.js").Assessment} of findings to come */
  assessment = "unknown";
  /** @type {string | null} id */
  selected = null;

  /** @param {string | null} id */
  select(id) {
    this.selected = id;
    this.dispatchEvent(new Event("change"));
  }
}
