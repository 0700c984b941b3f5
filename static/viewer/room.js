/**
 * The reading room: the images of an exam, each in its seat, and what tools and keys work on. Features (see
 * features/) bring tools, actions and panels; the room joins them and knows none of them.
 */

import { Actions } from "./actions.js";
import { Seat } from "./seat.js";
import { BrushSize } from "./tools/brush_size.js";
import { Notice, showMessage } from "./ui/message.js";

/** @typedef {import("./seat.js").Bench} Bench */
/** @typedef {import("./tools/tool.js").Tool} Tool */
/**
 * @typedef {object} ImageFacts what the server tells of an image of the exam
 * @property {string} mammogram
 * @property {string | null} annotation the reader's, or the one looked at; null: the image alone
 * @property {string} view as read on film: RMLO
 * @property {string} laterality
 * @property {string} view_position
 * @property {import("./caption.js").HangingFacts} hanging
 * @property {boolean} is_read_only
 * @property {boolean} is_submitted
 */
/**
 * @typedef {object} RoomFacts
 * @property {{pseudonym: string}} reader
 * @property {import("./labels.js").LabelName[]} labels that the campaign asks for
 * @property {{study: string, patient: string, can_state_view: boolean, assignment: string | null, held_assignment: string | null}} exam
 * @property {ImageFacts[]} images in hanging order
 * @property {import("./features/priors.js").PriorExam[]} priors earlier exams of the patient, to be looked at only
 * @property {string[]} checks of the campaign that are on
 * @property {Record<string, any>} settings
 */
/**
 * @typedef {object} ToolSpec
 * @property {string} name
 * @property {string} title
 * @property {string[]} keys
 * @property {string} icon symbol of templates/viewer_icons.html, without "icon-"
 * @property {"draw" | "look"} group
 * @property {boolean} isDrawing
 * @property {(bench: Bench) => Tool} make one for each seat; where nothing may be drawn, `bench.editor` may be missing
 */

/**
 * Events: "labels" (detail seat: its labels are shown, the image may still come), "open" (detail seat: image and
 * labels are shown), "active" (detail seat), "tool", "layout", "hung" (detail seat:
 * breast or view were stated), "exam-answers" (they can be given).
 */
export class Room extends EventTarget {
  /** @type {Map<string, ToolSpec>} */
  #specs = new Map();
  /** @type {Notice} */
  #notice;
  actions = new Actions();
  size = new BrushSize();
  /** @type {((seat: Seat) => Promise<string>)[]} asked in turn before a submission: why not, "" for go on */
  beforeSubmit = [];
  /** @type {((seat: Seat) => string)[]} asked before a submission, too; these are said once, and a second one goes on */
  doubts = [];
  /** @type {import("./exam_answers.js").ExamAnswers | null} null before they can be given, and where nothing is asked */
  examAnswers = null;
  /** Name of the tool chosen now, the same in all seats. */
  tool = "pan";

  /**
   * @param {HTMLElement} root
   * @param {RoomFacts} facts
   * @param {(image: ImageFacts) => HTMLElement} boxFor makes the box of an image on the page
   */
  constructor(root, facts, boxFor) {
    super();
    this.root = root;
    this.facts = facts;
    this.seats = facts.images.map((image) => new Seat(this, image, boxFor(image)));
    this.active = this.seats[0];
    this.#notice = new Notice(root);
    for (const seat of this.seats) this.#listen(seat);
    this.addEventListener("labels", (event) => this.#prepare(/** @type {CustomEvent} */ (event).detail));
  }

  /** @returns {ToolSpec[]} in the order they came */
  get tools() {
    return [...this.#specs.values()];
  }

  /** @returns {(import("./saver.js").Saver | import("./exam_answers.js").ExamAnswers)[]} all that is on its way to the server */
  get savers() {
    return [...this.seats.flatMap(({ reading }) => reading?.saver ?? []), this.examAnswers ?? []].flat();
  }

  /** @param {string} mammogram @returns {Seat} */
  seatOf(mammogram) {
    const seat = this.seats.find(({ image }) => image.mammogram === mammogram);
    if (!seat) throw new RangeError(`No image ${mammogram} hangs here.`);
    return seat;
  }

  /**
   * Make tools and keys work on an image; it is fetched if it was not shown before.
   * @param {Seat} seat
   */
  async activate(seat) {
    if (seat !== this.active) this.active.panel.input.tool.leave();
    this.active = seat;
    this.#settle();
    this.dispatchEvent(new CustomEvent("active", { detail: seat }));
    await seat.open();
  }

  /** @param {ToolSpec} spec */
  addTool(spec) {
    this.#specs.set(spec.name, spec);
    const { name, title, keys, group, isDrawing } = spec;
    this.actions.add({ name, title, keys, group, isDrawing, run: () => this.choose(name) });
  }

  /** @param {string} name of a tool */
  choose(name) {
    const spec = this.#specs.get(name);
    if (!spec) throw new RangeError(`There is no tool named ${name}.`);
    this.tool = name;
    for (const seat of this.seats) seat.choose(spec);
    this.dispatchEvent(new Event("tool"));
  }

  /**
   * Keep a part of the page in step with the active image: `show` is called now, whenever another image becomes
   * active or gets its labels, and on each event of what `pick` gives.
   * @param {(seat: Seat) => EventTarget | null} pick
   * @param {string} type
   * @param {(seat: Seat) => void} show
   */
  watch(pick, type, show) {
    /** @type {EventTarget | null} */
    let watched = null;
    const onEvent = () => show(this.active);
    const follow = () => {
      watched?.removeEventListener(type, onEvent);
      watched = pick(this.active);
      watched?.addEventListener(type, onEvent);
      show(this.active);
    };
    this.addEventListener("active", follow);
    this.addEventListener("labels", (event) => {
      if (/** @type {CustomEvent} */ (event).detail === this.active) follow();
    });
    follow();
  }

  /** @param {string} text of trouble: it stays over the image until it is closed; "" takes it away */
  say(text) {
    showMessage(this.root, text);
  }

  /** @param {string} text of information: it passes by itself; "" takes it away at once */
  tell(text) {
    this.#notice.show(text);
  }

  /** @param {Seat} seat */
  #listen(seat) {
    const { panel } = seat;
    panel.addEventListener("trouble", (event) => this.say(/** @type {CustomEvent} */ (event).detail));
    const activate = () => {
      if (seat !== this.active) this.activate(seat).catch((error) => this.say(error.message));
    };
    panel.element.addEventListener("pointerdown", activate, { capture: true }); // before the tool gets it
    panel.element.addEventListener("focusin", activate);
  }

  /**
   * Put the tool chosen in the reader's hand, or none where nothing can be drawn now.
   * @param {Seat} seat
   */
  equip(seat) {
    if (seat === this.active) this.#settle();
    const spec = this.#specs.get(this.tool);
    if (spec) seat.choose(spec);
    this.dispatchEvent(new Event("tool"));
  }

  /** @param {Seat} seat that got its labels */
  #prepare(seat) {
    seat.reading?.addEventListener("state", () => this.equip(seat));
    this.equip(seat);
  }

  /** What is off and how large the brush is depends on the active image. */
  #settle() {
    this.actions.isDrawingOff = !this.active.canDraw;
    this.size.setSpacing(this.active.panel.mammogram?.length_spacing_mm ?? null);
  }
}
