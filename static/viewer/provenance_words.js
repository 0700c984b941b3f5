/**
 * What was done to a pixel or an annotation, in words. Knows no DOM.
 */

/** @typedef {import("./api.js").PixelChange} PixelChange */

/**
 * By tool: what setting and clearing is called, and what it was done with.
 * @type {Record<string, {set: string, cleared: string, by: string}>}
 */
const TOOLS = {
  brush: { set: "Drawn", cleared: "Erased", by: "with the brush" },
  eraser: { set: "Drawn", cleared: "Erased", by: "with the eraser" },
  polyline: { set: "Drawn", cleared: "Erased", by: "with the line" },
  follow: { set: "Drawn", cleared: "Erased", by: "with the vessel follower" },
  tube: { set: "Drawn", cleared: "Erased", by: "with the line that takes its width from the image" },
  join: { set: "Joined", cleared: "Joined", by: "" },
  split: { set: "Split", cleared: "Cut away", by: "between two pieces" },
  fill: { set: "Filled", cleared: "Emptied", by: "" },
  lasso: { set: "Drawn", cleared: "Erased", by: "with the lasso" },
  reclassify: { set: "Moved here from the other label", cleared: "Moved to the other label", by: "" },
  trim: { set: "Accepted in part", cleared: "Trimmed", by: "from a proposal" },
  accept_prediction: { set: "Accepted", cleared: "Removed", by: "from a proposal" },
  accept_correction: { set: "Added", cleared: "Removed", by: "as label correction proposed" },
  correction: { set: "Added", cleared: "Removed", by: "by label correction" },
  merge: { set: "Merged", cleared: "Merged away", by: "from changes kept beside the image" },
  restore: { set: "Brought back", cleared: "Taken away", by: "by a return to an earlier state" },
  clear: { set: "Drawn", cleared: "Cleared", by: "" },
  undo: { set: "Put back", cleared: "Taken back", by: "with undo" },
  redo: { set: "Drawn again", cleared: "Erased again", by: "with redo" },
  "": { set: "Taken over", cleared: "Taken over", by: "from an annotation that is closed to you" },
};

const CLEARING = ["eraser", "undo", "clear"];

/**
 * @param {PixelChange} change
 * @param {{now?: Date, mmPerPx?: number | null}} [place]
 * @returns {string} "Drawn by you with the brush, 0.80 mm, on 14 Nov, 14:03, at 200 %, center 2048, width 1200."
 */
export function changeWords(change, { now = new Date(), mmPerPx = null } = {}) {
  const { set, cleared, by } = TOOLS[change.tool] ?? { set: "Set", cleared: "Cleared", by: `(${change.tool})` };
  const who = change.is_own ? "you" : change.reader;
  const parts = [
    [change.is_set ? set : cleared, `by ${who}`, by].filter(Boolean).join(" "),
    widthWords(change.details, mmPerPx),
    modelWords(change),
    `on ${timeWords(new Date(change.made_at), now)}`,
    viewWords(change.details.view),
  ];
  const why = change.correction?.reason ? ` ${change.correction.reason}` : "";
  return `${parts.filter(Boolean).join(", ")}.${why}`;
}

/**
 * @param {PixelChange[]} changes of one label, the latest first
 * @returns {PixelChange | null} the act that made the pixel what it is: undo and redo only brought it back
 */
export function makerOf(changes) {
  const isReplay = (/** @type {PixelChange} */ { tool }) => tool === "undo" || tool === "redo";
  if (!changes.length || !isReplay(changes[0])) return changes[0] ?? null;
  return changes.find((change) => !isReplay(change) && change.is_set === changes[0].is_set) ?? changes[0];
}

/**
 * @param {import("./steps.js").ToldStep} step
 * @param {Date} [now]
 * @returns {string} "Drawn with the brush, 14 Nov, 14:03"
 */
export function stepWords(step, now = new Date()) {
  return `${stepName(step)}, ${timeWords(new Date(step.madeAt), now)}`;
}

/** @param {import("./steps.js").ToldStep} step */
function stepName({ tool, undoes, redoes, changes }) {
  const name = tool ?? (undoes ? "undo" : redoes ? "redo" : undefined);
  const finding = changes.find((change) => "finding" in change);
  if (name === undefined && finding && "finding" in finding) return findingWords(finding);
  if (!name) return "Taken over from the label before";
  const { set, cleared, by } = TOOLS[name] ?? { set: "Changed", cleared: "", by: `(${name})` };
  return [CLEARING.includes(name) ? cleared : set, by].filter(Boolean).join(" ");
}

/** @param {import("./history.js").FindingChange} change */
function findingWords({ before, after }) {
  if (!after) return "Finding removed";
  const name = after.shape === "group" ? "Group" : "Dot";
  return before ? `${name} changed` : `${name} placed`;
}

/**
 * @param {import("./operations.js").Details} details
 * @param {number | null} mmPerPx
 */
function widthWords({ radius_px: radius, width_px: width }, mmPerPx) {
  const px = typeof radius === "number" ? 2 * radius : width;
  if (typeof px !== "number") return "";
  return mmPerPx === null ? `${Number(px.toPrecision(3))} px` : `${(px * mmPerPx).toFixed(2)} mm`;
}

/** @param {PixelChange} change */
function modelWords({ model, correction, details }) {
  if (model) {
    const cutoff = typeof details.cutoff === "number" ? ` at cut-off ${details.cutoff.toFixed(2)}` : "";
    return `model ${model.name} ${model.version}${cutoff}`;
  }
  return correction?.algorithm_version ? `version ${correction.algorithm_version}` : "";
}

/**
 * @param {Date} time
 * @param {Date} now
 * @returns {string} the year only where it is another one
 */
function timeWords(time, now) {
  const year = time.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return time.toLocaleString("en-GB", { day: "numeric", month: "short", year, hour: "2-digit", minute: "2-digit" });
}

/** @param {import("./operations.js").ViewState} [view] */
function viewWords(view) {
  if (!view) return "";
  return `at ${(view.s * 100).toFixed(0)} %, center ${Math.round(view.c)}, width ${Math.round(view.w)}`;
}
