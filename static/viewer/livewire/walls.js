/** Two calcified walls with a dark lumen between them are one vessel: its middle. Knows no DOM. */

import { acrossOf, DIRECTIONS, turnBetween } from "./directions.js";

/** @typedef {import("./ridge.js").Ridge} Ridge */

export const LEAST_LIKENESS = 0.4; // of the fainter wall to the brighter one
const LEAST_WALL = 1.5; // times what is usual
const WALL_SHARE = 0.5; // what a wall keeps of its strength once it is half of a pair
export const WALL_DIRECTIONS = 2; // by which two walls may differ

/**
 * Where two ridges run side by side at the distance of two walls, put the ridge into the middle between them.
 * @param {Ridge} walls strength: times what is usual
 * @param {Ridge} ridge changed
 * @param {[number, number]} wallsPx least and greatest distance between the two
 */
export function joinWalls({ rows, columns, strength, direction }, ridge, wallsPx) {
  const { strength: joined, direction: along } = ridge;
  const across = stepsAcross(columns, wallsPx);
  const border = Math.ceil(wallsPx[1]) + 1;
  for (let row = border; row < rows - border; row++) {
    for (let i = row * columns + border; i < (row + 1) * columns - border; i++) {
      const here = strength[i];
      if (here < LEAST_WALL) continue;
      const steps = across[direction[i]];
      for (let k = 0; k < steps.length; k += 2) {
        const there = strength[i + steps[k]];
        const fainter = here < there ? here : there;
        if (fainter < LEAST_LIKENESS * (here + there - fainter)) continue;
        const middle = i + steps[k + 1];
        if (strength[middle] > fainter) continue; // one broad ridge, not two walls
        if (turnBetween(direction[i], direction[i + steps[k]]) > WALL_DIRECTIONS) continue;
        if (joined[i] > WALL_SHARE * here) joined[i] = WALL_SHARE * here;
        if ((here + there) / 2 <= joined[middle]) continue;
        joined[middle] = (here + there) / 2;
        along[middle] = direction[i];
      }
    }
  }
}

/**
 * @param {number} columns
 * @param {[number, number]} wallsPx
 * @returns {Int32Array[]} for each direction of a wall: how far on in the image another wall is, and the middle
 */
function stepsAcross(columns, [leastPx, mostPx]) {
  return Array.from({ length: DIRECTIONS }, (_, direction) => {
    const across = acrossOf(direction);
    const steps = [];
    for (let apart = leastPx; apart <= mostPx; apart++) {
      const [x, y] = [apart * across.x, apart * across.y];
      const other = Math.round(y) * columns + Math.round(x);
      const middle = Math.round(y / 2) * columns + Math.round(x / 2);
      steps.push(other, middle, -other, -middle); // to both sides: the other wall may look past this one
    }
    return Int32Array.from(steps);
  });
}
