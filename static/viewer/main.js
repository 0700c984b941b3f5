/**
 * The reading page: a room with its features. A feature brings tools, actions or a panel and knows the room only.
 */

import { isTyping } from "./actions.js";
import * as activity from "./features/activity.js";
import * as answers from "./features/answers.js";
import * as areas from "./features/areas.js";
import * as branches from "./features/branches.js";
import * as checks from "./features/checks.js";
import * as comments from "./features/comments.js";
import * as coverage from "./features/coverage.js";
import * as examEnd from "./features/exam_end.js";
import * as feedback from "./features/feedback.js";
import * as findings from "./features/findings.js";
import * as graphics from "./features/graphics.js";
import * as guideline from "./features/guideline.js";
import * as hanging from "./features/hanging.js";
import * as history from "./features/history.js";
import * as images from "./features/images.js";
import * as keys from "./features/keys.js";
import * as labels from "./features/labels.js";
import * as layout from "./features/layout.js";
import * as lease from "./features/lease.js";
import * as lines from "./features/lines.js";
import * as linkedViews from "./features/linked_views.js";
import * as looking from "./features/looking.js";
import * as loupe from "./features/loupe.js";
import * as maps from "./features/maps.js";
import * as preannotation from "./features/preannotation.js";
import * as priors from "./features/priors.js";
import * as provenance from "./features/provenance.js";
import * as questions from "./features/questions.js";
import * as rail from "./features/rail.js";
import * as readouts from "./features/readouts.js";
import * as ruler from "./features/ruler.js";
import * as saving from "./features/saving.js";
import * as session from "./features/session.js";
import * as timeline from "./features/timeline.js";
import * as trueSize from "./features/true_size.js";
import * as windowing from "./features/window.js";
import { exposeForInspection } from "./inspection.js";
import { part } from "./page_elements.js";
import { Room } from "./room.js";
import { wireActionButtons } from "./ui/action_buttons.js";
import { showMessage } from "./ui/message.js";
import { showToolRail } from "./ui/tool_rail.js";

// In the order in which their tools stand in the rail and their keys in the list.
const FEATURES = [areas, lines, findings, history, timeline, provenance, labels, answers, questions, preannotation, checks, feedback, saving, branches, session, looking, ruler, windowing, trueSize, loupe, maps, graphics, readouts, images, hanging, layout, linkedViews, priors, activity, lease, comments, guideline, coverage, examEnd, rail, keys];

const root = /** @type {HTMLElement} */ (document.querySelector("#viewer"));

/** @returns {Room} with everything on it, the image still to come */
function furnish() {
  const facts = JSON.parse(document.getElementById("viewer-facts")?.textContent ?? "");
  const stage = part(root, "images");
  const room = new Room(root, facts, (image) => {
    const box = document.createElement("div");
    box.className = "viewer-image";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `Mammogram ${image.view}`);
    stage.append(box);
    return box;
  });
  for (const feature of FEATURES) feature.install(room);
  showToolRail(room);
  wireActionButtons(room);
  document.addEventListener("keydown", (event) => {
    if (isTyping(event.target) || document.querySelector("dialog:modal")) return; // the key is theirs
    if (room.active.panel.input.tool.key(event)) event.preventDefault();
    else room.actions.handle(event);
  });
  return room;
}

/** @param {Error} error */
function showFailure(error) {
  showMessage(root, `This image cannot be shown. ${error.message}`, { canReload: true });
  part(root, "save-state").textContent = "Not opened";
}

try {
  const room = furnish();
  room.choose(room.facts.images.some((image) => !image.is_read_only) ? "brush" : "pan");
  const ready = room.activate(room.seatOf(root.dataset.mammogram ?? ""));
  ready.catch(showFailure);
  exposeForInspection(room, ready);
} catch (error) {
  showFailure(/** @type {Error} */ (error));
}
