/**
 * Cheapest ways from one place of a grid to all others, found as far as they are asked for (Dijkstra with buckets;
 * costs are whole numbers). Asking again only walks back. Knows no DOM.
 */

import { DIRECTIONS } from "./ridge.js";

/** @typedef {import("./ridge.js").Ridge} Ridge */

const STEPS = [
  { x: 1, y: 0 }, { x: 1, y: 1 }, { x: 0, y: 1 }, { x: -1, y: 1 },
  { x: -1, y: 0 }, { x: -1, y: -1 }, { x: 0, y: -1 }, { x: 1, y: -1 },
];
const COST_UNIT = 100; // of one straight step where no vessel is
const LEAST_COST = 4; // of one along a perfect vessel: a bend 25 times as long is worth it
const TURN_COST = 1; // a step across the ridge costs so much more, relatively, where the ridge is clear
const BUCKETS = 512; // more than any step costs
const NONE = -1;

/** From one start. */
export class ShortestPaths {
  #heads = new Int32Array(BUCKETS).fill(NONE);
  #now = 0;
  #waiting = 0;

  /**
   * @param {Ridge} ridge
   * @param {number} rows
   * @param {number} columns
   * @param {number} start index of the first node
   */
  constructor(ridge, rows, columns, start) {
    const size = rows * columns;
    this.ridge = ridge;
    this.rows = rows;
    this.columns = columns;
    this.cost = new Int32Array(size).fill(0x7fffffff);
    this.from = new Int32Array(size).fill(NONE);
    this.isSettled = new Uint8Array(size);
    this.next = new Int32Array(size).fill(NONE);
    this.previous = new Int32Array(size).fill(NONE);
    this.stepCosts = stepCosts();
    this.#put(start, 0);
  }

  /**
   * @param {number} target index of a node
   * @returns {number[]} nodes from the start to the target
   */
  pathTo(target) {
    while (!this.isSettled[target] && this.#waiting) this.#settleNext();
    const path = [];
    for (let node = target; node !== NONE; node = this.from[node]) path.push(node);
    return path.reverse();
  }

  #settleNext() {
    while (this.#heads[this.#now % BUCKETS] === NONE) this.#now++;
    const node = this.#heads[this.#now % BUCKETS];
    this.#take(node, this.#now % BUCKETS);
    this.isSettled[node] = 1;
    const row = Math.floor(node / this.columns);
    const column = node - row * this.columns;
    for (let step = 0; step < STEPS.length; step++) {
      const x = column + STEPS[step].x;
      const y = row + STEPS[step].y;
      if (x < 0 || y < 0 || x >= this.columns || y >= this.rows) continue;
      const neighbour = y * this.columns + x;
      if (this.isSettled[neighbour]) continue;
      const cost = this.#now + this.#stepCost(neighbour, step);
      if (cost >= this.cost[neighbour]) continue;
      if (this.cost[neighbour] !== 0x7fffffff) this.#take(neighbour, this.cost[neighbour] % BUCKETS);
      this.from[neighbour] = node;
      this.#put(neighbour, cost);
    }
  }

  /**
   * @param {number} node entered
   * @param {number} step
   */
  #stepCost(node, step) {
    const level = Math.round(this.ridge.strength[node] * LEVELS);
    return this.stepCosts[(level * DIRECTIONS + this.ridge.direction[node]) * STEPS.length + step];
  }

  /**
   * @param {number} node
   * @param {number} cost
   */
  #put(node, cost) {
    const bucket = cost % BUCKETS;
    const head = this.#heads[bucket];
    this.cost[node] = cost;
    this.next[node] = head;
    this.previous[node] = NONE;
    if (head !== NONE) this.previous[head] = node;
    this.#heads[bucket] = node;
    this.#waiting++;
  }

  /**
   * @param {number} node
   * @param {number} bucket that it is in
   */
  #take(node, bucket) {
    const { next, previous } = this;
    if (previous[node] === NONE) this.#heads[bucket] = next[node];
    else next[previous[node]] = next[node];
    if (next[node] !== NONE) previous[next[node]] = previous[node];
    this.#waiting--;
  }
}

const LEVELS = 64; // of strength that are told apart

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
