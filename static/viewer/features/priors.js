/**
 * An earlier image of the same view, beside the active one or blinking in its place, at the same zoom in mm. It is
 * only looked at: no label of it ever comes here, and no tool but moving works on it.
 */

import { captionOf, earlierText } from "../caption.js";
import { ImagePanel } from "../image_panel.js";
import { part, parts } from "../page_elements.js";
import { KnownViews, alignView, followWindow } from "../view_link.js";
import { captionBox } from "./hanging.js";
import { linkedOf } from "./linked_views.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {import("../caption.js").HangingFacts} HangingFacts */
/** @typedef {{mammogram: string, hanging: HangingFacts}} PriorImage */
/** @typedef {{study: string, days_before: number | null, images: PriorImage[]}} PriorExam */

const HELD_MS = 400; // longer than this is holding the key, not pressing it

/** @param {Room} room */
export function install(room) {
  const priors = new Priors(room);
  room.actions.add({ name: "prior-beside", title: "Earlier image beside this one", keys: ["shift+p"], group: "hang", run: () => priors.toggle("beside") });
  room.actions.add({ name: "prior-blink", title: "Earlier image in place of this one; hold, or press again", keys: ["shift+b"], group: "hang", run: () => priors.blink() });
}

/** Which earlier image is shown, and how. */
class Priors {
  /** @type {"" | "beside" | "blink"} */
  #how = "";
  #chosen = 0;
  /** @type {Map<Seat, PriorView>} */
  #views = new Map();
  #isRepeated = false;
  #shownAt = 0;

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    /** @type {PriorExam[]} the latest first */
    this.exams = room.facts.priors;
    this.rail = part(room.root, "priors");
    this.#offer();
    for (const type of ["active", "layout", "hung"]) room.addEventListener(type, () => this.#show());
    document.addEventListener("keydown", (event) => (this.#isRepeated = event.repeat), { capture: true });
    document.addEventListener("keyup", () => this.#release());
  }

  /** @param {"beside" | "blink"} how */
  toggle(how) {
    this.#how = this.#how === how ? "" : how;
    if (this.#how && !this.#find()) {
      this.#how = "";
      this.room.tell(this.exams.length ? `There is no earlier image of ${this.room.active.image.view} here.` : "No earlier exam of this patient is here.");
    }
    if (this.#how === "beside" && this.room.root.dataset.layout === "four") this.room.actions.run("four-views");
    this.#show();
  }

  blink() {
    if (this.#isRepeated) return; // the key is held
    this.toggle("blink");
    this.#shownAt = performance.now();
  }

  #release() {
    this.#isRepeated = false;
    if (this.#how === "blink" && this.#shownAt && performance.now() - this.#shownAt > HELD_MS) this.toggle("blink");
    this.#shownAt = 0;
  }

  /** @returns {PriorImage | null} of the chosen exam, in the view of the active image */
  #find() {
    const { laterality, view } = this.room.active.image.hanging;
    const same = (this.exams[this.#chosen]?.images ?? []).filter(
      ({ hanging }) => hanging.laterality === laterality && hanging.view === view && !hanging.question,
    );
    return same.find(({ hanging }) => hanging.place) ?? same[0] ?? null;
  }

  #show() {
    const seat = this.room.active;
    const image = this.#how ? this.#find() : null;
    for (const [owner, view] of this.#views) if (owner !== seat || !image) view.hide();
    seat.room.seats.forEach(({ element }) => element.toggleAttribute("data-beside", element === seat.element && image !== null && this.#how === "beside"));
    for (const button of parts(this.rail, "action")) {
      button.setAttribute("aria-pressed", String(image !== null && button.dataset.action === `prior-${this.#how}`));
    }
    if (!image || !this.#how) return;
    const view = this.#views.get(seat) ?? new PriorView(seat);
    this.#views.set(seat, view);
    view.show(image, this.exams[this.#chosen], this.#how).catch((error) => this.room.say(`The earlier image cannot be shown. ${error.message}`));
  }

  /** List the earlier exams; the latest is chosen. */
  #offer() {
    part(this.rail, "no-priors").hidden = this.exams.length > 0;
    part(this.rail, "prior-buttons").hidden = this.exams.length === 0;
    const choices = this.exams.map((exam, index) => {
      const label = document.createElement("label");
      const radio = document.createElement("input");
      Object.assign(radio, { type: "radio", name: "prior", value: String(index), checked: index === 0 });
      radio.addEventListener("change", () => {
        this.#chosen = index;
        this.#show();
      });
      const views = exam.images.map(({ hanging }) => hanging.name).join(" ");
      label.append(radio, ` ${capital(earlierText(exam.days_before))}: ${views}`);
      return label;
    });
    part(this.rail, "prior-list").replaceChildren(...choices);
  }
}

/** The earlier image that belongs to one seat. */
class PriorView {
  #mammogram = "";
  /** @type {import("../window_level.js").Windowing | null} of the seat, when it was last carried over */
  #windowing = null;
  #known = new KnownViews();
  /** @type {HangingFacts | null} */
  #hanging = null;

  /** @param {Seat} seat */
  constructor(seat) {
    this.seat = seat;
    this.element = document.createElement("div");
    this.element.className = "prior-image";
    this.element.setAttribute("role", "img");
    seat.element.after(this.element);
    this.panel = new ImagePanel(this.element);
    this.caption = document.createElement("p");
    this.element.append(this.caption);
    seat.panel.addEventListener("view", () => this.#follow(true));
    this.panel.addEventListener("view", () => this.#follow(false));
    seat.panel.addEventListener("window", () => this.#followWindow());
  }

  hide() {
    this.element.toggleAttribute("data-hidden", true);
  }

  /**
   * @param {PriorImage} image
   * @param {PriorExam} exam
   * @param {"beside" | "blink"} how
   */
  async show(image, exam, how) {
    this.element.toggleAttribute("data-hidden", false);
    this.element.dataset.how = how;
    this.element.style.gridArea = this.seat.element.style.gridArea;
    if (image.mammogram !== this.#mammogram) await this.#load(image, exam);
    this.#known.note(this.panel.viewport);
    this.#carry(linkedOf(this.seat), this.#linked);
  }

  /**
   * @param {PriorImage} image
   * @param {PriorExam} exam
   */
  async #load({ mammogram, hanging }, exam) {
    this.#mammogram = mammogram;
    this.#hanging = hanging;
    const earlier = earlierText(exam.days_before);
    const { name, words, notes } = captionOf(hanging);
    const caption = captionBox({ name: `Earlier ${name}`, words: capital(earlier), notes: [words, ...notes] }, hanging.laterality);
    this.caption.replaceWith(caption);
    this.caption = /** @type {HTMLParagraphElement} */ (caption);
    this.element.setAttribute("aria-label", `Mammogram ${hanging.name}, ${earlier}`);
    this.panel.viewport.turn(hanging.quarter_turns, hanging.mirrored);
    await this.panel.load(mammogram);
    this.#windowing = this.seat.panel.windowing;
  }

  get #isShown() {
    return !this.element.hasAttribute("data-hidden") && this.panel.presets.length > 0;
  }

  /** @returns {import("../view_link.js").Linked} */
  get #linked() {
    const spacingMm = this.panel.mammogram?.length_spacing_mm ?? null;
    return { viewport: this.panel.viewport, laterality: this.#hanging?.laterality ?? "", spacingMm };
  }

  /** @param {boolean} isSeat whose view has changed; the earlier image leads only while the pointer is on it */
  #follow(isSeat) {
    const moved = isSeat ? this.seat.panel : this.panel;
    if (!this.#known.isNews(moved.viewport) || !this.#isShown) return;
    if (isSeat) this.#carry(linkedOf(this.seat), this.#linked);
    else if (this.element.matches(":hover")) this.#carry(this.#linked, linkedOf(this.seat));
  }

  /**
   * @param {import("../view_link.js").Linked} from
   * @param {import("../view_link.js").Linked} to
   */
  #carry(from, to) {
    alignView(from, to);
    const panel = to.viewport === this.panel.viewport ? this.panel : this.seat.panel;
    if (this.#known.isNews(to.viewport)) panel.renderer.request();
  }

  #followWindow() {
    const { panel: now } = this.seat;
    if (!this.#isShown || !this.#windowing) return;
    const change = { before: this.#windowing, after: now.windowing, presets: now.presets };
    this.#windowing = now.windowing;
    this.panel.setWindowing(followWindow(change, this.panel));
  }
}

/** @param {string} text @returns {string} */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
