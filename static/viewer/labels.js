/** The labels that a reader draws, in the order of their bits. Knows no DOM. */

/** @typedef {"bac" | "microcalcification"} LabelName */
/** @typedef {import("./mask_layer.js").Outline} Outline */
/** @typedef {{name: LabelName, plane: number, title: string, colourToken: string, outline: Outline}} Label */

// Each outline is another, so that nobody has to go by the colour.
/** @type {readonly Label[]} */
export const LABELS = [
  { name: "bac", plane: 0, title: "BAC", colourToken: "--label-bac", outline: "solid" },
  {
    name: "microcalcification",
    plane: 1,
    title: "Microcalcification",
    colourToken: "--label-microcalcification",
    outline: "beaded",
  },
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
