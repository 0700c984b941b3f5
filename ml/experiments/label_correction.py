"""Does the correction bring a third party's labels nearer to an expert's? On phantoms, by rule."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from ml.correction import ALGORITHM_VERSION, parameters_sha256
from ml.errors import ExperimentSettingsError
from ml.experiments.label_case import CaseRequest, CaseResult, run_case
from ml.experiments.label_rules import RULES
from ml.experiments.label_tables import agreement_rows, faint_rows, removal_rows
from ml.phantom import PHANTOM_VERSION

MOST_PHANTOMS, MOST_PROCESSES = 10_000, 8
Result = dict[str, Any]


def run_label_correction(
    *,
    phantoms: int = 32,
    seed: int = 1000,
    pixel_spacing_mm: float = 0.1,
    level: float = 1.0,
    processes: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Correct the labels of a simulated third-party annotator by several rules, and compare with an expert's.

    Parameters
    ----------
    phantoms : int
        How many images, 1 to 10,000.
    seed : int
        Of the first phantom; the others follow.
    pixel_spacing_mm : float
        Size of a pixel; images are of 110 x 90 mm.
    level : float
        How often the annotator errs: 1 as published.
    processes : int, optional
        How many phantoms are worked on at a time; as many as there are processors, up to 8, by default.
    on_progress : callable, optional
        Called with (phantoms done, phantoms in all) after each.

    Returns
    -------
    result : dict
        JSON values: `settings`, and the tables `agreement`, `agreement_with_grid`, `agreement_without_grid`,
        `kept_by_kind`, `kept_of_bac_by_thickness`. The same for the same settings, whatever `processes`.

    Raises
    ------
    ExperimentSettingsError
        If there are no phantoms, or too many.
    PhantomRequestError
        If the pixels are of a size that no phantom can have.
    """
    if not 1 <= phantoms <= MOST_PHANTOMS:
        raise ExperimentSettingsError(f"{phantoms} phantoms were asked for; give 1 to {MOST_PHANTOMS}.")
    requests = [
        CaseRequest(index=index, seed=seed + index, pixel_spacing_mm=pixel_spacing_mm, level=level)
        for index in range(phantoms)
    ]
    results = _run_all(requests, processes, on_progress)
    with_grid = [result for result in results if result.request.has_grid]
    without_grid = [result for result in results if not result.request.has_grid]
    return {
        "settings": {
            "phantoms": phantoms,
            "phantoms_without_bac": sum(not request.has_bac for request in requests),
            "seed": seed,
            "pixel_spacing_mm": pixel_spacing_mm,
            "level": level,
            "phantom_version": PHANTOM_VERSION,
            "correction_version": ALGORITHM_VERSION,
            "parameters_sha256": {
                rule.name: parameters_sha256(rule.parameters) for rule in RULES if rule.parameters is not None
            },
        },
        "agreement": agreement_rows(results),
        "agreement_with_grid": agreement_rows(with_grid),
        "agreement_without_grid": agreement_rows(without_grid),
        "kept_by_kind": removal_rows(results),
        "kept_of_bac_by_thickness": faint_rows(results),
        "images": [_image_row(result) for result in results],
    }


def _run_all(
    requests: Sequence[CaseRequest], processes: int | None, on_progress: Callable[[int, int], None] | None
) -> list[CaseResult]:
    workers = min(processes or os.cpu_count() or 1, MOST_PROCESSES, len(requests))
    results = []
    with _mapping(workers) as apply:
        for result in apply(run_case, requests):
            results.append(result)
            if on_progress is not None:
                on_progress(len(results), len(requests))
    return results


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Iterable[CaseResult]]]:
    """Give a `map` that works in so many processes, in order."""
    if workers == 1:
        yield map
        return
    # Not forked: a fork of a process with threads may hang.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool.map


def _image_row(result: CaseResult) -> Result:
    request = result.request
    return {
        "seed": request.seed,
        "has_bac": request.has_bac,
        "has_grid": request.has_grid,
        "dice": {name: comparison.dice for name, comparison in result.against_expert.items()},
        "modes": dict(result.modes),
    }
