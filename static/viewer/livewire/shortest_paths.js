/**
 * Cheapest ways from one place of a grid to all others, found as far as they are asked for (Dijkstra with buckets;
 * costs are whole numbers). Asking again only walks back. Knows no DOM.
 */

import { DIRECTIONS } from "./directions.js";
import { LEVELS, UNMEASURED } from "./ridge_tiles.js";

/** @typedef {import("./ridge_tiles.js").RidgeTiles} RidgeTiles */

const STEPS = [
  { x: 1, y: 0 }, { x: 1, y: 1 }, { x: 0, y: 1 }, { x: -1, y: 1 },
  { x: -1, y: 0 }, { x: -1, y: -1 }, { x: 0, y: -1 }, { x: 1, y: -1 },
];
const ACROSS = Int8Array.from(STEPS, ({ x }) => x);
const DOWN = Int8Array.from(STEPS, ({ y }) => y);
const COST_UNIT = 100; // of one straight step where no vessel is
const LEAST_COST = 4; // of one along a perfect vessel: a bend 25 times as long is worth it
const TURN_COST = 1; // a step across the ridge costs so much more, relatively, where the ridge is clear
const BUCKETS = 512; // more than any step costs
const NO_STEP = 255;
const UNKNOWN = 0x3fffffff;

/** From one start. */
export class ShortestPaths {
  /** @type {number[][]} nodes by cost; a node found cheaper stays behind in its old bucket, and is passed over */
  #buckets = Array.from({ length: BUCKETS }, () => []);
  #now = 0;
  #waiting = 0;

  /**
   * @param {RidgeTiles} ridge
   * @param {number} start index of the first node
   */
  constructor(ridge, start) {
    const size = ridge.rows * ridge.columns;
    this.ridge = ridge;
    this.cost = new Int32Array(size).fill(UNKNOWN);
    this.cameBy = new Uint8Array(size).fill(NO_STEP);
    this.isSettled = new Uint8Array(size);
    this.steps = Int32Array.from(STEPS, ({ x, y }) => y * ridge.columns + x);
    this.#put(start, 0);
  }

  /**
   * @param {number} target index of a node
   * @returns {number[]} nodes from the start to the target
   */
  pathTo(target) {
    while (!this.isSettled[target] && this.#waiting) this.#settleNext();
    const path = [target];
    for (let node = target; this.cameBy[node] !== NO_STEP; path.push(node)) node -= this.steps[this.cameBy[node]];
    return path.reverse();
  }

  #settleNext() {
    while (!this.#buckets[this.#now % BUCKETS].length) this.#now++;
    const node = /** @type {number} */ (this.#buckets[this.#now % BUCKETS].pop());
    this.#waiting--;
    if (this.isSettled[node]) return;
    this.isSettled[node] = 1;
    const { ridge, cost, isSettled, steps } = this;
    const row = Math.floor(node / ridge.columns);
    const column = node - row * ridge.columns;
    for (let step = 0; step < STEPS.length; step++) {
      const neighbour = node + steps[step];
      const x = column + ACROSS[step];
      const y = row + DOWN[step];
      if (x < 0 || y < 0 || x >= ridge.columns || y >= ridge.rows || isSettled[neighbour]) continue;
      if (ridge.level[neighbour] === UNMEASURED) ridge.need(y, x);
      const kind = ridge.level[neighbour] * DIRECTIONS + ridge.direction[neighbour];
      const there = this.#now + STEP_COSTS[kind * STEPS.length + step];
      if (there >= cost[neighbour]) continue;
      this.cameBy[neighbour] = step;
      this.#put(neighbour, there);
    }
  }

  /**
   * @param {number} node
   * @param {number} cost
   */
  #put(node, cost) {
    this.cost[node] = cost;
    this.#buckets[cost % BUCKETS].push(node);
    this.#waiting++;
  }
}

const STEP_COSTS = stepCosts();

/** @returns {Int32Array} (level, direction of the ridge, step) */
function stepCosts() {
  const costs = new Int32Array((LEVELS + 1) * DIRECTIONS * STEPS.length);
  for (let level = 0; level <= LEVELS; level++) {
    const missing = 1 - level / LEVELS;
    const here = LEAST_COST + (COST_UNIT - LEAST_COST) * missing;
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      for (let step = 0; step < STEPS.length; step++) {
        const off = (step * Math.PI) / 4 - (direction * Math.PI) / DIRECTIONS;
        const turn = 1 + TURN_COST * (1 - missing) * Math.sin(off) ** 2;
        const length = step % 2 ? Math.SQRT2 : 1;
        costs[(level * DIRECTIONS + direction) * STEPS.length + step] = Math.round(here * turn * length);
      }
    }
  }
  return costs;
}
