/** The labels that a reader draws, in the order of their bits. Knows no DOM. */

/** @typedef {"bac" | "microcalcification"} LabelName */
/** @typedef {{name: LabelName, plane: number, title: string, colourToken: string}} Label */

/** @type {readonly Label[]} */
export const LABELS = [
  { name: "bac", plane: 0, title: "BAC", colourToken: "--label-bac" },
  { name: "microcalcification", plane: 1, title: "Microcalcification", colourToken: "--label-microcalcification" },
];

/**
 * @param {LabelName} name
 * @returns {Label}
 */
export function labelByName(name) {
  const label = LABELS.find((candidate) => candidate.name === name);
  if (!label) throw new RangeError(`There is no label ${name}; expected ${LABELS.map((l) => l.name).join(" or ")}.`);
  return label;
}
