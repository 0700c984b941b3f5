/**
 * Paces figures that follow the pointer: nobody reads them faster, and each change costs a layout. Knows no DOM.
 */

const PACE_MS = 100;
const LATE_MS = 50; // while figures go on coming, they are shown with the frame that each brings about, not in one more

/**
 * @template {unknown[]} T
 * @param {(...values: T) => void} show
 * @param {number} [paceMs]
 * @returns {(...values: T) => void} shows the first at once, then at most one each pace, and always the last
 */
export function paced(show, paceMs = PACE_MS) {
  /** @type {T | null} */
  let waiting = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let late;
  let isPausing = false;
  /** @param {T} values */
  const run = (values) => {
    clearTimeout(late);
    waiting = null;
    isPausing = true;
    setTimeout(goOn, paceMs);
    show(...values);
  };
  const goOn = () => {
    isPausing = false;
    const last = waiting;
    if (last) late = setTimeout(() => run(last), LATE_MS);
  };
  return (...values) => {
    if (isPausing) waiting = values;
    else run(values);
  };
}
