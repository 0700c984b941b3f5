/**
 * A line that is being followed: what is fixed, and the way from the last anchor to the pointer, asked for again as
 * the pointer moves. Knows no DOM.
 */

/** @typedef {import("../geometry.js").Point} Point */
/** @typedef {import("./trace.js").TracePoint} TracePoint */
/** @typedef {{to: (point: Point) => Promise<TracePoint[]>}} Ways those from one anchor */

/** From its first anchor until it is drawn or dropped. */
export class Draft {
  /** @type {{anchor: Point, ways: Ways, points: TracePoint[]}[]} the last one moves with the pointer */
  #parts = [];
  /** @type {Point | null} where the pointer went since the last question */
  #target = null;
  #isAsking = false;
  #isMoved = false;

  /**
   * @param {(anchor: Point) => Ways} waysFrom
   * @param {Point} anchor image px
   * @param {() => void} onChange
   */
  constructor(waysFrom, anchor, onChange) {
    this.waysFrom = waysFrom;
    this.onChange = onChange;
    this.#add(anchor);
  }

  /** @returns {Point[]} image px, where the reader clicked */
  get anchors() {
    return this.#parts.map(({ anchor }) => anchor);
  }

  /** @returns {TracePoint[]} all of it */
  get points() {
    return this.#parts.flatMap(({ points }) => points);
  }

  /** @returns {TracePoint[]} up to the last anchor */
  get fixed() {
    return this.#parts.slice(0, -1).flatMap(({ points }) => points);
  }

  /** True until the pointer moved. */
  get isNew() {
    return this.#parts.length === 1 && !this.#isMoved;
  }

  /** @param {Point} point image px: show the way to there as soon as it is known */
  moveTo(point) {
    this.#target = point;
    this.#isMoved = true;
    if (!this.#isAsking) this.#askOn();
  }

  /** @param {Point} point image px that the line shall pass through */
  fix(point) {
    this.#target = null;
    this.#ask(point).catch(() => {}); // the part stays as it was shown
    this.#add(point);
    this.onChange();
  }

  /** @returns {boolean} false where the first anchor would go, too */
  takeBack() {
    if (this.#parts.length === 1) return false;
    this.#parts.pop();
    return true;
  }

  /**
   * @param {Point} point image px
   * @returns {Promise<TracePoint[]>} all of it, up to this point
   */
  async finish(point) {
    this.#target = null;
    await this.#ask(point);
    return this.points;
  }

  /** @param {Point} anchor */
  #add(anchor) {
    this.#parts.push({ anchor, ways: this.waysFrom(anchor), points: [] });
  }

  /** One question at a time, always for the newest place. */
  async #askOn() {
    this.#isAsking = true;
    try {
      while (this.#target) {
        const target = this.#target;
        this.#target = null;
        await this.#ask(target);
        this.onChange();
      }
    } catch {
      // The click that ends the line asks again, and says so if it fails.
    } finally {
      this.#isAsking = false;
    }
  }

  /** @param {Point} point */
  async #ask(point) {
    const part = this.#parts[this.#parts.length - 1];
    part.points = await part.ways.to(point);
  }
}
