/**
 * Branches: strokes that cannot join their annotation by themselves, because they lie on what was changed elsewhere
 * meanwhile, or come after submission. They are kept on the server beside it, shown, and merged or left aside by a
 * person. Knows no DOM.
 */

import { contradicted, lastAnswers } from "./answers.js";
import { fromBase64 } from "./codec.js";
import { LABELS } from "./labels.js";
import { difference, intersection, union, xor } from "./runs.js";

/** @typedef {import("./runs.js").Runs} Runs */
/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./operations.js").Masks} Masks */
/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./intent.js").Pending} Pending */
/** @typedef {{id: string, reason: "overlap" | "late", baseVersion: number}} BranchPlace where a change belongs */
/**
 * @typedef {object} Touched
 * @property {Runs | null} pixels of any label
 * @property {Set<string>} findings
 * @property {Answers} answers given last
 */
/**
 * @typedef {object} BranchOperation as the server keeps it
 * @property {string} id
 * @property {Operation["kind"]} kind
 * @property {import("./labels.js").LabelName | ""} [label]
 * @property {string} [tool]
 * @property {string | null} [sets] mask as base64
 * @property {string | null} [clears]
 * @property {Record<string, any>} [content] the answer or finding
 * @property {string} made_at
 */
/**
 * @typedef {object} Branch
 * @property {string} id
 * @property {BranchPlace["reason"]} reason
 * @property {number} base_version
 * @property {string} stored_at
 * @property {BranchOperation[]} operations
 * @property {{value: "merged" | "left_aside", reader: string, decided_at: string} | null} decision
 */

/**
 * @param {Operation[]} operations of somebody else, one after the other
 * @returns {Touched} what is different after them; what was done and undone again is not
 */
export function touchedBy(operations) {
  /** @type {Map<string, Runs>} */
  const patches = new Map();
  const findings = new Set();
  for (const operation of operations) {
    if (operation.kind === "finding") findings.add(operation.finding.id);
    if (operation.kind !== "mask") continue;
    const patch = fromBase64(operation.patch);
    const before = patches.get(operation.label);
    patches.set(operation.label, before ? xor(before, patch) : patch);
  }
  return { pixels: joined([...patches.values()]), findings, answers: lastAnswers(operations) };
}

/**
 * Which of her pending operations lie on what was changed elsewhere, on whatever label, or build on such a one, or
 * answer otherwise. What was made in one act, or merges one branch, stays together.
 * @param {Pending[]} pending oldest first
 * @param {Touched} elsewhere
 * @returns {Pending[]} oldest first; the others can be made anew by themselves
 */
export function overlapping(pending, elsewhere) {
  /** @type {Set<unknown>} */
  let groups = new Set();
  for (;;) {
    const found = onTopOf(pending, elsewhere, groups);
    const theirGroups = new Set(found.flatMap(groupsOf));
    if (theirGroups.size === groups.size) return found;
    groups = theirGroups;
  }
}

/** @param {Pending} pending @returns {unknown[]} that stay together */
const groupsOf = ({ operation: { details } }) => [details.act, details.branch].filter(Boolean);

/**
 * @param {Pending[]} pending
 * @param {Touched} elsewhere
 * @param {Set<unknown>} groups that are known to overlap
 */
function onTopOf(pending, elsewhere, groups) {
  let taken = elsewhere;
  // Her last word on a question counts; what she said before it is nobody's answer.
  const contested = contradicted(lastAnswers(pending.map(({ operation }) => operation)), elsewhere.answers);
  return pending.filter((each) => {
    const own = touchOf(each);
    const { operation } = each;
    const isContested = operation.kind === "answer" ? contested.includes(operation.answer.question) : areOverlapping(own, taken);
    if (!groupsOf(each).some((group) => groups.has(group)) && !isContested) return false;
    taken = {
      pixels: joined([taken.pixels, own.pixels]),
      findings: new Set([...taken.findings, ...own.findings]),
      answers: taken.answers,
    };
    return true;
  });
}

/**
 * @param {Pending} pending
 * @returns {Pick<Touched, "pixels" | "findings">}
 */
function touchOf({ operation, intent }) {
  return {
    pixels: intent && union(fromBase64(intent.sets), fromBase64(intent.clears)),
    findings: new Set(operation.kind === "finding" ? [operation.finding.id] : []),
  };
}

/**
 * @param {Pick<Touched, "pixels" | "findings">} a
 * @param {Touched} b
 */
function areOverlapping(a, b) {
  if ([...a.findings].some((id) => b.findings.has(id))) return true;
  return a.pixels !== null && b.pixels !== null && !intersection(a.pixels, b.pixels).isEmpty;
}

/**
 * @param {(Runs | null)[]} masks
 * @returns {Runs | null}
 */
function joined(masks) {
  return masks.reduce((all, mask) => (all && mask ? union(all, mask) : (all ?? mask)), null);
}

/**
 * @param {Pending} pending
 * @returns {BranchOperation & {details: object}} as it is sent
 */
export function branchOperationOf({ operation, intent }) {
  const { id, kind, details, made_at } = operation;
  const told = { id, kind, details, made_at };
  if (operation.kind === "mask") return { ...told, label: operation.label, tool: operation.tool, ...intent };
  return { ...told, content: operation.kind === "answer" ? operation.answer : operation.finding };
}

/**
 * @param {BranchOperation[]} operations of a branch
 * @returns {Runs | null} every pixel that they turn on or off, of any label; null where they are of no pixel
 */
export function pixelsOf(operations) {
  return joined(operations.flatMap(({ sets, clears }) => [sets, clears].map((mask) => (mask ? fromBase64(mask) : null))));
}

/**
 * @param {Masks} masks as shown
 * @param {BranchOperation[]} operations of a branch
 * @returns {Masks} with all of them on top
 */
export function withBranch(masks, operations) {
  const result = { ...masks };
  for (const { label, sets, clears } of operations) {
    if (label && sets && clears) result[label] = difference(union(result[label], fromBase64(sets)), fromBase64(clears));
  }
  return result;
}

/**
 * @param {Masks} masks as shown
 * @param {BranchOperation[]} operations of a branch
 * @returns {{label: import("./labels.js").LabelName, patch: Runs}[]} what merging it changes
 */
export function mergeChanges(masks, operations) {
  const merged = withBranch(masks, operations);
  return LABELS.map(({ name }) => ({ label: name, patch: xor(masks[name], merged[name]) })).filter(({ patch }) => !patch.isEmpty);
}
