/** Comments pinned to a place of the image: written at the pointer, found again in the same view. */

import { goTo, placeOf } from "../comment_view.js";
import { callWords } from "../comment_words.js";
import { part } from "../page_elements.js";
import { addCommentEvent, readComments, writeComment } from "../reading_api.js";
import { commentItems } from "../ui/comment_list.js";
import { CommentPins } from "../ui/comment_pins.js";
import { uuid7 } from "../uuid.js";

/** @typedef {import("../room.js").Room} Room */
/** @typedef {import("../seat.js").Seat} Seat */
/** @typedef {import("../reading_api.js").Comment} Comment */
/** @typedef {{seat: Seat, id: string, place: import("../reading_api.js").CommentPlace}} Draft */

/** @param {Room} room */
export function install(room) {
  const rail = new CommentsRail(room);
  room.actions.add({ name: "comment", title: "Comment at the pointer", keys: ["shift+c"], group: "page", run: () => rail.begin() });
}

class CommentsRail {
  /** @type {Map<Seat, {comments: Comment[], people: string[], pins: CommentPins}>} */
  #shown = new Map();
  /** @type {Draft | null} not sent yet */
  #draft = null;
  /** @type {{x: number, y: number} | null} image px under the pointer */
  #pointer = null;
  /** Comment that the address of the page names, until it was gone to. */
  #wanted = new URLSearchParams(location.search).get("comment");

  /** @param {Room} room */
  constructor(room) {
    this.room = room;
    this.section = /** @type {HTMLDetailsElement} */ (part(room.root, "comments"));
    this.form = /** @type {HTMLFormElement} */ (part(this.section, "comment-form"));
    this.text = /** @type {HTMLTextAreaElement} */ (part(this.section, "comment-text"));
    room.addEventListener("open", (event) => {
      const seat = /** @type {Seat} */ (/** @type {CustomEvent} */ (event).detail);
      seat.reading?.addEventListener("state", () => this.#load(seat)); // once submitted, others may see it
      this.#load(seat);
    });
    room.addEventListener("active", () => this.#show());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.form.addEventListener("keydown", (event) => this.#key(event));
    // What is written here is no key of a tool.
    this.section.addEventListener("keydown", (event) => {
      if (/** @type {Element} */ (event.target).matches("input, textarea")) event.stopPropagation();
    });
    part(this.section, "comment-cancel").addEventListener("click", () => this.#end());
    this.#listenToPointer();
    this.#show();
  }

  /** Start a comment where the pointer is, else in the middle of what is shown. */
  begin() {
    const seat = this.room.active;
    if (!this.#shown.has(seat)) return this.room.tell("Comments on this image cannot be written now.");
    this.#draft = { seat, id: uuid7(), place: placeOf(seat.panel, this.#pointer ?? seat.panel.viewport.centre) };
    this.section.open = true;
    this.#show();
    this.text.focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  #listenToPointer() {
    for (const { panel } of this.room.seats) {
      panel.addEventListener("point", (event) => {
        this.#pointer = /** @type {CustomEvent} */ (event).detail;
      });
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") this.#end();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#send();
    else return;
    event.preventDefault();
  }

  #end() {
    this.#draft = null;
    this.text.value = "";
    part(this.section, "comment-trouble").textContent = "";
    this.#show();
    this.text.blur(); // keys go to the image again
  }

  async #send() {
    const draft = this.#draft;
    const annotation = draft?.seat.image.annotation;
    if (!draft || !annotation) return;
    try {
      await writeComment(annotation, { id: draft.id, text: this.text.value, ...draft.place });
    } catch (error) {
      part(this.section, "comment-trouble").textContent = /** @type {Error} */ (error).message;
      return;
    }
    this.#end();
    await this.#load(draft.seat);
  }

  /** @param {Seat} seat */
  async #load(seat) {
    const { annotation } = seat.image;
    if (!annotation) return;
    try {
      const { comments, people } = await readComments(annotation);
      const pins = this.#shown.get(seat)?.pins ?? new CommentPins(seat.panel);
      this.#shown.set(seat, { comments, people, pins });
    } catch (error) {
      this.room.say(`Comments cannot be shown. ${/** @type {Error} */ (error).message}`);
    }
    this.#show();
    this.#goToWanted(seat);
  }

  /** @param {Seat} seat */
  #goToWanted(seat) {
    const comment = this.#shown.get(seat)?.comments.find(({ id }) => id === this.#wanted);
    if (!comment) return;
    this.#wanted = null;
    this.section.open = true;
    this.#go(seat, comment);
  }

  /**
   * @param {Seat} seat
   * @param {Comment} comment
   */
  #go(seat, comment) {
    goTo(seat.panel, comment);
    for (const item of part(this.section, "comment-list").children) {
      item.toggleAttribute("data-current", /** @type {HTMLElement} */ (item).dataset.comment === comment.id);
    }
  }

  #show() {
    const seat = this.room.active;
    const { comments = [], people = [] } = this.#shown.get(seat) ?? {};
    const open = comments.filter((comment) => !comment.is_resolved).length;
    part(this.section, "comment-count").textContent = open ? `${open} open` : "";
    part(this.section, "comment-none").hidden = comments.length > 0;
    part(this.section, "comment-list").replaceChildren(
      ...commentItems(comments, {
        go: (comment) => this.#go(seat, comment),
        act: async (comment, act, text) => {
          await addCommentEvent(comment.id, { id: uuid7(), act, text });
          await this.#load(seat);
        },
        address: (comment) => `/read/${seat.image.annotation}/?comment=${comment.id}`,
      }),
    );
    this.form.hidden = !this.#draft;
    part(this.section, "comment-where").textContent = this.#draft?.seat.image.view ?? "";
    this.#showPeople(people, seat.reading?.annotation.state === "submitted");
    this.#showPins();
  }

  /**
   * @param {string[]} people others who may be called with an @
   * @param {boolean} isSubmitted
   */
  #showPeople(people, isSubmitted) {
    part(this.section, "comment-call").textContent = callWords(people, isSubmitted);
    const buttons = people.map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button-small button-quiet";
      button.textContent = `@${name}`;
      button.addEventListener("click", () => {
        this.text.setRangeText(`@${name} `, this.text.selectionStart, this.text.selectionEnd, "end");
        this.text.focus();
      });
      return button;
    });
    part(this.section, "comment-people").replaceChildren(...buttons);
  }

  #showPins() {
    for (const [seat, { comments, pins }] of this.#shown) {
      const numbered = comments.map(({ x_px: x, y_px: y, is_resolved: isResolved }, i) => {
        return { x, y, text: String(i + 1), isResolved };
      });
      const draft = this.#draft?.seat === seat ? this.#draft.place : null;
      pins.set(draft ? [...numbered, { x: draft.x_px, y: draft.y_px, text: "+", isResolved: false }] : numbered);
    }
  }
}
