/**
 * What the reading page tells and asks the server beside the labels: time, what was seen, comments, a person's keys.
 */

import { json } from "./api.js";

/**
 * @typedef {object} CoverageReport
 * @property {number} cell_px
 * @property {string} breast base64 of bits
 * @property {boolean} is_breast_found
 * @property {string} seen base64 of bits
 * @property {number} share
 * @property {number | null} share_required
 */
/**
 * @typedef {object} CommentPlace where a comment is pinned, and how the image looked
 * @property {number} x_px
 * @property {number} y_px
 * @property {number} centre_x_px
 * @property {number} centre_y_px
 * @property {number} scale
 * @property {number} window_center
 * @property {number} window_width
 * @property {boolean} is_inverted
 */
/** @typedef {"reply" | "resolve" | "reopen"} CommentAct */
/** @typedef {{id: string, act: CommentAct, author: string, text: string, created_at: string}} CommentEvent */
/**
 * @typedef {CommentPlace & {id: string, author: string, text: string, is_resolved: boolean, created_at: string,
 * events: CommentEvent[]}} Comment
 */

/** @typedef {{outlines: [number, number][][], length_mm: number, x_px: number, y_px: number}} FeedbackPiece */
/**
 * @typedef {object} Feedback
 * @property {{mammogram: string, missed: FeedbackPiece[], extra: FeedbackPiece[]}[]} images
 * @property {import("./check_words.js").Try[]} tries the first one first
 * @property {number} maximum_tries
 * @property {boolean} can_try_again
 */

/** @param {string} assignment @returns {Promise<Feedback>} refused before the exam is submitted */
export const readFeedback = (assignment) => json("GET", `/api/assignments/${assignment}/feedback/`);

/**
 * @param {string} annotation
 * @param {{id: string, age_ms: number, duration_ms: number}[]} intervals
 * @returns {Promise<{active_seconds: number}>}
 */
export const sendIntervals = (annotation, intervals) =>
  json("POST", `/api/annotations/${annotation}/reading-intervals/`, { intervals }, true);

/** @param {string} annotation @returns {Promise<{active_seconds: number}>} */
export const readTime = (annotation) => json("GET", `/api/annotations/${annotation}/reading-intervals/`);

/** @param {string} assignment @returns {Promise<{lease_until: string | null}>} for some minutes more */
export const holdExam = (assignment) => json("POST", `/api/assignments/${assignment}/lease/`, {});

/** @param {string} annotation @returns {Promise<CoverageReport>} */
export const readCoverage = (annotation) => json("GET", `/api/annotations/${annotation}/coverage/`);

/**
 * @param {string} annotation
 * @param {{id: string, cells: string}[]} records
 * @returns {Promise<CoverageReport>}
 */
export const sendCoverage = (annotation, records) =>
  json("POST", `/api/annotations/${annotation}/coverage/`, { records }, true);

/** @param {string} annotation @returns {Promise<{comments: Comment[], people: string[]}>} */
export const readComments = (annotation) => json("GET", `/api/annotations/${annotation}/comments/`);

/**
 * @param {string} annotation
 * @param {CommentPlace & {id: string, text: string}} comment
 * @returns {Promise<Comment>}
 */
export const writeComment = (annotation, comment) => json("POST", `/api/annotations/${annotation}/comments/`, comment);

/**
 * @param {string} comment
 * @param {{id: string, act: CommentAct, text?: string}} event
 * @returns {Promise<Comment>}
 */
export const addCommentEvent = (comment, event) => json("POST", `/api/comments/${comment}/events/`, event);

/** @param {Record<string, string[]>} keys @returns {Promise<unknown>} */
export const saveKeys = (keys) => json("PUT", "/api/me/preferences/", { keys });
