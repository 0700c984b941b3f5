/**
 * Decodes images in a Worker of their own, so that the page stays free.
 */

import { readImage } from "./api.js";
import { PngError } from "./png.js";

/** @typedef {import("./pyramid.js").Level<Uint8Array | Uint16Array>} Level */
/** @typedef {import("./pyramid.js").Padding} Padding */

/** @type {Map<string, Decoding>} by address */
const begun = new Map();

/**
 * Fetch and decode an image before it is asked for, while the page gets ready.
 * @param {string} url of a PNG
 */
export function beginImage(url) {
  begun.set(url, new Decoding(readImage(url)));
}

/**
 * @param {string} url of a PNG
 * @param {"mean" | "max"} rule how the reduced copies are made
 * @param {Padding} [padding] left out of means
 * @returns {Promise<Level[]>} the full image first
 */
export function loadImage(url, rule, padding = null) {
  const decoding = begun.get(url) ?? new Decoding(readImage(url));
  begun.delete(url); // what it decoded can be had once
  return decoding.levels(rule, padding);
}

/**
 * @param {ArrayBuffer} bytes a PNG file; taken over, empty afterwards
 * @param {"mean" | "max"} rule how the reduced copies are made
 * @param {Padding} [padding] left out of means
 * @returns {Promise<Level[]>} the full image first
 */
export function decodeImage(bytes, rule, padding = null) {
  return new Decoding(Promise.resolve(bytes)).levels(rule, padding);
}

/** Of one image. */
class Decoding {
  /** @param {Promise<ArrayBuffer>} bytes */
  constructor(bytes) {
    const worker = new Worker(new URL("./image_worker.js", import.meta.url), { type: "module" });
    this.worker = worker;
    /** @type {Promise<Level[]>} */
    this.reply = new Promise((resolve, reject) => {
      worker.onmessage = (event) => {
        if ("error" in event.data) reject(new PngError(event.data.error));
        else resolve(event.data.levels);
      };
      worker.onerror = () => reject(new PngError("The image decoder could not be started. Reload the page."));
    });
    this.sent = bytes.then((buffer) => worker.postMessage({ bytes: buffer }, [buffer]));
    for (const promise of [this.reply, this.sent]) promise.catch(() => {}); // told to who asks for the levels
  }

  /**
   * @param {"mean" | "max"} rule
   * @param {Padding} padding
   * @returns {Promise<Level[]>}
   */
  async levels(rule, padding) {
    try {
      await this.sent;
      this.worker.postMessage({ rule, padding });
      return await this.reply;
    } finally {
      this.worker.terminate();
    }
  }
}
