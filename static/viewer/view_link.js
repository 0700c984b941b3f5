/**
 * Carries zoom, pan and window from one panel over to others, in mm where both spacings are known. Knows no DOM.
 */

import { BreastFrame } from "./breast_frame.js";
import { pxToMm } from "./geometry.js";
import { adjusted, areSame } from "./window_level.js";

/** @typedef {import("./viewport.js").Viewport} Viewport */
/** @typedef {import("./window_level.js").Windowing} Windowing */
/** @typedef {{title: string, windowing: Windowing}} WindowPreset */
/** @typedef {{viewport: Viewport, laterality: string, spacingMm: [number, number] | null}} Linked */

const SAME_SCALE = 1e-9; // relative
const UNSEEN_PX = 0.75; // canvas px: smaller differences are rounding, and chasing them would never end

/** Tells the views that a person has changed from those that a link has set. */
export class KnownViews {
  /** @type {WeakMap<Viewport, import("./geometry.js").View>} */
  #views = new WeakMap();

  /** @param {Viewport} viewport */
  note(viewport) {
    this.#views.set(viewport, viewport.view);
  }

  /**
   * @param {Viewport} viewport
   * @returns {boolean} true once for each change
   */
  isNews(viewport) {
    const isNews = this.#views.get(viewport) !== viewport.view;
    this.note(viewport);
    return isNews;
  }
}

/**
 * Show of one image what another one shows.
 * @param {Linked} from
 * @param {Linked} to
 * @param {boolean} isPanned false: only the zoom is carried over, at the same depth from the chest wall
 */
export function followView(from, to, isPanned) {
  if (from.viewport.isFitted) {
    if (!to.viewport.isFitted) to.viewport.fit();
  } else if (isPanned) alignView(from, to);
  else if (Math.abs(scaleOf(from, to) / to.viewport.view.scale - 1) > SAME_SCALE) alignView(from, to, false);
}

/**
 * Show the same place of the breast at the same zoom: chest wall on chest wall, middle on middle.
 * @param {Linked} from
 * @param {Linked} to
 * @param {boolean} [isSameHeight] false: heights above the middle do not correspond, only depths do
 */
export function alignView(from, to, isSameHeight = true) {
  const [fromUnit, toUnit] = unitsOf(from.spacingMm, to.spacingMm);
  const { depth, height } = new BreastFrame(from.viewport, from.laterality, fromUnit).positionOf(from.viewport.centre);
  const frame = new BreastFrame(to.viewport, to.laterality, toUnit);
  const ownHeight = frame.positionOf(to.viewport.centre).height;
  move(to.viewport, frame.pointAt({ depth, height: isSameHeight ? height : ownHeight }), scaleOf(from, to));
}

/**
 * @param {Viewport} viewport
 * @param {import("./geometry.js").Point} centre image px
 * @param {number} scale
 */
function move(viewport, centre, scale) {
  const { x, y } = viewport.centre;
  const isThere = Math.hypot(centre.x - x, centre.y - y) * scale < UNSEEN_PX;
  if (!isThere || Math.abs(scale / viewport.view.scale - 1) > SAME_SCALE) viewport.centreOn(centre, scale);
}

/**
 * @param {Linked} from
 * @param {Linked} to
 * @returns {number} canvas px per image px that show the same mm
 */
function scaleOf(from, to) {
  const [fromUnit, toUnit] = unitsOf(from.spacingMm, to.spacingMm);
  return (from.viewport.view.scale * toUnit) / fromUnit;
}

/**
 * @param {[number, number] | null} fromMm
 * @param {[number, number] | null} toMm
 * @returns {[number, number]} what a px of each counts: mm where both are known, else px alike
 */
function unitsOf(fromMm, toMm) {
  const units = [pxToMm(1, fromMm), pxToMm(1, toMm)];
  return units[0] && units[1] ? [units[0], units[1]] : [1, 1];
}

/**
 * Give another image the window that belongs to a change: the stored window of the same number, or the same relative
 * step. Windows are not copied, because each image brings its own.
 * @param {{before: Windowing, after: Windowing, presets: WindowPreset[]}} from
 * @param {{windowing: Windowing, presets: WindowPreset[]}} to
 * @returns {Windowing}
 */
export function followWindow({ before, after, presets }, to) {
  const chosen = presets.findIndex(({ windowing }) => areSame(windowing, after));
  if (chosen >= 0 && presets.length === to.presets.length) return to.presets[chosen].windowing;
  if (before.voiFunction !== after.voiFunction) return to.windowing;
  const addCenter = ((after.center - before.center) / before.width) * to.windowing.width;
  return adjusted(to.windowing, addCenter, after.width / before.width);
}
