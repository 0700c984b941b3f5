"""For which readings a model's proposal is shown, drawn by lot and even on both sides.

Exams and readers are the two sides of a graph, each reading an edge. With one more vertex on each side that
takes up odd ends, the graph falls into closed walks, all of even length; coloured in turn, shown and hidden
differ by at most one at every reader and at every exam. So two readers of one exam always get different arms.

Where an exam has readings from before, the next one evens these out; at its reader that may cost evenness.
"""

from collections.abc import Hashable, Mapping, Sequence
from random import Random
from typing import Any

Vertex = tuple[str, Hashable]
EXAM_OF_NONE: Vertex = ("nobody's exam", None)
READER_OF_NONE: Vertex = ("nobody", None)


def draw_arms(
    readings: Sequence[tuple[Hashable, Hashable]], *, seed: int, past: Mapping[Any, int] | None = None
) -> list[bool]:
    """Return for each reading, an exam and its reader, whether the proposal is shown.

    `past` tells of an exam by how many its earlier readings with a proposal outnumber those without. Each arm
    by itself is the toss of a coin. The same readings in the same order and the same seed give the same arms.
    """
    surplus = dict(past or {})
    arms: dict[int, bool] = {}
    for number, (exam, _reader) in enumerate(readings):
        if surplus.get(exam, 0):
            arms[number] = surplus[exam] < 0
            surplus[exam] += 1 if arms[number] else -1
    free = [number for number in range(len(readings)) if number not in arms]
    drawn = _even_arms([readings[number] for number in free], seed)
    arms.update(zip(free, drawn, strict=True))
    return [arms[number] for number in range(len(readings))]


def _even_arms(readings: Sequence[tuple[Hashable, Hashable]], seed: int) -> list[bool]:
    chance = Random(f"lottery {seed}")  # noqa: S311 - a lot that can be drawn again, no secret
    edges: list[tuple[Vertex, Vertex]] = [(("exam", exam), ("reader", reader)) for exam, reader in readings]
    edges += _odd_ends(edges)
    waiting: dict[Vertex, list[int]] = {}
    for number in chance.sample(range(len(edges)), len(edges)):
        for vertex in edges[number]:
            waiting.setdefault(vertex, []).append(number)
    arms: dict[int, bool] = {}
    taken: set[int] = set()
    for start in list(waiting):
        while walk := _closed_walk(start, edges, waiting, taken):
            first = chance.random() < 0.5
            arms.update({number: first == (step % 2 == 0) for step, number in enumerate(walk)})
    return [arms[number] for number in range(len(readings))]


def _odd_ends(edges: Sequence[tuple[Vertex, Vertex]]) -> list[tuple[Vertex, Vertex]]:
    """Give every vertex an even number of edges."""
    exams = _odd([exam for exam, _ in edges])
    readers = _odd([reader for _, reader in edges])
    between = [(EXAM_OF_NONE, READER_OF_NONE)] if len(exams) % 2 else []
    return (
        [(exam, READER_OF_NONE) for exam in exams] + [(EXAM_OF_NONE, reader) for reader in readers] + between
    )


def _odd(ends: Sequence[Vertex]) -> list[Vertex]:
    counts: dict[Vertex, int] = {}
    for end in ends:
        counts[end] = counts.get(end, 0) + 1
    return [end for end, count in counts.items() if count % 2]


def _closed_walk(
    start: Vertex,
    edges: Sequence[tuple[Vertex, Vertex]],
    waiting: dict[Vertex, list[int]],
    taken: set[int],
) -> list[int]:
    """Walk along edges that no walk took before until there is no way on, which is where it began."""
    walk: list[int] = []
    here = start
    while True:
        while waiting[here] and waiting[here][-1] in taken:
            waiting[here].pop()
        if not waiting[here]:
            return walk
        number = waiting[here].pop()
        taken.add(number)
        walk.append(number)
        exam, reader = edges[number]
        here = reader if here == exam else exam
