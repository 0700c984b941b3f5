/**
 * Operations on their way to branches of the server: they cannot join their annotation by themselves. Knows no DOM.
 */

import { branchOperationOf } from "./branch.js";
import { nextBatch } from "./batch.js";
import { uuid7 } from "./uuid.js";
import { idsOf, without } from "./working_copy.js";

/** @typedef {import("./intent.js").Pending} Pending */
/** @typedef {import("./branch.js").BranchPlace} BranchPlace */
/** @typedef {Pending & {branch: BranchPlace}} Branched */

/** Those of one annotation. */
export class BranchQueue {
  /** @type {Branched[]} oldest first */
  waiting = [];

  /**
   * @param {string} annotation
   * @param {Pick<typeof import("./api.js"), "storeBranch">} server
   */
  constructor(annotation, server) {
    this.annotation = annotation;
    this.server = server;
  }

  /**
   * @param {Pending[]} pending
   * @param {BranchPlace["reason"]} reason
   * @param {number} baseVersion
   * @returns {Branched[]} one branch of them
   */
  takeOff(pending, reason, baseVersion) {
    const branch = { id: uuid7(), reason, baseVersion };
    const branched = pending.map((each) => ({ ...each, branch }));
    this.waiting.push(...branched);
    return branched;
  }

  /** @param {Pending[]} refused */
  takeBack(refused) {
    this.waiting = without(this.waiting, idsOf(refused));
  }

  /** @param {number} limit @returns {Branched[]} the oldest, of one branch */
  next(limit) {
    const [{ branch }] = this.waiting;
    return nextBatch(this.waiting.filter((each) => each.branch.id === branch.id), limit);
  }

  /**
   * @param {Branched[]} batch of one branch
   * @returns {Promise<string[]>} ids that the server has now
   */
  async send(batch) {
    const { acknowledged } = await this.server.storeBranch(this.annotation, batch[0].branch, batch.map(branchOperationOf));
    if (!acknowledged.length) throw new Error("the server acknowledged nothing that was sent");
    this.waiting = without(this.waiting, acknowledged);
    return acknowledged;
  }

  /** @param {BranchPlace} branch @returns {boolean} true if nothing more of it is to be sent */
  isSent({ id }) {
    return !this.waiting.some(({ branch }) => branch.id === id);
  }
}
