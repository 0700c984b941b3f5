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

/**
 * @typedef {object} Parcel files that are sent together
 * @property {File} main the file that people see
 * @property {File[]} companions tables that speak for it
 * @property {boolean} isTable whether it is a table sent to be checked
 */

const PICTURE = /\.(png|tiff?)$/i;
const TABLE = /\.csv$/i;
const LEFT_LYING_ABOUT = /^(\.|Thumbs\.db$)/i;

/** Name of a file with its folder, where one was chosen. @param {File} file @returns {string} */
export function shownName(file) {
  return file.webkitRelativePath || file.name;
}

/**
 * Put chosen files into the order of sending: tables first, so that a broken one is told at once; then every image,
 * each picture together with all tables known.
 *
 * @param {Iterable<File>} files just chosen
 * @param {readonly File[]} tables chosen earlier on this page
 * @returns {Parcel[]}
 */
export function packParcels(files, tables) {
  const wanted = [...files].filter((file) => !LEFT_LYING_ABOUT.test(file.name));
  const newTables = wanted.filter((file) => TABLE.test(file.name));
  const images = wanted.filter((file) => !TABLE.test(file.name));
  const companions = [...tables, ...newTables];
  return [
    ...newTables.map((main) => ({ main, companions: [], isTable: true })),
    ...images.map((main) => ({ main, companions: PICTURE.test(main.name) ? companions : [], isTable: false })),
  ];
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
