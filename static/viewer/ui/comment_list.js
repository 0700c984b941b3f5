/** The comments of an image in the right rail. Texts are shown as text, whatever is in them. */

/** @typedef {import("../reading_api.js").Comment} Comment */
/** @typedef {import("../reading_api.js").CommentEvent} CommentEvent */
/**
 * @typedef {object} CommentActs
 * @property {(comment: Comment) => void} go
 * @property {(comment: Comment, act: import("../reading_api.js").CommentAct, text: string) => Promise<void>} act
 * @property {(comment: Comment) => string} address that opens the page at the comment
 */

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const EVENT_WORDS = { reply: "answered", resolve: "resolved this", reopen: "opened this again" };

/**
 * @param {Comment[]} comments the oldest first
 * @param {CommentActs} acts
 * @returns {HTMLLIElement[]}
 */
export function commentItems(comments, acts) {
  return comments.map((comment, i) => commentItem(comment, i + 1, acts));
}

/**
 * @param {Comment} comment
 * @param {number} number
 * @param {CommentActs} acts
 */
function commentItem(comment, number, acts) {
  const item = document.createElement("li");
  item.className = "comment";
  item.dataset.comment = comment.id;
  item.toggleAttribute("data-resolved", comment.is_resolved);
  const link = made("a", "comment-link", `${number}`);
  link.href = acts.address(comment);
  link.setAttribute("aria-label", `Comment ${number}: show where it points to`);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser's own ways to open a link
    event.preventDefault();
    acts.go(comment);
  });
  const head = made("p", "comment-head", "");
  head.append(link, ` ${comment.author}, ${DATE.format(new Date(comment.created_at))}`);
  if (comment.is_resolved) head.append(", resolved");
  item.append(head, made("p", "comment-text", comment.text), ...comment.events.map(eventLine), actsOf(comment, acts));
  return item;
}

/** @param {CommentEvent} event */
function eventLine({ act, author, text, created_at: at }) {
  const line = made("p", "comment-event", text ? `${text} ` : "");
  const by = made("span", "dim", `${author} ${EVENT_WORDS[act]}, ${DATE.format(new Date(at))}`);
  line.append(by);
  return line;
}

/**
 * @param {Comment} comment
 * @param {CommentActs} acts
 */
function actsOf(comment, acts) {
  const form = document.createElement("form");
  const input = document.createElement("input");
  const trouble = made("p", "rail-note", "");
  form.className = "comment-acts";
  input.setAttribute("aria-label", "Answer");
  input.placeholder = "Answer";
  input.maxLength = 2000;
  trouble.setAttribute("role", "status");
  trouble.dataset.kind = "trouble";
  const run = async (/** @type {import("../reading_api.js").CommentAct} */ act) => {
    try {
      await acts.act(comment, act, input.value);
    } catch (error) {
      trouble.textContent = /** @type {Error} */ (error).message;
    }
  };
  const settle = made("button", "button-small", comment.is_resolved ? "Open again" : "Resolve");
  settle.type = "button";
  settle.addEventListener("click", () => run(comment.is_resolved ? "reopen" : "resolve"));
  const reply = made("button", "button-small", "Answer");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run("reply");
  });
  form.append(input, reply, settle, trouble);
  return form;
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} className
 * @param {string} text
 * @returns {HTMLElementTagNameMap[Name]}
 */
function made(name, className, text) {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}
