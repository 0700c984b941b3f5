"""Two ways to one result, raced in one process: the form that every benchmark of this folder takes."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LEAST_ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Race:
    """One comparison.

    Attributes
    ----------
    name : str
        What is computed, and against what: "skeleton from runs / scikit-image".
    ours, theirs : callable
        Both sides, from the same input in memory to the result.
    check : callable
        Called with both results; raises AssertionError where they are not the same.
    goal : float
        The least ratio of theirs to ours that we aim at.
    rounds : int
        Runs of each side, at least 5, taken in turn.
    measure : callable, optional
        Called with a side and its result to give the number that is compared, instead of the time: peak
        memory or stored bytes.
    cost_ms : callable, optional
        Called with the result of each run to give its CPU time, where a browser does the work and not this
        process.
    unit : str
        Of that number.
    """

    name: str
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    check: Callable[[Any, Any], None]
    goal: float
    rounds: int = LEAST_ROUNDS
    measure: Callable[[Callable[[], Any], Any], float] | None = None
    cost_ms: Callable[[Any], float] | None = None
    unit: str = "ms"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with a limit of its own, where nothing else does the same.

    Attributes
    ----------
    name : str
        What is measured: "viewer: first image on the screen".
    measure : callable
        Gives the number.
    limit : float
        The most that it may be.
    unit : str
        Of both.
    """

    name: str
    measure: Callable[[], float]
    limit: float
    unit: str


def take_figure(figure: Figure) -> dict[str, Any]:
    value = round(figure.measure(), 4)
    return {"name": figure.name, "unit": figure.unit, "value": value, "limit": figure.limit}


def run_race(race: Race) -> dict[str, Any]:
    """Run both sides in turn and compare the least CPU time (or the measured number) of each.

    Raises
    ------
    AssertionError
        If the results differ: a faster way to something else is no result.
    """
    results = {"ours": race.ours(), "theirs": race.theirs()}  # also compiles, imports and fills caches
    race.check(results["ours"], results["theirs"])
    sides = {"ours": race.ours, "theirs": race.theirs}
    least_ms = dict.fromkeys(sides, float("inf"))
    for _ in range(max(race.rounds, LEAST_ROUNDS)):
        for name, side in sides.items():
            least_ms[name] = min(least_ms[name], _cpu_ms(race, side))
    compared = dict(least_ms)
    if race.measure is not None:
        compared = {name: race.measure(side, results[name]) for name, side in sides.items()}
    return {
        "name": race.name,
        "ours_ms": round(least_ms["ours"], 4),
        "theirs_ms": round(least_ms["theirs"], 4),
        "ratio": round(compared["theirs"] / compared["ours"], 2),
        "goal": race.goal,
        "unit": race.unit,
        "ours": round(compared["ours"], 4),
        "theirs": round(compared["theirs"], 4),
    }


def _cpu_ms(race: Race, side: Callable[[], Any]) -> float:
    gc.collect()
    started = time.process_time()
    result = side()
    return race.cost_ms(result) if race.cost_ms else (time.process_time() - started) * 1000
