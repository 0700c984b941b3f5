/** A server in memory, an editor without a canvas, and time that passes when a test says so. */

import assert from "node:assert/strict";
import { mock } from "node:test";

import { digest, fromBase64, toBase64 } from "../../static/viewer/codec.js";
import { capsule } from "../../static/viewer/drawing.js";
import { withFinding } from "../../static/viewer/finding.js";
import { Journal, MemoryStore } from "../../static/viewer/journal.js";
import { maskOperation } from "../../static/viewer/operations.js";
import { difference, empty, intersection, xor } from "../../static/viewer/runs.js";
import { Saver } from "../../static/viewer/saver.js";

const realTimeout = setTimeout;
mock.timers.enable({ apis: ["setTimeout", "setInterval"] });

/** Let time pass as it does on the page: what is scheduled runs, and answers come. */
export async function pass(ms) {
  mock.timers.tick(ms);
  await new Promise((resolve) => realTimeout(resolve, 5));
}

/** Let time pass in steps until something is true; nobody asks for a flush. */
export async function until(condition, limitMs = 100_000) {
  for (let passed = 0; !condition(); passed += 100) {
    assert.ok(passed < limitMs, `not within ${limitMs} ms: ${condition}`);
    await pass(100);
  }
}

export const ID = "01890000-0000-7000-8000-000000000001";
export const dot = (x) => capsule(64, 64, { x, y: 30 }, { x, y: 30 }, 4);
export const brush = (x) => maskOperation("bac", dot(x), "brush", { radius_px: 4 });

/** Keeps operations as the real one does: known ids once, the base version checked before new ones. */
export class Server {
  masks = { bac: empty(64, 64), microcalcification: empty(64, 64) };
  ids = new Set();
  state = "open";
  hasExamEnded = false;
  answer = null;
  findings = new Map();
  log = [];
  requests = 0;
  /** @type {Map<string, any>} */
  branches = new Map();
  branchRequests = 0;
  refuseInBranch = null;
  /** @type {null | ((op: any) => void)} throws for what is never taken */
  refuse = null;
  /** @type {null | ((ops: any[]) => void)} called before an answer leaves */
  trouble = null;

  sendOperations = async (id, baseVersion, operations) => {
    this.requests++;
    const fresh = operations.filter((operation) => !this.ids.has(operation.id));
    if (fresh.length && this.state === "submitted") throw failure(409, "annotation_submitted", "It was submitted.");
    if (fresh.length && this.hasExamEnded) throw failure(409, "exam_ended", "This exam was withdrawn.");
    if (fresh.length && baseVersion !== this.ids.size) {
      const stored = operations.map(({ id }) => id).filter((id) => this.ids.has(id));
      throw Object.assign(new Error("stale"), { code: "stale_version", status: 409, stored });
    }
    fresh.forEach((operation) => this.refuse?.(operation));
    fresh.forEach((operation) => this.store(operation));
    this.trouble?.(operations);
    const masks = {};
    for (const [label, mask] of Object.entries(this.masks)) masks[label] = { sha256: await digest(mask), area_px: 0 };
    const acknowledged = operations.map((operation) => operation.id);
    return { version: this.ids.size, acknowledged, masks, saved_at: "2026-01-02T03:04:05Z" };
  };

  store(operation) {
    this.ids.add(operation.id);
    this.log.push({ ...operation, sequence: this.ids.size });
    if (operation.kind === "finding") this.findings = withFinding(this.findings, operation.finding);
    if (operation.kind === "answer") this.answer = operation.answer.value;
    if (operation.kind === "mask") {
      this.masks[operation.label] = xor(this.masks[operation.label], fromBase64(operation.patch));
    }
  }

  /** As the real one: known ids once, whether in a branch or in the annotation. */
  storeBranch = async (id, place, operations) => {
    this.branchRequests++;
    operations.forEach((operation) => this.refuseInBranch?.(operation));
    const branch = this.branches.get(place.id) ?? { ...place, operations: [] };
    this.branches.set(place.id, branch);
    const known = new Set([...this.branches.values()].flatMap((each) => each.operations.map((one) => one.id)));
    branch.operations.push(...operations.filter((one) => !this.ids.has(one.id) && !known.has(one.id)));
    this.trouble?.(operations);
    return { id: place.id, acknowledged: operations.map((one) => one.id) };
  };

  submitAnnotation = async (id, version, masks) => {
    for (const [label, mask] of Object.entries(this.masks)) {
      if (masks[label] !== (await digest(mask))) throw failure(409, "mask_digest_mismatch", "Not what is stored.");
    }
    this.state = "submitted";
    return this.annotation();
  };

  readAnnotation = async () => this.annotation();

  readOperations = async (id, after) => ({ version: this.ids.size, operations: this.log.slice(after, after + 3) });

  annotation() {
    const masks = Object.fromEntries(Object.entries(this.masks).map(([label, mask]) => [label, { runs: toBase64(mask) }]));
    const findings = [...this.findings.values()];
    return { id: ID, state: this.state, exam_ended: this.hasExamEnded, version: this.ids.size, answers: { bac_present: this.answer }, masks, findings };
  }
}

/** What the page's editor does: paints on what is shown, and shows anew when it is told to. */
export function edit(saver) {
  const shown = { masks: saver.copy.masks };
  saver.addEventListener("reset", () => {
    shown.masks = saver.copy.masks;
  });
  const flip = (patch, tool) => {
    shown.masks = { ...shown.masks, bac: xor(shown.masks.bac, patch) };
    return saver.add(maskOperation("bac", patch, tool, {}));
  };
  return {
    shown,
    flip,
    draw: (mask) => flip(difference(mask, shown.masks.bac), "brush"),
    erase: (mask) => flip(intersection(mask, shown.masks.bac), "eraser"),
  };
}

export const failure = (status, code = "x", message = "The server does not answer.") =>
  Object.assign(new Error(message), { status, code });

export function begin(server = new Server(), journal = new Journal(new MemoryStore())) {
  const saver = new Saver({ annotation: server.annotation(), server, journal, random: () => 0.5 });
  const notices = [];
  const editor = edit(saver);
  saver.addEventListener("notice", (event) => notices.push(event.detail));
  return { server, journal, saver, notices, editor };
}

export const AWAY = failure(0, "no_answer");
export const stroke = (x0, x1) => capsule(64, 64, { x: x0, y: 30 }, { x: x1, y: 30 }, 4);
