/** Paces figures that follow the pointer: nobody reads them faster, and each change costs a layout. Knows no DOM. */

const PACE_MS = 100;

/**
 * @template {unknown[]} T
 * @param {(...values: T) => void} show
 * @param {number} [paceMs]
 * @returns {(...values: T) => void} shows the first at once, then at most one each pace, and always the last
 */
export function paced(show, paceMs = PACE_MS) {
  /** @type {T | null} */
  let waiting = null;
  let isPausing = false;
  /** @param {T} values */
  const run = (values) => {
    isPausing = true;
    setTimeout(() => {
      isPausing = false;
      const last = waiting;
      waiting = null;
      if (last) run(last);
    }, paceMs);
    show(...values);
  };
  return (...values) => {
    if (isPausing) waiting = values;
    else run(values);
  };
}
