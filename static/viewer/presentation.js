/**
 * How the header of an image wants it shown: what its stored values mean, and its windows and lookup tables as
 * presets. Knows no DOM.
 */

import { automaticWindowing, lutWindowing } from "./window_level.js";

/** @typedef {import("./api.js").Mammogram} Mammogram */
/** @typedef {import("./window_level.js").GreyScale} GreyScale */
/** @typedef {import("./window_level.js").Windowing} Windowing */
/** @typedef {import("./window_level.js").VoiLut} VoiLut */
/** @typedef {{title: string, windowing: Windowing}} WindowPreset */
/** @typedef {{first_mapped: number, bits: number, explanation: string, values: string}} VoiLutRecord */

/**
 * @param {Mammogram} mammogram
 * @returns {GreyScale}
 */
export function greyScaleOf(mammogram) {
  // Presentation LUT Shape says INVERSE of MONOCHROME1 once more; on MONOCHROME2 it is the only word for it.
  const inverted =
    mammogram.photometric_interpretation === "MONOCHROME1" || mammogram.presentation_lut_shape === "INVERSE";
  return {
    slope: mammogram.rescale_slope,
    intercept: mammogram.rescale_intercept,
    bits: mammogram.bits_stored,
    inverted,
    padding: mammogram.pixel_padding,
  };
}

/**
 * @param {Mammogram | null} mammogram null: nothing is known of the image yet
 * @returns {boolean} true where low stored values are shown bright, so that calcium has low ones
 */
export function isDarkBright(mammogram) {
  if (!mammogram) return false;
  const { inverted, slope } = greyScaleOf(mammogram);
  return inverted !== slope < 0;
}

/**
 * @param {Mammogram} mammogram
 * @param {Uint8Array | Uint16Array} values stored; a reduced copy is enough
 * @returns {Promise<WindowPreset[]>} the file's windows, its tables, then one from the histogram
 */
export async function readPresets(mammogram, values) {
  const { windows, voi_luts: luts, voi_lut_function: voiFunction } = mammogram;
  const ofWindows = windows.map(({ center, width, explanation }, i) => {
    return { title: titled(explanation, `Window ${i + 1}`), windowing: { center, width, voiFunction } };
  });
  const ofLuts = luts.map(async (record, i) => {
    return { title: titled(record.explanation, `Table ${i + 1}`), windowing: lutWindowing(await readLut(record)) };
  });
  const automatic = { title: "Automatic", windowing: automaticWindowing(values, greyScaleOf(mammogram)) };
  return [...ofWindows, ...(await Promise.all(ofLuts)), automatic];
}

/**
 * @param {VoiLutRecord} record
 * @returns {Promise<VoiLut>}
 */
async function readLut({ first_mapped: firstMapped, bits, values }) {
  const bytes = Uint8Array.from(atob(values), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const view = new DataView(await new Response(stream).arrayBuffer());
  const entries = Uint16Array.from({ length: view.byteLength / 2 }, (_, i) => view.getUint16(2 * i, true));
  return { firstMapped, bits, values: entries };
}

/**
 * @param {string} explanation in capitals, as DICOM writes it; may be empty
 * @param {string} otherwise
 */
function titled(explanation, otherwise) {
  return explanation ? explanation[0] + explanation.slice(1).toLowerCase() : otherwise;
}
