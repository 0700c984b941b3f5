/**
 * An annotation at any time of its making: masks and findings after each step. Knows no DOM.
 */

import { withFinding } from "./finding.js";
import { LABELS } from "./labels.js";
import { empty, xorAll } from "./runs.js";

/** @typedef {import("./operations.js").Masks} Masks */
/** @typedef {import("./finding.js").Findings} Findings */
/** @typedef {import("./steps.js").ToldStep} ToldStep */

/** Goes forward and back: a patch flips pixels, so it leads both ways. */
export class Timeline {
  /** So many steps are done in what is shown. */
  at = 0;
  /** @type {Findings} */
  findings = new Map();

  /**
   * @param {ToldStep[]} steps
   * @param {number} rows
   * @param {number} columns
   */
  constructor(steps, rows, columns) {
    this.steps = steps;
    const none = empty(rows, columns);
    /** @type {Masks} */
    this.masks = { bac: none, microcalcification: none };
  }

  /** @param {number} to number of steps done, 0 to all */
  go(to) {
    const isBack = to < this.at;
    const between = isBack ? this.steps.slice(to, this.at).reverse() : this.steps.slice(this.at, to);
    const changes = between.flatMap((step) => (isBack ? [...step.changes].reverse() : step.changes));
    for (const { name } of LABELS) {
      const patches = changes.flatMap((change) => ("patch" in change && change.label === name ? [change.patch] : []));
      this.masks = { ...this.masks, [name]: xorAll([this.masks[name], ...patches]) };
    }
    for (const change of changes) {
      if (!("finding" in change)) continue;
      const then = isBack ? change.before : change.after;
      this.findings = withFinding(this.findings, then ?? { id: change.finding, removed: true });
    }
    this.at = to;
  }
}
