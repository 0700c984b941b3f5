/**
 * Seals what the journal keeps, so that on a shared computer nobody reads what somebody else has not sent yet. The
 * key comes from the server with the session and lives in the memory of the page alone. Knows no DOM.
 */

const IV_BYTES = 12;

/** AES-GCM with the key of one person. */
export class JournalCipher {
  /** @type {CryptoKey} */
  #key;

  /**
   * @param {CryptoKey} key
   * @param {string} name tells keys apart and nothing about them
   */
  constructor(key, name) {
    this.#key = key;
    this.name = name;
  }

  /**
   * @param {string} hexadecimal 32 bytes, as the server gives them
   * @returns {Promise<JournalCipher>} the key itself cannot be read back from it
   */
  static async from(hexadecimal) {
    const bytes = Uint8Array.from(hexadecimal.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    const hash = await crypto.subtle.digest("SHA-256", bytes);
    bytes.fill(0);
    const name = Array.from(new Uint8Array(hash, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return new JournalCipher(key, name);
  }

  /**
   * @param {unknown} content
   * @param {string} place where it is kept; opened from another place, it is refused
   * @returns {Promise<{iv: Uint8Array, sealed: ArrayBuffer}>}
   */
  async seal(content, place) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const plain = new TextEncoder().encode(JSON.stringify(content));
    return { iv, sealed: await crypto.subtle.encrypt(parametersOf(iv, place), this.#key, plain) };
  }

  /**
   * @param {{iv: Uint8Array, sealed: ArrayBuffer}} record
   * @param {string} place
   * @returns {Promise<any>} rejected where the record was changed, or sealed with another key
   */
  async open({ iv, sealed }, place) {
    const plain = await crypto.subtle.decrypt(parametersOf(iv, place), this.#key, sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  }
}

/**
 * @param {Uint8Array} iv
 * @param {string} place
 * @returns {AesGcmParams}
 */
function parametersOf(iv, place) {
  const view = /** @type {Uint8Array<ArrayBuffer>} */ (iv);
  return { name: "AES-GCM", iv: view, additionalData: new TextEncoder().encode(place) };
}
