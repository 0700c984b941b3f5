/**
 * Decodes images in a Worker of their own, so that the page stays free.
 */

import { PngError } from "./png.js";

/** @typedef {import("./pyramid.js").Level<Uint8Array | Uint16Array>} Level */

/**
 * @param {ArrayBuffer} bytes a PNG file; taken over, empty afterwards
 * @param {"mean" | "max"} rule how the reduced copies are made
 * @param {import("./pyramid.js").Padding} [padding] left out of means
 * @returns {Promise<Level[]>} the full image first
 */
export function decodeImage(bytes, rule, padding = null) {
  const worker = new Worker(new URL("./image_worker.js", import.meta.url), { type: "module" });
  const reply = new Promise((resolve, reject) => {
    worker.onmessage = (event) => {
      if ("error" in event.data) reject(new PngError(event.data.error));
      else resolve(event.data.levels);
    };
    worker.onerror = () => reject(new PngError("The image decoder could not be started. Reload the page."));
  });
  worker.postMessage({ bytes, rule, padding }, [bytes]);
  return reply.finally(() => worker.terminate());
}
