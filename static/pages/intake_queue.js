/**
 * What is to be sent, in which order and together with what; and how the answers read. Knows no page.
 */

/**
 * @typedef {object} Outcome one line of the server's answer
 * @property {string} path
 * @property {"stored" | "duplicate" | "refused"} outcome
 * @property {string | null} reason
 * @property {string | null} mammogram
 * @property {string} message
 */

/** @typedef {{file: File, kind: "table" | "picture" | "other"}} Parcel one file, and how it is sent */

const PICTURE = /\.(png|tiff?)$/i;
const TABLE = /\.csv$/i;
const LEFT_LYING_ABOUT = /^(\.|Thumbs\.db$)/i;

/** Name of a file with its folder, where one was chosen. @param {File} file @returns {string} */
export function shownName(file) {
  return file.webkitRelativePath || file.name;
}

/**
 * Put chosen files into the order of sending: tables first, because a picture is sent together with the tables that
 * were found good.
 *
 * @param {Iterable<File>} files
 * @returns {Parcel[]}
 */
export function packParcels(files) {
  const parcels = [...files]
    .filter((file) => !LEFT_LYING_ABOUT.test(file.name))
    .map((file) => ({ file, kind: kindOf(file.name) }));
  return [...parcels.filter(({ kind }) => kind === "table"), ...parcels.filter(({ kind }) => kind !== "table")];
}

/** @param {string} name @returns {Parcel["kind"]} */
function kindOf(name) {
  if (TABLE.test(name)) return "table";
  return PICTURE.test(name) ? "picture" : "other";
}

/** Split what has arrived of an answer into whole lines and the rest. @param {string} text @returns {{outcomes: Outcome[], rest: string}} */
export function readLines(text) {
  const lines = text.split("\n");
  const rest = lines.pop() ?? "";
  return { outcomes: lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line)), rest };
}

/** @param {{total: number, done: number, stored: number, duplicate: number, refused: number}} counts @returns {string} */
export function describeCounts({ total, done, stored, duplicate, refused }) {
  const parts = [`${stored} stored`];
  if (duplicate > 0) parts.push(`${duplicate} here already`);
  parts.push(`${refused} refused`);
  const state = done < total ? `Sending ${done + 1} of ${total}` : `All ${total} sent`;
  return `${state}: ${parts.join(", ")}.`;
}
