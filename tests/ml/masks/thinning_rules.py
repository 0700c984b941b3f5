"""Finds the rule by which scikit-image thins, by experiment, and writes it as code.

`python -m tests.ml.masks.thinning_rules` writes the end of ml/masks/thinning.py anew.

Zhang and Suen (1984) decide from the eight neighbours of a pixel whether it goes, by one rule in odd sweeps
and another in even ones. scikit-image's results differ from theirs. Starting from the published rules, single
neighbourhoods are turned over wherever that brings small images closer to what scikit-image makes of them,
until all are equal. Each rule is then written as a decision diagram over words of 64 pixels.
"""

import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

THINNING = Path(__file__).resolve().parents[3] / "ml" / "masks" / "thinning.py"
MARK = "# Written by tests/ml/masks/thinning_rules.py from here on; do not edit.\n"
# Bit k of a neighbourhood is the k-th of these, clockwise.
NAMES = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
STEPS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
ORDERS_TRIED = 500

Rules = NDArray[np.bool_]  # shape (2, 256): does the pixel go, by rule and neighbourhood


def published_rules() -> Rules:
    rules = np.zeros((2, 256), dtype=bool)
    for code in range(256):
        around = [code >> k & 1 for k in range(8)]
        entered = sum(around[k] < around[(k + 1) % 8] for k in range(8))
        n, e, s, w = around[::2]
        may_go = 2 <= sum(around) <= 6 and entered == 1
        rules[0, code] = may_go and not n & e & s and not e & s & w
        rules[1, code] = may_go and not n & e & w and not n & s & w
    return rules


def thin_dense(image: NDArray[np.bool_], rules: Rules) -> NDArray[np.bool_]:
    """Thin an image by any pair of rules, plainly."""
    rows, columns = image.shape
    image = np.pad(image, 1)
    rule, idle = 0, 0
    while idle < 2:
        code = np.zeros(image.shape, dtype=np.uint8)
        for k, (down, right) in enumerate(STEPS):
            beside = image[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
            code[1:-1, 1:-1] |= np.left_shift(beside, k, dtype=np.uint8)
        goes = image & rules[rule][code]
        image &= ~goes
        rule, idle = 1 - rule, 0 if goes.any() else idle + 1
    return image[1:-1, 1:-1]


def sheet(images: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Lay small images beside each other with gaps, so that one call thins them all."""
    count, rows, columns = images.shape
    across = int(np.ceil(np.sqrt(count)))
    down = -(-count // across)
    laid = np.zeros((down * across, rows + 1, columns + 1), dtype=bool)
    laid[:count, :rows, :columns] = images
    tiled = laid.reshape(down, across, rows + 1, columns + 1).swapaxes(1, 2)
    return tiled.reshape(down * (rows + 1), across * (columns + 1))


def every_image(rows: int, columns: int) -> NDArray[np.bool_]:
    codes = np.arange(2 ** (rows * columns))[:, None]
    return (codes >> np.arange(rows * columns) & 1).astype(bool).reshape(-1, rows, columns)


def noise(count: int, side: int, seed: int = 0) -> NDArray[np.bool_]:
    generator = np.random.default_rng(seed)
    return generator.random((count, side, side)) < generator.uniform(0.3, 0.97, (count, 1, 1))


def derive_rules() -> Rules:
    rules = published_rules()
    for images in (every_image(3, 3), every_image(3, 4), noise(300, 9), noise(999, 16)):
        image = sheet(images)
        expected = skeletonize(image)
        wrong = np.count_nonzero(thin_dense(image, rules) != expected)
        while wrong:
            before = wrong
            for place in np.ndindex(rules.shape):
                rules[place] ^= True
                wrong_now = np.count_nonzero(thin_dense(image, rules) != expected)
                if wrong_now < wrong:
                    wrong = wrong_now
                else:
                    rules[place] ^= True
            if wrong == before:
                raise RuntimeError(f"No single neighbourhood explains the {wrong} pixels that differ.")
    return rules


def as_function(name: str, rule: NDArray[np.bool_]) -> str:
    """Write a rule as the smallest decision diagram among some orders of its eight questions."""
    orders = random.Random(0)
    diagrams = (_diagram(rule, orders.sample(range(8), 8)) for _ in range(ORDERS_TRIED))
    lines, root = min(diagrams, key=lambda diagram: len(diagram[0]))
    lines[-1] = lines[-1].replace(f"{root} =", "return")
    body = "\n".join(f"    {line}" for line in [f"{', '.join(NAMES)} = around", *lines])
    return f"\n\n@compiled\ndef {name}(around: _Words) -> np.uint64:\n{body}\n"


def _diagram(rule: NDArray[np.bool_], order: list[int]) -> tuple[list[str], str]:
    """Ask the questions in an order; parts of the table that are equal share their code."""
    lines: list[str] = []
    known: dict[tuple[bool, ...], str] = {}

    def node(answers: tuple[bool, ...], depth: int) -> str:
        if all(answers) or not any(answers):
            return "yes" if answers[0] else "no"
        if answers not in known:
            without, given = node(answers[0::2], depth + 1), node(answers[1::2], depth + 1)
            if without == given:
                return given
            choice = _choice(NAMES[order[depth]], given, without)
            if choice in NAMES:
                return choice
            known[answers] = f"t{len(lines)}"
            lines.append(f"{known[answers]} = {choice}")
        return known[answers]

    codes = [sum((i >> k & 1) << order[k] for k in range(8)) for i in range(256)]
    root = node(tuple(bool(rule[code]) for code in codes), 0)
    return lines, root


def _choice(question: str, given: str, without: str) -> str:
    if {given, without} == {"yes", "no"}:
        return question if given == "yes" else f"~{question}"
    if given in {"yes", "no"}:
        return f"{question} | {without}" if given == "yes" else f"~{question} & {without}"
    if without in {"yes", "no"}:
        return f"~{question} | {given}" if without == "yes" else f"{question} & {given}"
    return f"({question} & {given}) | (~{question} & {without})"


def written(rules: Rules) -> str:
    head = THINNING.read_text().split(MARK)[0]
    return head + MARK + as_function("_first_rule", rules[0]) + as_function("_second_rule", rules[1])


if __name__ == "__main__":
    THINNING.write_text(written(derive_rules()))
