"""Seats readers at exams: pairs that met least first, then what is amiss is sought by simulated annealing."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.compiled import compiled

MOVES_DOWNHILL, MOVES_ANNEALED = 1_000_000, 1_500_000
SMALL_ENOUGH_TO_ANNEAL = 20_000  # seats
HOTTEST, COLDEST = 2.0, 0.05
COST_OF_MISSED_MEETING = 4.0  # in squared readings: a plan owes meetings before it owes equal loads
NOBODY = -1


class Seating(NamedTuple):
    """Who sits at which exam.

    Attributes
    ----------
    seats : ndarray of int32, shape (n_exams, widest)
        Readers of each exam by number, those who stay first; -1 behind the last.
    stays : ndarray of int32, shape (n_exams,)
        How many of them have read it already.
    sizes : ndarray of int32, shape (n_exams,)
        How many seats an exam has.
    loads : ndarray of int64, shape (n_readers,)
        Seats of each reader.
    meetings : ndarray of int64, shape (n_readers, n_readers)
        Exams that two readers share.
    """

    seats: NDArray[np.int32]
    stays: NDArray[np.int32]
    sizes: NDArray[np.int32]
    loads: NDArray[np.int64]
    meetings: NDArray[np.int64]


class _Walk(NamedTuple):
    """How long and how boldly a search goes; the heat falls from the one to the other, 0 takes no loss."""

    moves: int
    hottest: float
    coldest: float


def seated(
    seats: NDArray[np.int32], stays: NDArray[np.int32], sizes: NDArray[np.int32], *, n_readers: int
) -> Seating:
    """Take those who stay, and nobody else yet.

    Parameters
    ----------
    seats : ndarray of int32, shape (n_exams, widest)
        With those who stay; the rest is filled in place.
    stays, sizes : ndarray of int32, shape (n_exams,)
        Taken seats and all seats of each exam.
    n_readers : int
        Readers, from 0.

    Returns
    -------
    seating : Seating
        With their loads and meetings.
    """
    loads = np.zeros(n_readers, dtype=np.int64)
    seating = Seating(seats, stays, sizes, loads, np.zeros((n_readers, n_readers), dtype=np.int64))
    _count(seating, stays)
    return seating


def fill(seating: Seating, *, least_meetings: int, seed: int) -> None:
    """Fill the free seats of exams, with as few missed meetings, and then as equal loads, as is found.

    Parameters
    ----------
    seating : Seating
        From `seated`, exams and readers in random order; changed in place.
    least_meetings : int
        What every two readers are to have in common.
    seed : int
        Of the search.
    """
    free_seats = int((seating.sizes - seating.stays).sum())
    goal = float((level_up(seating.loads, free_seats) ** 2).sum())
    _seat_greedily(seating, np.argsort(-seating.sizes, kind="stable"))
    free = np.flatnonzero(seating.sizes > seating.stays)
    if len(seating.loads) < 2 or len(free) == 0:
        return
    random = np.random.default_rng(seed)
    wanted = least_meetings, goal
    is_done = _search(seating, free, wanted, _Walk(MOVES_DOWNHILL, 0.0, 0.0), random)
    if not is_done and free_seats <= SMALL_ENOUGH_TO_ANNEAL:
        _search(seating, free, wanted, _Walk(MOVES_ANNEALED, HOTTEST, COLDEST), random)


def missed_meetings(seating: Seating, least_meetings: int) -> int:
    """Count the meetings that pairs of readers lack.

    Parameters
    ----------
    seating : Seating
        Who sits where.
    least_meetings : int
        What every two readers are to have in common.

    Returns
    -------
    missed : int
        Summed over pairs.
    """
    above = np.triu_indices(len(seating.loads), k=1)
    return int(np.maximum(least_meetings - seating.meetings[above], 0).sum())


def level_up(counts: NDArray[np.int64], more: int) -> NDArray[np.int64]:
    """Add ones, each to whoever has least: the most equal counts that there can be.

    Parameters
    ----------
    counts : ndarray of int64, shape (n,)
        What each has already.
    more : int
        How many are given out.

    Returns
    -------
    counts : ndarray of int64, shape (n,)
        In rising order of what they had.
    """
    rising = np.sort(counts)
    for share in range(len(rising), 0, -1):
        level, over = divmod(int(rising[:share].sum()) + more, share)
        if level >= rising[share - 1]:
            rising[:share] = level
            rising[:over] += 1
            break
    return rising


@compiled
def _count(seating: Seating, places: NDArray[np.int32]) -> None:
    """Count loads and meetings anew, from the first places of each exam."""
    seating.loads[:] = 0
    seating.meetings[:] = 0
    for i in range(len(places)):
        for place in range(places[i]):
            _sit(seating, i, place, seating.seats[i, place])


@compiled
def _sit(seating: Seating, i: int, place: int, reader: int) -> None:
    """Seat a reader beside those in the places before."""
    seating.seats[i, place] = reader
    seating.loads[reader] += 1
    for before in range(place):
        other = seating.seats[i, before]
        seating.meetings[other, reader] += 1
        seating.meetings[reader, other] += 1


@compiled
def _seat_greedily(seating: Seating, order: NDArray[np.int64]) -> None:
    """Seat first the pair that met least, then whoever met those seated least; of equals who reads least."""
    for i in order:
        place = seating.stays[i]
        if place == 0 and seating.sizes[i] > 1:
            first, second = _pair_that_met_least(seating)
            _sit(seating, i, 0, first)
            _sit(seating, i, 1, second)
            place = 2
        while place < seating.sizes[i]:
            _sit(seating, i, place, _reader_who_met_least(seating, i, place))
            place += 1


@compiled
def _pair_that_met_least(seating: Seating) -> tuple[int, int]:
    best, best_met, best_load = (0, 1), seating.meetings[0, 1], seating.loads[0] + seating.loads[1]
    for first in range(len(seating.loads)):
        for second in range(first + 1, len(seating.loads)):
            met, load = seating.meetings[first, second], seating.loads[first] + seating.loads[second]
            if met < best_met or (met == best_met and load < best_load):
                best, best_met, best_load = (first, second), met, load
    return best


@compiled
def _reader_who_met_least(seating: Seating, i: int, place: int) -> int:
    best, best_met, best_load = NOBODY, 0, 0
    for reader in range(len(seating.loads)):
        met, is_seated = 0, False
        for before in range(place):
            met += seating.meetings[seating.seats[i, before], reader]
            is_seated = is_seated or seating.seats[i, before] == reader
        is_better = met < best_met or (met == best_met and seating.loads[reader] < best_load)
        if not is_seated and (best == NOBODY or is_better):
            best, best_met, best_load = reader, met, seating.loads[reader]
    return best


@compiled
def _search(
    seating: Seating, free: NDArray[np.int64], wanted: tuple[int, float], walk: _Walk, random: Generator
) -> bool:
    """Give single seats to other readers where that helps, or by chance; leave the best that was found."""
    seats, least = seating.seats, wanted[0]
    energy = best = _energy(seating, least) - wanted[1]
    best_seats = seats.copy()
    for move in range(walk.moves):
        if best <= 0:
            break
        i = free[random.integers(0, len(free))]
        place = random.integers(seating.stays[i], seating.sizes[i])
        new = random.integers(0, len(seating.loads))
        change = _change(seating, i, place, new, least)
        if change > 0:
            if walk.hottest == 0:
                continue
            heat = walk.hottest * (walk.coldest / walk.hottest) ** (move / walk.moves)
            if random.random() >= np.exp(-change / heat):
                continue
        _replace(seating, i, place, new)
        energy += change
        if energy < best:
            best = energy
            if walk.hottest > 0:
                best_seats[:] = seats
    if walk.hottest > 0:
        seats[:] = best_seats
        _count(seating, seating.sizes)
    return best <= 0


@compiled
def _energy(seating: Seating, least: int) -> float:
    energy = 0.0
    for a in range(len(seating.loads)):
        energy += seating.loads[a] ** 2
        for b in range(a):
            energy += COST_OF_MISSED_MEETING * max(least - seating.meetings[a, b], 0)
    return energy


@compiled
def _change(seating: Seating, i: int, place: int, new: int, least: int) -> float:
    """Return by how much the energy rises if a seat goes to another reader; infinite if she sits there."""
    old = seating.seats[i, place]
    change = 2.0 * (seating.loads[new] - seating.loads[old]) + 2.0
    for beside in range(seating.sizes[i]):
        other = seating.seats[i, beside]
        if other == new:
            return np.inf
        if beside != place:
            lost, won = seating.meetings[old, other] <= least, seating.meetings[new, other] < least
            change += COST_OF_MISSED_MEETING * (int(lost) - int(won))
    return change


@compiled
def _replace(seating: Seating, i: int, place: int, new: int) -> None:
    old = seating.seats[i, place]
    seating.seats[i, place] = new
    seating.loads[old] -= 1
    seating.loads[new] += 1
    for beside in range(seating.sizes[i]):
        if beside != place:
            other = seating.seats[i, beside]
            seating.meetings[old, other] -= 1
            seating.meetings[other, old] -= 1
            seating.meetings[new, other] += 1
            seating.meetings[other, new] += 1
