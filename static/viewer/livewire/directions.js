/** Directions of ridges, over half a turn: a ridge has no front. Knows no DOM. */

/** So many are told apart. */
export const DIRECTIONS = 16;

/**
 * @param {number} one
 * @param {number} other
 * @returns {number} steps between two directions
 */
export function turnBetween(one, other) {
  const turn = Math.abs(one - other);
  return Math.min(turn, DIRECTIONS - turn);
}

/** @param {number} direction @returns {{x: number, y: number}} of length 1, across it */
export function acrossOf(direction) {
  const angle = (direction * Math.PI) / DIRECTIONS;
  return { x: -Math.sin(angle), y: Math.cos(angle) };
}
