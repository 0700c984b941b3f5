/**
 * Findings beside the masks: single microcalcifications and groups of them. Knows no DOM.
 */

/** @typedef {import("./operations.js").Operation} Operation */
/**
 * @typedef {object} Finding
 * @property {string} id UUIDv7; put again, the finding is changed
 * @property {"microcalcification"} label
 * @property {"dot" | "group"} shape
 * @property {[number, number][]} points [x, y] in image px; a dot has one, a group the ring around it
 * @property {"benign" | "malignant" | "unknown"} assessment
 * @property {string} histology a name the server knows; "" where none was taken
 */
/** @typedef {{id: string, removed: true}} RemovedFinding */
/** @typedef {Map<string, Finding>} Findings by id; never changed in place */

/**
 * @param {Iterable<Finding>} list
 * @returns {Findings}
 */
export function findingsOf(list) {
  return new Map(Array.from(list, (finding) => [finding.id, finding]));
}

/**
 * @param {Findings} findings
 * @param {Finding | RemovedFinding} told
 * @returns {Findings} a new map with the finding put or taken away
 */
export function withFinding(findings, told) {
  const result = new Map(findings);
  if ("removed" in told) result.delete(told.id);
  else result.set(told.id, told);
  return result;
}

/**
 * @param {Findings} findings
 * @param {Operation[]} operations
 * @returns {Findings} with the operations replayed; put or removed, the last word counts on whatever was before
 */
export function replayFindings(findings, operations) {
  return operations.reduce(
    (result, operation) => (operation.kind === "finding" ? withFinding(result, operation.finding) : result),
    findings,
  );
}

/**
 * @param {Findings} a
 * @param {Findings} b
 * @returns {boolean}
 */
export function areEqual(a, b) {
  return a.size === b.size && [...a].every(([id, finding]) => isSame(finding, b.get(id)));
}

/**
 * @param {Finding | null | undefined} a
 * @param {Finding | null | undefined} b
 * @returns {boolean}
 */
export function isSame(a, b) {
  return contentOf(a) === contentOf(b);
}

/** @param {Finding | null | undefined} finding */
function contentOf(finding) {
  if (!finding) return "";
  const { id, label, shape, points, assessment, histology } = finding; // in one order, whoever wrote it
  return JSON.stringify([id, label, shape, points, assessment, histology]);
}

/**
 * @param {Findings} from
 * @param {Findings} to
 * @returns {import("./history.js").FindingChange[]}
 */
export function findingChanges(from, to) {
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((id) => ({ finding: id, before: from.get(id) ?? null, after: to.get(id) ?? null }))
    .filter(({ before, after }) => !isSame(before, after));
}
