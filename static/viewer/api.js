/**
 * The only place that talks to the server.
 */

import { now, setServerTime } from "./clock.js";
import { requestOf } from "./wire.js";

/** @typedef {import("./labels.js").LabelName} LabelName */
/** @typedef {import("./map_words.js").MapKind} MapKind */
/** @typedef {import("./map_words.js").MapStatus} MapStatus */
/** @typedef {import("./operations.js").Operation} Operation */
/** @typedef {import("./operations.js").AnswerValue} AnswerValue */
/** @typedef {import("./window_level.js").VoiFunction} VoiFunction */

/**
 * @typedef {object} Annotation
 * @property {string} id
 * @property {string} mammogram
 * @property {string} reader pseudonym
 * @property {"open" | "submitted"} state
 * @property {boolean} exam_ended skipped or withdrawn: it takes no more operations
 * @property {number} version number of stored operations
 * @property {{bac_present: string | null, [question: string]: string | null}} answers
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
 * @property {number | null} seconds
 */

/**
 * @typedef {object} Session
 * @property {string} name what the person logs in with
 * @property {string} reader pseudonym
 * @property {string} ends_at
 * @property {string} now
 */

/**
 * @typedef {object} CorrectionRun
 * @property {string} id
 * @property {InferenceRun["state"]} state
 * @property {string} error
 * @property {CorrectionComponent[]} components
 */
/**
 * @typedef {object} CorrectionComponent
 * @property {string} id
 * @property {"keep" | "remove" | "borderline"} decision
 * @property {string} reason_text
 * @property {string} runs base64
 * @property {{is_removed: boolean} | null} human_decision
 */

/**
 * @typedef {object} PixelChange one operation that set or cleared a pixel
 * @property {string} reader pseudonym
 * @property {boolean} is_own
 * @property {string} label
 * @property {boolean} is_set
 * @property {string} tool
 * @property {string} made_at
 * @property {import("./operations.js").Details} details
 * @property {{name: string, version: string, inference_run: string} | null} model
 * @property {{correction_run: string, algorithm_version: string, component: number | null, reason: string} | null} correction
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
   * @param {number} [retryAfterMs] what the server asks to wait; 0 where it asks for nothing
   * @param {Record<string, any>} [facts] all that the answer says
   */
  constructor(message, code, status, stored = [], retryAfterMs = 0, facts = {}) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.stored = stored;
    this.retryAfterMs = retryAfterMs;
    this.facts = facts;
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
 * @param {string} id of an annotation
 * @param {number} row
 * @param {number} column
 * @returns {Promise<{changes: PixelChange[], left_out: number}>} the latest first
 */
export const readProvenance = (id, row, column) => json("GET", `/api/annotations/${id}/provenance/?row=${row}&column=${column}`);

/**
 * @param {string} id
 * @param {number} baseVersion
 * @param {Operation[]} operations
 * @returns {Promise<Saved>}
 */
export const sendOperations = (id, baseVersion, operations) =>
  json("POST", `/api/annotations/${id}/operations/`, requestOf(baseVersion, operations));

/**
 * @param {string} id
 * @param {number} version
 * @param {Record<LabelName, string>} masks SHA-256 of the masks on the screen
 * @param {string[]} acknowledged checks that warned, and are gone past
 * @returns {Promise<Annotation>}
 */
export const submitAnnotation = (id, version, masks, acknowledged) =>
  json("POST", `/api/annotations/${id}/submit/`, { version, masks, acknowledged });

/**
 * @param {string} id of an annotation
 * @param {import("./branch.js").BranchPlace} place
 * @param {import("./branch.js").BranchOperation[]} operations
 * @returns {Promise<{id: string, acknowledged: string[]}>}
 */
export const storeBranch = (id, place, operations) =>
  json("POST", `/api/annotations/${id}/branches/`, {
    id: place.id,
    reason: place.reason,
    base_version: place.baseVersion,
    operations,
  });

/** @param {string} id of an annotation @returns {Promise<import("./branch.js").Branch[]>} oldest first */
export const readBranches = (id) => list(`/api/annotations/${id}/branches/`);

/** @param {string} id @param {"merged" | "left_aside"} value @returns {Promise<unknown>} */
export const decideBranch = (id, value) => json("POST", `/api/branches/${id}/decisions/`, { value });

/** @returns {Promise<Session>} rejected with status 403 where nobody is logged in */
export const readSession = () => json("GET", "/api/session/");

/** @param {string} name @param {string} password @returns {Promise<Session>} */
export const logIn = (name, password) => json("POST", "/api/session/log-in/", { name, password });

/** @returns {Promise<{key: string}>} of the person who is logged in, hexadecimal */
export const readJournalKey = () => json("GET", "/api/session/journal-key/");

/** @param {string} id @returns {Promise<Mammogram>} */
export const readMammogram = (id) => json("GET", `/api/mammograms/${id}/`);

/**
 * @param {string} mammogram
 * @param {string} laterality
 * @param {string} view
 * @returns {Promise<import("./caption.js").HangingFacts>} how the image hangs by this answer
 */
export const stateView = (mammogram, laterality, view) =>
  json("POST", `/api/mammograms/${mammogram}/view-statements/`, { laterality, view });

/**
 * @param {string} assignment
 * @param {{id: string, question: string, value: string}} answer sent twice, it is stored once
 * @returns {Promise<{answers: Record<string, string>}>} what is stored of the exam now
 */
export const answerExam = (assignment, answer) => json("POST", `/api/assignments/${assignment}/exam-answers/`, answer);

/** @returns {Promise<ModelVersion[]>} */
export const readModelVersions = () => list("/api/model-versions/");

/** @param {string} mammogram @returns {Promise<InferenceRun[]>} newest first */
export const readInferenceRuns = (mammogram) => list(`/api/mammograms/${mammogram}/inference-runs/`);

/** @param {string} id @returns {Promise<InferenceRun>} */
export const readInferenceRun = (id) => json("GET", `/api/inference-runs/${id}/`);

/** @param {string} mammogram @param {string} modelVersion @returns {Promise<InferenceRun>} */
export const startInferenceRun = (mammogram, modelVersion) =>
  json("POST", `/api/mammograms/${mammogram}/inference-runs/`, { model_version: modelVersion });

/** @param {string} mammogram @param {MapKind} kind @returns {Promise<MapStatus>} measured now where it can be */
export const askForMap = (mammogram, kind) => json("POST", `/api/mammograms/${mammogram}/maps/${kind}/`, {});

/** @param {string} mammogram @param {MapKind} kind @returns {Promise<MapStatus>} */
export const readMap = (mammogram, kind) => json("GET", `/api/mammograms/${mammogram}/maps/${kind}/`);

/** @param {string} id @returns {Promise<unknown>} */
export const cancelInferenceRun = (id) => json("POST", `/api/inference-runs/${id}/cancel/`, {});

/**
 * @param {string} annotation
 * @returns {Promise<{value: import("./proposed_pieces.js").Decision["value"], piece: string}[]>} the earliest first
 */
export const readProposalDecisions = (annotation) => list(`/api/annotations/${annotation}/proposal-decisions/`);

/** @param {string} annotation @param {object[]} decisions @returns {Promise<unknown>} */
export const sendProposalDecisions = (annotation, decisions) =>
  request("POST", `/api/annotations/${annotation}/proposal-decisions/`, { decisions }, TIMEOUT_MS);

/** @param {string} annotation @returns {Promise<CorrectionRun>} queued, or one that looked at the same label */
export const requestCorrection = (annotation) => json("POST", `/api/annotations/${annotation}/correction-runs/`, {});

/** @param {string} id @returns {Promise<CorrectionRun>} */
export const readCorrectionRun = (id) => json("GET", `/api/correction-runs/${id}/`);

/** @param {string} run @param {string} component @param {boolean} isRemoved @returns {Promise<CorrectionRun>} */
export const sendCorrectionDecision = (run, component, isRemoved) =>
  json("POST", `/api/correction-runs/${run}/decisions/`, [{ component, is_removed: isRemoved }]);

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
 * @param {boolean} [outlivesPage] sent although the page closes meanwhile; for small bodies
 * @returns {Promise<any>}
 */
export async function json(method, url, body, outlivesPage = false) {
  const response = await request(method, url, body, TIMEOUT_MS, outlivesPage);
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
 * @param {boolean} [keepalive]
 * @returns {Promise<Response>}
 */
async function request(method, url, body, timeoutMs, keepalive = false) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json, image/png" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = csrfToken(document.cookie);
  }
  const signal = AbortSignal.timeout(timeoutMs);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const sent = fetch(url, { method, headers, signal, keepalive, body: text });
  const response = await sent.catch(noAnswer);
  setServerTime(Date.parse(response.headers.get("Date") ?? ""));
  if (response.ok && !response.redirected) return response;
  throw await errorFrom(response);
}

/** @returns {never} */
function noAnswer() {
  const isOffline = navigator.onLine === false;
  throw new ApiError(isOffline ? "This computer has no network." : "The server does not answer.", "no_answer", 0);
}

/**
 * @param {Response} response
 * @returns {Promise<ApiError>}
 */
async function errorFrom(response) {
  if (response.redirected) return new ApiError("You are logged out.", "logged_out", 401);
  const answer = await response.json().catch(() => ({}));
  const message = answer.message ?? withoutReason(response.status);
  const { code = "unknown", stored = [] } = answer;
  const waitMs = retryAfterMs(response.headers.get("Retry-After"));
  return new ApiError(message, code, response.status, stored, waitMs, answer);
}

/**
 * A page between browser and server answers without our words.
 * @param {number} status
 * @returns {string}
 */
function withoutReason(status) {
  if (status === 413) return "It is larger than the server takes.";
  if (status === 429) return "The server asks this page to wait.";
  if (status >= 500) return `The server has a fault (${status}).`;
  return `The server answered ${status} without a reason.`;
}

/**
 * @param {string | null} header seconds, or a date
 * @returns {number}
 */
export function retryAfterMs(header) {
  if (!header) return 0;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
