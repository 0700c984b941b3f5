/** JSON to and from the server, for pages outside the viewer. Refusals become ApiError, in plain words. */

import { ApiError, csrfToken } from "../viewer/api.js";

const TIMEOUT_MS = 60_000;

/** @param {string} url @returns {Promise<any>} */
export const getJson = (url) => requestJson(url, { method: "GET", headers: {} });

/** @param {string} url @param {unknown} body @returns {Promise<any>} */
export const postJson = (url, body) =>
  requestJson(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(document.cookie) },
    body: JSON.stringify(body),
  });

/**
 * @param {string} url
 * @param {{method: string, headers: Record<string, string>, body?: string}} options
 * @returns {Promise<any>}
 */
async function requestJson(url, options) {
  const headers = { Accept: "application/json", ...options.headers };
  const answer = await fetch(url, { ...options, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
    throw new ApiError("The server does not answer. Check the connection and try again.", "no_answer", 0);
  });
  const content = await answer.json().catch(() => ({}));
  if (answer.ok) return content;
  const message = content.message ?? `The server answered ${answer.status} without a reason.`;
  throw new ApiError(message, content.code ?? "unknown", answer.status);
}
