// Drawn pictures of vessels with a known centre line, for the tests of the live-wire.
import { Crop } from "../../static/viewer/livewire/crop.js";

export const bump = (offsetPx, sigmaPx) => Math.exp(-(offsetPx * offsetPx) / (2 * sigmaPx * sigmaPx));

/** Normal deviates, the same in every run. */
export function noise(seed) {
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
}

/** @returns a picture of 1000 grey levels, noise, and what `signal` adds at each pixel's middle */
export function drawn(signal, { rows, columns, sigma = 30, seed = 1, isDark = false }) {
  const deviate = noise(seed);
  const values = new Uint16Array(rows * columns);
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [(i % columns) + 0.5, Math.floor(i / columns) + 0.5];
    const level = 1000 + signal(x, y) + sigma * deviate();
    values[i] = Math.round(isDark ? 4000 - level : level);
  }
  return new Crop(values, { row0: 0, column0: 0, row1: rows, column1: columns }, isDark);
}
