/**
 * How large a pixel of this screen is, told once by laying a bank card on it, and what follows for the zoom.
 * Knows no page.
 */

export const CARD_MM = 85.6; // long side of a bank card, ISO/IEC 7810 ID-1
const STORAGE_KEY = "tramline.screens";
const TRUE_SIZE_TOLERANCE = 0.005;

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} TextStorage */
/**
 * @typedef {object} ScreenFacts
 * @property {number} width css px
 * @property {number} height css px
 * @property {number} [availLeft] where it lies among the screens of the desk
 * @property {number} [availTop]
 */

/** Remembers each screen by its size, place and magnification: another one has to be measured on its own. */
export class ScreenSize {
  /** @param {TextStorage} storage */
  constructor(storage) {
    this.storage = storage;
  }

  /**
   * @param {ScreenFacts} screen
   * @param {number} pixelRatio device px per css px
   * @returns {number | null} mm of a device px; null where this screen was not measured
   */
  mmPerPx(screen, pixelRatio) {
    const mm = this.#all()[keyOf(screen, pixelRatio)];
    return typeof mm === "number" && mm > 0 ? mm : null;
  }

  /**
   * @param {ScreenFacts} screen
   * @param {number} pixelRatio device px per css px
   * @param {number} cardCssPx how long the card is on it
   */
  measure(screen, pixelRatio, cardCssPx) {
    this.#keep({ ...this.#all(), [keyOf(screen, pixelRatio)]: CARD_MM / (cardCssPx * pixelRatio) });
  }

  /** @returns {Record<string, unknown>} */
  #all() {
    try {
      const kept = JSON.parse(this.storage.getItem(STORAGE_KEY) ?? "{}");
      return kept !== null && typeof kept === "object" ? kept : {};
    } catch {
      return {}; // not ours, or not allowed: then nothing was measured
    }
  }

  /** @param {Record<string, unknown>} all */
  #keep(all) {
    this.storage.setItem(STORAGE_KEY, JSON.stringify(all));
  }
}

/**
 * @param {ScreenFacts} screen
 * @param {number} pixelRatio
 */
function keyOf({ width, height, availLeft = 0, availTop = 0 }, pixelRatio) {
  return [width, height, availLeft, availTop, pixelRatio].join(" ");
}

/**
 * @param {[number, number]} spacingMm (row, column) of the image
 * @param {number} mmPerPx of the screen
 * @returns {number} canvas px per image px at which a mm of the image is a mm on the screen
 */
export function trueScale([rowMm, columnMm], mmPerPx) {
  return (rowMm + columnMm) / 2 / mmPerPx;
}

/**
 * @param {number} scale canvas px per image px
 * @param {[number, number] | null} spacingMm
 * @param {number | null} mmPerPx of the screen; null where it was not measured
 * @returns {string} the zoom as it is read out
 */
export function zoomText(scale, spacingMm, mmPerPx) {
  const percent = `${(scale * 100).toFixed(0)} %`;
  if (!spacingMm || !mmPerPx) return percent;
  const enlarged = scale / trueScale(spacingMm, mmPerPx);
  if (Math.abs(enlarged - 1) < TRUE_SIZE_TOLERANCE) return `${percent} · true size`;
  return `${percent} · 1 cm is ${Number((10 / enlarged).toPrecision(3))} mm`;
}
