/**
 * The only place that talks to the server.
 */

/** @typedef {import("./labels.js").LabelName} LabelName */
/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./operations.js").AnswerValue} AnswerValue */
/** @typedef {import("./window_level.js").VoiFunction} VoiFunction */

/**
 * @typedef {object} Annotation
 * @property {string} id
 * @property {string} mammogram
 * @property {string} reader pseudonym
 * @property {"open" | "submitted"} state
 * @property {number} version number of stored operations
 * @property {{bac_present: AnswerValue | null}} answers
 * @property {Record<LabelName, {runs: string, sha256: string, area_px: number}>} masks
 * @property {import("./finding.js").Finding[]} findings
 */
/**
 * @typedef {object} Saved
 * @property {number} version
 * @property {string[]} acknowledged
 * @property {Record<LabelName, {sha256: string, area_px: number}>} masks
 * @property {string} saved_at
 */
/**
 * @typedef {object} Mammogram
 * @property {string} id
 * @property {number} rows
 * @property {number} columns
 * @property {number} bits_stored
 * @property {"MONOCHROME1" | "MONOCHROME2"} photometric_interpretation
 * @property {string} image_laterality
 * @property {string} view_position
 * @property {[number, number] | null} pixel_spacing_mm (row, column)
 * @property {string} pixel_spacing_source
 * @property {{center: number, width: number, explanation: string}[]} windows in rescaled values
 * @property {import("./presentation.js").VoiLutRecord[]} voi_luts
 * @property {VoiFunction} voi_lut_function
 * @property {"" | "IDENTITY" | "INVERSE"} presentation_lut_shape
 * @property {[number, number] | null} pixel_padding first and last stored value that only fill the frame
 * @property {[number, number] | null} length_spacing_mm (row, column), what lengths count with
 * @property {"detector" | "object"} length_plane where such lengths are true
 * @property {number | null} magnification size at the detector over size in the breast
 * @property {number} rescale_slope
 * @property {number} rescale_intercept
 * @property {string} pixels_url
 */
/**
 * @typedef {{id: string, name: string, version: string, state: string, cutoff: number, synthetic_only: boolean}} ModelVersion
 */
/**
 * @typedef {object} InferenceRun
 * @property {string} id
 * @property {ModelVersion} model_version
 * @property {"queued" | "running" | "succeeded" | "failed" | "cancelled" | "dead"} state
 * @property {number} done tiles
 * @property {number} total tiles, 0 while unknown
 * @property {string | null} error
 * @property {string | null} probability_url
 * @property {string} queued_at
 * @property {number | null} seconds
 */

const TIMEOUT_MS = 30_000;
const IMAGE_TIMEOUT_MS = 300_000;

/** The server refused, or did not answer (status 0). */
export class ApiError extends Error {
  /**
   * @param {string} message in plain words, for the reader
   * @param {string} code stable reason
   * @param {number} status of HTTP; 0 when nothing came back
   * @param {string[]} [stored] on stale_version: ids of the request that are stored already
   */
  constructor(message, code, status, stored = []) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.stored = stored;
  }
}

/** @param {string} id @returns {Promise<Annotation>} */
export const readAnnotation = (id) => json("GET", `/api/annotations/${id}/`);

/**
 * @param {string} id of an annotation
 * @param {number} after so many operations from the first one on are left out
 * @returns {Promise<{reader: string, version: number, operations: import("./operation_log.js").StoredOperation[]}>} a page
 */
export const readOperations = (id, after) => json("GET", `/api/annotations/${id}/operations/?after=${after}`);

/**
 * @param {string} id
 * @param {number} baseVersion
 * @param {Operation[]} operations
 * @returns {Promise<Saved>}
 */
export const sendOperations = (id, baseVersion, operations) =>
  json("POST", `/api/annotations/${id}/operations/`, { base_version: baseVersion, operations });

/**
 * @param {string} id
 * @param {number} version
 * @param {Record<LabelName, string>} masks SHA-256 of the masks on the screen
 * @returns {Promise<Annotation>}
 */
export const submitAnnotation = (id, version, masks) =>
  json("POST", `/api/annotations/${id}/submit/`, { version, masks });

/** @param {string} id @returns {Promise<Mammogram>} */
export const readMammogram = (id) => json("GET", `/api/mammograms/${id}/`);

/** @returns {Promise<ModelVersion[]>} */
export const readModelVersions = () => list("/api/model-versions/");

/** @param {string} mammogram @returns {Promise<InferenceRun[]>} newest first */
export const readInferenceRuns = (mammogram) => list(`/api/mammograms/${mammogram}/inference-runs/`);

/** @param {string} id @returns {Promise<InferenceRun>} */
export const readInferenceRun = (id) => json("GET", `/api/inference-runs/${id}/`);

/** @param {string} mammogram @param {string} modelVersion @returns {Promise<InferenceRun>} */
export const startInferenceRun = (mammogram, modelVersion) =>
  json("POST", `/api/mammograms/${mammogram}/inference-runs/`, { model_version: modelVersion });

/** @param {string} id @returns {Promise<unknown>} */
export const cancelInferenceRun = (id) => json("POST", `/api/inference-runs/${id}/cancel/`, {});

/** @param {string} url of a PNG @returns {Promise<ArrayBuffer>} */
export async function readImage(url) {
  const response = await request("GET", url, undefined, IMAGE_TIMEOUT_MS);
  return response.arrayBuffer().catch(noAnswer);
}

/**
 * @param {string} cookies as document.cookie gives them
 * @returns {string} Django's token against cross-site requests
 */
export function csrfToken(cookies) {
  return decodeURIComponent(/(?:^|;\s*)csrftoken=([^;]*)/.exec(cookies)?.[1] ?? "");
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function json(method, url, body) {
  const response = await request(method, url, body, TIMEOUT_MS);
  return response.json().catch(noAnswer);
}

/**
 * @param {string} url of a list, whole or as a page with `results`
 * @returns {Promise<any[]>}
 */
async function list(url) {
  const answer = await json("GET", url);
  return Array.isArray(answer) ? answer : answer.results;
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} body
 * @param {number} timeoutMs
 * @returns {Promise<Response>}
 */
async function request(method, url, body, timeoutMs) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json, image/png" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = csrfToken(document.cookie);
  }
  const signal = AbortSignal.timeout(timeoutMs);
  const sent = fetch(url, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  const response = await sent.catch(noAnswer);
  if (response.ok && !response.redirected) return response;
  throw await errorFrom(response);
}

/** @returns {never} */
function noAnswer() {
  throw new ApiError("The server does not answer.", "no_answer", 0);
}

/**
 * @param {Response} response
 * @returns {Promise<ApiError>}
 */
async function errorFrom(response) {
  if (response.redirected) return new ApiError("You are logged out. Log in again in another tab.", "logged_out", 401);
  const answer = await response.json().catch(() => ({}));
  const message = answer.message ?? `The server answered ${response.status} without a reason.`;
  return new ApiError(message, answer.code ?? "unknown", response.status, answer.stored ?? []);
}
