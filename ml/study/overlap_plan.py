"""Which exam is read by which readers, so that every two readers meet and all read the same number."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.errors import OverlapPlanError
from ml.study.plan_counts import Problem, Share, draw_numbers, share_counts
from ml.study.plan_search import NOBODY, Seating, fill, level_up, missed_meetings, seated

ROUNDING = (
    "exams times share; what is left over goes to the largest remainders, of equal ones to more readers first"
)
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class OverlapPlan:
    """Who reads what.

    Attributes
    ----------
    readers_of_exam : tuple of tuple of str
        For each exam all who read it: first those who already have, then those who are to.
    new_readings : tuple of tuple of int and str
        (exam, reader) of each reading that is still to be given out, by exam.
    exams_by_number : dict of int to int
        How many exams are read by one, by two and so on.
    loads : dict of str to int
        Readings of each reader, those already done included.
    meetings : dict of tuple of str to int
        For every two readers the exams that both read.
    least_meetings : int
        The smallest of these; 0 of one reader.
    load_spread : int
        Largest load minus smallest.
    load_note : str
        "" where loads are within one; otherwise why they are not.
    seed : int
        The same seed gives the same plan.
    rounding : str
        How shares became whole numbers of exams.
    """

    readers_of_exam: tuple[tuple[str, ...], ...]
    new_readings: tuple[tuple[int, str], ...]
    exams_by_number: dict[int, int]
    loads: dict[str, int]
    meetings: dict[tuple[str, str], int]
    least_meetings: int
    load_spread: int
    load_note: str
    seed: int
    rounding: str = ROUNDING


def plan(
    n_exams: int,
    readers: Sequence[str],
    *,
    shares: Mapping[int, Share],
    least_meetings: int = 0,
    seed: int = 0,
    existing: Mapping[int, Collection[str]] | None = None,
) -> OverlapPlan:
    """Share out exams among readers.

    Parameters
    ----------
    n_exams : int
        Exams, numbered from 0.
    readers : sequence of str
        Who can still read, each once.
    shares : mapping of int to float
        Number of readers, 2 or more, to the share of exams that so many read: {2: 0.2, 3: 0.05}. All other
        exams are read by one.
    least_meetings : int
        Exams that every two readers have in common, at least.
    seed : int
        Of the draw.
    existing : mapping of int to collection of str, optional
        For an exam the readers who have read it, or whose reading stays as it is. They may be readers who
        left: their readings count for the exam, but nothing more is given to them, and nobody has to meet
        them.

    Returns
    -------
    plan : OverlapPlan
        The shares are met exactly, up to rounding to whole exams (`rounding`), and so are the meetings. Loads
        are within one of each other where what exists and the meetings leave room for it; `load_note` says
        where they do not.

    Raises
    ------
    OverlapPlanError
        With code `no_exams`, `no_readers`, `reader_twice`, `not_a_share`, `not_a_number_of_meetings` or
        `unknown_exam`, without a plan beside it; with the nearest plan that can be met and code
        `too_few_readers` (more readers are asked of an exam than there are), `already_read_more` (exams have
        more readings than the shares allow), `too_few_meetings` (shown by counting) or
        `meetings_not_found` (the counts allow it, but the search found no plan).

    Notes
    -----
    Pairs that have met least are seated first, then loads are levelled with the exams that one reader reads;
    what is then still amiss is sought by simulated annealing, as for covering designs [1]_.

    References
    ----------
    .. [1] K. J. Nurmela, P. R. J. Ostergard, Upper bounds for covering designs by simulated annealing,
       Congressus Numerantium 96 (1993) 93-111.

    Examples
    --------
    >>> made = plan(100, ["ann", "ben", "cleo"], shares={2: 0.2, 3: 0.05}, least_meetings=10)
    >>> made.exams_by_number
    {1: 75, 2: 20, 3: 5}
    >>> made.loads
    {'ann': 43, 'ben': 44, 'cleo': 43}
    """
    _check_readers(n_exams, readers, least_meetings)
    done = _existing(n_exams, existing or {})
    wanted = share_counts(n_exams, shares)
    random = np.random.default_rng(seed)
    active = set(readers)
    stay = [[name for name in names if name in active] for names in done]
    read = np.array([len(names) for names in done])
    left = read - np.array([len(names) for names in stay])
    numbers, problem = draw_numbers(wanted, read, left + len(readers), random)
    table = _Table(stay, numbers - left, readers, random)
    seating = table.seat_for(least_meetings)
    found = _as_plan(table.names_by_exam(seating), done, readers, seed)
    problem = problem or _missed_meetings(found, table.most_meetings, table.room, least_meetings)
    if problem is not None:
        raise OverlapPlanError(problem.message, code=problem.code, nearest=found)
    return found


def _check_readers(n_exams: int, readers: Sequence[str], least_meetings: int) -> None:
    if not isinstance(n_exams, int) or n_exams < 1:
        raise OverlapPlanError(f"{n_exams!r} exams cannot be shared out; give 1 or more.", code="no_exams")
    if len(readers) == 0:
        raise OverlapPlanError("No reader is left to read; name one or more.", code="no_readers")
    if len(set(readers)) < len(readers):
        raise OverlapPlanError("A reader is named twice; name each once.", code="reader_twice")
    if not isinstance(least_meetings, int) or least_meetings < 0:
        raise OverlapPlanError(
            f"{least_meetings!r} is no number of exams that two readers share; give 0 or more.",
            code="not_a_number_of_meetings",
        )


def _existing(n_exams: int, existing: Mapping[int, Collection[str]]) -> list[list[str]]:
    done: list[list[str]] = [[] for _ in range(n_exams)]
    for exam, names in existing.items():
        if not 0 <= exam < n_exams:
            raise OverlapPlanError(
                f"Exam {exam} has readings and is none of the {n_exams} exams, numbered from 0.",
                code="unknown_exam",
            )
        done[exam] = sorted(set(names))
    return done


class _Table:
    """Exams and readers in random order, as the search takes them: ties go to the first of either.

    Attributes
    ----------
    room : int
        Meetings of two readers that the free seats make.
    most_meetings : int
        What every pair can have by counting alone: whether it can be had is for the search to show.
    """

    def __init__(
        self, stay: list[list[str]], sizes: NDArray[np.int64], readers: Sequence[str], random: Generator
    ) -> None:
        self._exams = random.permutation(len(stay))
        self._names = [readers[number] for number in random.permutation(len(readers))]
        self._seed = int(random.integers(LARGEST_SEED))
        number_of = {name: number for number, name in enumerate(self._names)}
        self._sizes = sizes[self._exams].astype(np.int32)
        self._stays = np.array([len(stay[exam]) for exam in self._exams], dtype=np.int32)
        self._seats = np.full((len(stay), max(1, int(sizes.max()))), NOBODY, dtype=np.int32)
        for row, exam in enumerate(self._exams):
            self._seats[row, : self._stays[row]] = [number_of[name] for name in stay[exam]]
        self.room = int((self._sizes * (self._sizes - 1) // 2 - self._stays * (self._stays - 1) // 2).sum())
        met = self._start().meetings
        pairs = met[np.triu_indices(len(readers), k=1)]
        self.most_meetings = int(level_up(pairs, self.room).min()) if len(pairs) else 0

    def seat_for(self, least_meetings: int) -> Seating:
        """Seat with so many meetings, or, where no way is found, with as many as there is a way for.

        Parameters
        ----------
        least_meetings : int
            What every two readers are to have in common.

        Returns
        -------
        seating : Seating
        """
        low, high = 0, min(least_meetings, self.most_meetings)
        found = self._attempt(high)
        if missed_meetings(found, high) == 0:
            return found
        found = self._attempt(low)
        while high - low > 1:
            middle = (low + high) // 2
            tried = self._attempt(middle)
            if missed_meetings(tried, middle) == 0:
                low, found = middle, tried
            else:
                high = middle
        return found

    def names_by_exam(self, seating: Seating) -> list[list[str]]:
        """Name who sits at each exam, in the order of the exams.

        Parameters
        ----------
        seating : Seating
            Who sits where.

        Returns
        -------
        names : list of list of str
        """
        by_exam: list[list[str]] = [[] for _ in self._exams]
        for exam, seats, size in zip(self._exams, seating.seats.tolist(), self._sizes.tolist(), strict=True):
            by_exam[exam] = [self._names[number] for number in seats[:size]]
        return by_exam

    def _start(self) -> Seating:
        return seated(self._seats.copy(), self._stays, self._sizes, n_readers=len(self._names))

    def _attempt(self, least_meetings: int) -> Seating:
        seating = self._start()
        fill(seating, least_meetings=least_meetings, seed=self._seed)
        return seating


def _as_plan(
    by_exam: list[list[str]], done: list[list[str]], readers: Sequence[str], seed: int
) -> OverlapPlan:
    of_exam = [
        (*names, *sorted(set(here).difference(names))) for names, here in zip(done, by_exam, strict=True)
    ]
    new = [(exam, name) for exam, names in enumerate(of_exam) for name in names[len(done[exam]) :]]
    loads = Counter(name for names in by_exam for name in names)
    met = Counter(pair for names in by_exam if len(names) > 1 for pair in combinations(sorted(names), 2))
    meetings = {pair: met[pair] for pair in combinations(sorted(readers), 2)}
    spread = max(loads[name] for name in readers) - min(loads[name] for name in readers)
    return OverlapPlan(
        readers_of_exam=tuple(of_exam),
        new_readings=tuple(new),
        exams_by_number=dict(sorted(Counter(map(len, of_exam)).items())),
        loads={name: loads[name] for name in readers},
        meetings=meetings,
        least_meetings=min(meetings.values(), default=0),
        load_spread=spread,
        load_note=_load_note(spread, new, loads),
        seed=seed,
    )


def _load_note(spread: int, new: list[tuple[int, str]], loads: Counter[str]) -> str:
    if spread <= 1:
        return ""
    given = Counter(name for _, name in new)
    most = max(loads, key=lambda name: loads[name])
    why = (
        "readings that exist already cannot be taken back"
        if loads[most] > given[most]
        else "no more equal plan was found in which all pairs meet as often as asked"
    )
    return f"Loads differ by {spread} readings: {why}."


def _missed_meetings(
    found: OverlapPlan, most_meetings: int, room: int, least_meetings: int
) -> Problem | None:
    if not found.meetings or found.least_meetings >= least_meetings:
        return None
    pairs = len(found.meetings)
    if least_meetings > most_meetings:
        return Problem(
            "too_few_meetings",
            f"{pairs} pairs of readers are to share {least_meetings} exams each, which takes "
            f"{pairs * least_meetings} meetings; exams that are still to be read by two or more give {room}. "
            f"The nearest plan has {found.least_meetings} for every pair. Ask for fewer meetings, or have "
            "more exams read by two or more.",
        )
    return Problem(
        "meetings_not_found",
        f"No plan was found in which all {pairs} pairs of readers share {least_meetings} exams; the nearest "
        f"has {found.least_meetings} for every pair. Ask for fewer meetings, or have more exams read by two.",
    )
