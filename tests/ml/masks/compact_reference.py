"""Compact masks written from docs/mask_format.md alone, run by run and slow: what the writer is held to."""

import re
from collections import Counter
from pathlib import Path

FORMAT = Path(__file__).parents[3] / "docs" / "mask_format.md"
LENGTHS = [
    [int(digit) for digit in line] for line in re.findall(r"`(\d{27})`", FORMAT.read_text(encoding="utf-8"))
]


def codes(lengths):
    """Sort by length, then symbol; add one and shift by as many bits as the length grows."""
    code, last, words = -1, 0, {}
    for length, symbol in sorted((length, symbol) for symbol, length in enumerate(lengths)):
        code = (code + 1) << (length - last) if words else 0
        last = length
        words[symbol] = f"{code:0{length}b}"
    return words


def gamma(value):
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def fold(step):
    return 2 * step if step >= 0 else -2 * step - 1


def sign(step):
    return (step > 0) - (step < 0)


def links(runs):
    """For each run, the number of the run that it goes on as."""
    taken, result = set(), {}
    for i, (row, start, end) in enumerate(runs):
        for j, (other_row, other_start, other_end) in enumerate(runs):
            touches = other_row == row + 1 and start <= other_end and end >= other_start
            if touches and j not in taken:
                taken.add(j)
                result[i] = j
                break
    return result


def write(mask):
    """Return the bytes of version 2, and how often each symbol was used in each context."""
    runs = mask.runs.tolist()
    below = links(runs)
    above = {after: before for before, after in below.items()}
    words, used, bits, last_row = [codes(line) for line in LENGTHS], Counter(), "", 0
    births = [run for i, run in enumerate(runs) if i not in above]
    for row, start, end in births:
        bits += gamma(row - last_row) + f"{start:014b}" + gamma(end - start - 1)
        last_row = row
    for i, (row, start, end) in enumerate(runs):
        if row == mask.rows - 1:
            continue
        context, last = 9, (0, 0)
        if i in above:
            last = (start - runs[above[i]][1], end - runs[above[i]][2])
            context = 3 * (sign(last[0]) + 1) + sign(last[1]) + 1
        symbol, far = 25, ""
        if i in below:
            step = (runs[below[i]][1] - start, runs[below[i]][2] - end)
            symbol = 5 * (step[0] + 2) + step[1] + 2
            if max(map(abs, step)) > 2:
                symbol, far = 26, gamma(fold(step[0] - last[0])) + gamma(fold(step[1] - last[1]))
        used[context, symbol] += 1
        bits += words[context][symbol] + far
    bits += "0" * (-len(bits) % 8)
    head = b"".join(map(_leb128, (mask.rows, mask.columns, len(runs), len(births))))
    return b"TLM\x02" + head + int("1" + bits, 2).to_bytes(len(bits) // 8 + 1, "big")[1:], used


def _leb128(number):
    groups = [number & 0x7F]
    while number := number >> 7:
        groups[-1] |= 0x80
        groups.append(number & 0x7F)
    return bytes(groups)
