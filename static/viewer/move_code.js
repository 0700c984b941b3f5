/**
 * The prefix code of compact masks: bits for each way in which a run goes on to the next row. Part of the format,
 * docs/mask_format.md. Knows no DOM.
 */

// One line for each last move of the run, one digit for each symbol: the lengths of the codes in bits.
const CODE_LENGTHS = [
  "447994249964399889999999982",
  "956797246992269999999999994",
  "975549643499345948669999962",
  "869996229964299766997999994",
  "999999347995149965398999998",
  "999999966799246992259997994",
  "999999999965399535994569922",
  "999999999996229964267766894",
  "999999999999347984249864482",
  "888628672597578987688998842",
];
export const LONGEST_BITS = 9;
export const START_BITS = 14;
export const FARTHEST_STEP = 2;
export const ENDS = 25;
export const FAR = 26;
export const NEWBORN = 9;

/** By context and symbol, the length of its code in bits. */
export const LENGTHS = CODE_LENGTHS.map((line) => Uint8Array.from(line, Number));

/** By context and symbol, its code: shorter codes first, then lower symbols. */
export const WORDS = LENGTHS.map(codeWords);

/** By context and the next nine bits, 16 * symbol + length of the code that they begin with. */
export const ENTRIES = LENGTHS.map(codeEntries);

/**
 * @param {Uint8Array} lengths
 * @returns {Uint16Array}
 */
function codeWords(lengths) {
  const words = new Uint16Array(lengths.length);
  let at = 0; // in units of the longest code
  for (let length = 1; length <= LONGEST_BITS; length++) {
    lengths.forEach((each, symbol) => {
      if (each !== length) return;
      words[symbol] = at >> (LONGEST_BITS - length);
      at += 1 << (LONGEST_BITS - length);
    });
  }
  return words;
}

/**
 * @param {Uint8Array} lengths
 * @param {number} context
 * @returns {Uint16Array}
 */
function codeEntries(lengths, context) {
  const entries = new Uint16Array(1 << LONGEST_BITS);
  lengths.forEach((length, symbol) => {
    const first = WORDS[context][symbol] << (LONGEST_BITS - length);
    entries.fill(16 * symbol + length, first, first + (1 << (LONGEST_BITS - length)));
  });
  return entries;
}
