"""The prefix code of compact masks: bits for each way in which a run goes on to the next row."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LONGEST_BITS = 9

# One line for each last move of the run, one digit for each symbol: the lengths of the codes in bits. Counted
# on drawn labels and frozen: they are part of the format (docs/decisions/0008-compact-masks.md).
CODE_LENGTHS = (
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
)


class MoveCode(NamedTuple):
    """The prefix code as arrays.

    Attributes
    ----------
    lengths : ndarray of int64, shape (10, 27)
        Bits of each symbol's code, by context: 1 to 9.
    words : ndarray of int64, shape (10, 27)
        The codes themselves, as numbers of that many bits.
    entries : ndarray of uint16, shape (10, 512)
        By context and the next nine bits, the symbol whose code they begin with: 16 * symbol + length.
    """

    lengths: NDArray[np.int64]
    words: NDArray[np.int64]
    entries: NDArray[np.uint16]


@cache
def move_code() -> MoveCode:
    """Build the canonical prefix code of each context from the lengths of its codes.

    Returns
    -------
    code : MoveCode
        Complete: any nine bits begin with exactly one code.

    References
    ----------
    D. A. Huffman, "A method for the construction of minimum-redundancy codes", Proc. IRE 40 (1952);
    canonical form: E. S. Schwartz and B. Kallick, Comm. ACM 7 (1964).
    """
    lengths = np.array([[int(digit) for digit in line] for line in CODE_LENGTHS], dtype=np.int64)
    order = np.argsort(lengths, axis=1, kind="stable")
    words, entries = np.zeros_like(lengths), np.zeros((len(lengths), 1 << LONGEST_BITS), dtype=np.uint16)
    for context, line in enumerate(lengths):
        first = 0
        for symbol in order[context]:
            count = 1 << (LONGEST_BITS - line[symbol])
            words[context, symbol] = first // count
            entries[context, first : first + count] = 16 * symbol + line[symbol]
            first += count
    return MoveCode(lengths, words, entries)
