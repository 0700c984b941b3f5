/**
 * What of the breast was seen at 1:1 or larger: counted, said in words, shown as hatching, and, where the campaign
 * asks for it, a bar to submission with a way to the next place.
 */

import { CoverageGrid, nextUnseen, shareSeen } from "../coverage_grid.js";
import { CoverageMeter, partAtOneToOne } from "../coverage_meter.js";
import { Outbox } from "../outbox.js";
import { part } from "../page_elements.js";
import { readCoverage, readTime, sendCoverage } from "../reading_api.js";
import { shareWords, timeWords } from "../reading_words.js";
import { UnseenLayer } from "../ui/unseen_layer.js";
import { uuid7 } from "../uuid.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */

const LOOK_EVERY_MS = 250;
const SEND_EVERY_MS = 3000;

/** @param {Room} room */
export function install(room) {
  const rail = new CoverageRail(room);
  const { actions } = room;
  actions.add({ name: "unseen", title: "What was not seen at 1:1", keys: ["shift+v"], group: "look", run: () => rail.toggle() });
  actions.add({ name: "next-unseen", title: "Next place not seen at 1:1", keys: ["shift+j"], group: "look", run: () => rail.goOn() });
  room.beforeSubmit.push((seat) => rail.check(seat));
}

/** The counting of one image. */
class SeatCoverage {
  /**
   * @param {Seat} seat open
   * @param {string} annotation
   * @param {import("../reading_api.js").CoverageReport} report
   */
  constructor(seat, annotation, report) {
    const { rows, columns } = seat.panel.planes;
    this.seat = seat;
    this.required = report.share_required;
    this.breast = new CoverageGrid(rows, columns, report.cell_px, report.breast);
    this.seen = new CoverageGrid(rows, columns, report.cell_px, report.seen);
    this.fresh = new CoverageGrid(rows, columns, report.cell_px);
    this.hasFresh = false;
    this.meter = new CoverageMeter(this.seen);
    /** @type {Outbox<{id: string, cells: string}>} */
    this.outbox = new Outbox((records) => sendCoverage(annotation, records));
    this.layer = new UnseenLayer(seat.panel, this.breast, this.seen);
  }

  get share() {
    return shareSeen(this.breast, this.seen);
  }

  get isEnough() {
    return this.required === null || this.share >= this.required;
  }

  /** @param {number} nowMs @returns {boolean} true if more was seen */
  look(nowMs) {
    if (this.seat.isReadOnly) return false;
    const cells = this.meter.look(partInSight(this.seat), nowMs);
    for (const cell of cells) this.fresh.set(cell);
    this.hasFresh ||= cells.length > 0;
    return cells.length > 0;
  }

  /** @returns {Promise<void>} */
  flush() {
    if (this.hasFresh) this.outbox.add({ id: uuid7(), cells: this.fresh.encode() });
    this.hasFresh = false;
    this.fresh.clear();
    return this.outbox.flush();
  }
}

class CoverageRail {
  /** @type {Map<Seat, SeatCoverage>} */
  #coverages = new Map();
  #isShown = false;

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.section = /** @type {HTMLDetailsElement} */ (part(room.root, "coverage"));
    room.addEventListener("open", (event) => this.#take(/** @type {CustomEvent} */ (event).detail));
    room.addEventListener("active", () => this.#show());
    this.section.addEventListener("toggle", () => this.#showTime());
    setInterval(() => this.#look(), LOOK_EVERY_MS);
    setInterval(() => this.#flush(), SEND_EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#flush();
    });
    this.#show();
  }

  /** Show or hide the hatching on all images. */
  toggle(isShown = !this.#isShown) {
    this.#isShown = isShown;
    for (const { layer } of this.#coverages.values()) layer.show(isShown);
    part(this.section, "unseen-shown").setAttribute("aria-pressed", String(isShown));
    if (isShown) this.section.open = true;
  }

  /** Bring the next place that was not seen into sight, at 1:1. */
  goOn() {
    const coverage = this.#coverages.get(this.room.active);
    if (!coverage) return;
    const { viewport } = this.room.active.panel;
    const at = nextUnseen(coverage.breast, coverage.seen, sizeAtOneToOne(this.room.active), viewport.centre);
    if (at) this.room.active.panel.oneToOne(at);
    else this.room.tell("All of this breast was seen at 1:1.");
  }

  /**
   * @param {Seat} seat about to be submitted
   * @returns {Promise<string>} why it cannot be; "" where it can
   */
  async check(seat) {
    const coverage = this.#coverages.get(seat);
    if (!coverage) return "";
    await coverage.flush();
    if (coverage.isEnough) return "";
    this.toggle(true);
    return `${shareWords(coverage.share, coverage.required)} What is missing is hatched.`;
  }

  /** @param {Seat} seat */
  async #take(seat) {
    const { annotation } = seat.image;
    if (!annotation) return;
    try {
      const coverage = new SeatCoverage(seat, annotation, await readCoverage(annotation));
      coverage.layer.show(this.#isShown);
      this.#coverages.set(seat, coverage);
      if (coverage.required !== null) this.section.open = true;
    } catch (error) {
      // Without it the image can be read all the same; where it is asked for, the server says so at submission.
      this.room.say(`What was seen at 1:1 is not counted now. ${/** @type {Error} */ (error).message}`);
    }
    this.#show();
  }

  #look() {
    const now = performance.now();
    for (const coverage of this.#coverages.values()) {
      if (!coverage.look(now)) continue;
      coverage.layer.render();
      this.#show();
    }
  }

  #flush() {
    for (const coverage of this.#coverages.values()) coverage.flush();
  }

  #show() {
    const coverage = this.#coverages.get(this.room.active);
    part(this.section, "coverage-text").textContent = coverage
      ? shareWords(coverage.share, coverage.required)
      : "Not counted on this image.";
    for (const name of ["unseen-shown", "next-unseen"]) {
      /** @type {HTMLButtonElement} */ (part(this.section, name)).disabled = !coverage;
    }
    this.#showTime();
  }

  /** Asked for by opening the section, and never said by itself. */
  async #showTime() {
    const line = part(this.section, "time-text");
    const { annotation } = this.room.active.image;
    line.textContent = "";
    if (!this.section.open || !annotation) return;
    const time = await readTime(annotation).catch(() => null);
    if (time && annotation === this.room.active.image.annotation) line.textContent = timeWords(time.active_seconds);
  }
}

/**
 * @param {Seat} seat
 * @returns {import("../coverage_meter.js").Part | null} image px on the screen at 1:1 or larger
 */
function partInSight({ panel, element }) {
  if (document.hidden || !element.checkVisibility() || document.querySelector("dialog:modal")) return null;
  const box = panel.canvas.getBoundingClientRect();
  const toCanvas = panel.pixelRatio;
  return partAtOneToOne(panel.viewport.view, {
    left: Math.max(0, -box.left) * toCanvas,
    top: Math.max(0, -box.top) * toCanvas,
    right: (Math.min(box.right, innerWidth) - box.left) * toCanvas,
    bottom: (Math.min(box.bottom, innerHeight) - box.top) * toCanvas,
  });
}

/** @param {Seat} seat @returns {{width: number, height: number}} image px that its canvas shows at 1:1 */
function sizeAtOneToOne({ panel: { viewport } }) {
  const turned = viewport.view.axes && viewport.view.axes[0] === 0;
  const { width, height } = viewport.canvas;
  return turned ? { width: height, height: width } : { width, height };
}
