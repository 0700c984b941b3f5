/**
 * Which images hang together on a page with several, and in which cell. Knows no DOM.
 *
 * The four usual images take their places, chest walls facing: right breasts left of left ones, CC above MLO. A
 * place whose image is missing stays empty, unless its whole row or column does. What is over lies in a strip below.
 */

/** @typedef {{row: number, column: number}} Cell counted from 0 */
/** @typedef {{rows: number, columns: number, cells: Map<number, Cell>, strip: number[]}} Plan by index of the image */

const PLACES = new Map([
  ["RCC", { row: 0, column: 0 }],
  ["LCC", { row: 0, column: 1 }],
  ["RMLO", { row: 1, column: 0 }],
  ["LMLO", { row: 1, column: 1 }],
]);
const MOST_AT_ONCE = 4;

/**
 * @param {string[]} places of the images in hanging order; "" for one that has none of the four
 * @returns {Plan}
 */
export function planLayout(places) {
  const placed = places.flatMap((place, index) => {
    const cell = PLACES.get(place);
    return cell ? [{ index, cell }] : [];
  });
  return placed.length > 1 ? planOf(places.length, placed) : planInOrder(places.length);
}

/**
 * @param {number} count of images
 * @param {{index: number, cell: Cell}[]} placed
 * @returns {Plan}
 */
function planOf(count, placed) {
  const rows = [...new Set(placed.map(({ cell }) => cell.row))].sort();
  const columns = [...new Set(placed.map(({ cell }) => cell.column))].sort();
  const isOneColumn = columns.length === 1; // two views of one breast lie side by side: images are higher than wide
  const cells = new Map(
    placed.map(({ index, cell }) => {
      const [row, column] = [rows.indexOf(cell.row), columns.indexOf(cell.column)];
      return [index, isOneColumn ? { row: 0, column: row } : { row, column }];
    }),
  );
  return {
    rows: isOneColumn ? 1 : rows.length,
    columns: isOneColumn ? rows.length : columns.length,
    cells,
    strip: indices(count).filter((index) => !cells.has(index)),
  };
}

/**
 * Images that none or one of the places is known of: as many as fit, in hanging order.
 * @param {number} count
 * @returns {Plan}
 */
function planInOrder(count) {
  const shown = Math.min(count, MOST_AT_ONCE);
  const columns = shown < 3 ? shown : 2;
  const cells = new Map(indices(shown).map((index) => [index, { row: Math.floor(index / columns), column: index % columns }]));
  return { rows: Math.ceil(shown / columns), columns, cells, strip: indices(count).slice(shown) };
}

/** @param {number} count @returns {number[]} */
function indices(count) {
  return Array.from({ length: count }, (_, index) => index);
}
