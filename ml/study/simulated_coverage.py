"""How often intervals of readers' rates hold the truth: many campaigns, in segments that nobody draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.errors import StatisticsInputError
from ml.masks import empty, union
from ml.study.overlap_plan import plan
from ml.study.segment_rates import segment_rates
from ml.study.segment_table import ImageVotes
from ml.study.segment_votes import segment_votes
from ml.study.simulated_reader import Scene, SimulatedReader, stroke_on

STROKE_MM = 2.0
SENSITIVITY, FALSE_PER_IMAGE = "sensitivity", "false per image"


@dataclass(frozen=True)
class ThingsOnImage:
    """What a reader decides about on an image.

    Attributes
    ----------
    true, tempting : tuple of int
        Of each thing that is there, and of each that looks like one, of how many segments it is.
    """

    true: tuple[int, ...]
    tempting: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RateCoverage:
    """How one rate fared over all campaigns and readers.

    Attributes
    ----------
    rate : str
        "sensitivity" or "false per image".
    intervals : int
        How many were asked for; one that could not be given holds nothing.
    share : float
        Of them that hold the truth.
    monte_carlo_error : float
        Standard error of that share: campaigns are independent, intervals of one are not.
    bias : float or None
        Mean of estimate less truth; None where there was no estimate.
    """

    rate: str
    intervals: int
    share: float
    monte_carlo_error: float
    bias: float | None


def things_on(scene: Scene, *, is_one_each: bool = False) -> ThingsOnImage:
    """Count the segments of each thing on an image: specks of a cluster are marked together, or not at all.

    Parameters
    ----------
    scene : Scene
        The image.
    is_one_each : bool
        Let each thing be one segment, as the model of errors takes it.

    Returns
    -------
    things : ThingsOnImage
    """
    groups = [lines for _label, lines in scene.true]
    tempting = [(line,) for line in scene.tempting]
    if is_one_each:
        return ThingsOnImage((1,) * len(groups), (1,) * len(tempting))
    return ThingsOnImage(*(tuple(_pieces(scene, lines) for lines in kind) for kind in (groups, tempting)))


def campaign_votes(
    pool: Sequence[ThingsOnImage],
    readers: Sequence[SimulatedReader],
    *,
    exams: int,
    read_by: int,
    seed: int,
) -> list[ImageVotes]:
    """Draw exams out of a pool and let readers mark them, each thing with all of its segments.

    Parameters
    ----------
    pool : sequence of ThingsOnImage
        Exams of one image to draw from, any of them more than once.
    readers : sequence of SimulatedReader
        Who reads.
    exams, read_by : int
        How many exams, and by how many each is read.
    seed : int
        Of exams, plan and readings.

    Returns
    -------
    images : list of ImageVotes

    Raises
    ------
    OverlapPlanError
        With code `too_few_readers` if there are fewer readers than that.
    """
    by_name = {reader.name: reader for reader in readers}
    made = plan(exams, list(by_name), shares={read_by: 1}, seed=seed)
    chance = np.random.default_rng(seed)
    images = []
    for number, names in enumerate(made.readers_of_exam):
        things = pool[int(chance.integers(len(pool)))]
        found = [by_name[name] for name in names]
        votes = _votes(things.true, np.array([one.sensitivity for one in found]), chance)
        votes += _votes(things.tempting, np.array([one.false_mark for one in found]), chance)
        images.append(ImageVotes(patient=str(number), readers=tuple(names), votes=tuple(votes)))
    return images


def rate_coverage(
    pool: Sequence[ThingsOnImage],
    readers: Sequence[SimulatedReader],
    *,
    campaigns: int,
    exams: int,
    read_by: int,
    seed: int = 0,
    said: Callable[[int], None] = lambda _done: None,
) -> list[RateCoverage]:
    """Estimate the rates of the readers of many campaigns, and count the intervals that hold the truth.

    Parameters
    ----------
    pool : sequence of ThingsOnImage
        Exams to draw from.
    readers : sequence of SimulatedReader
        Who reads.
    campaigns, exams, read_by : int
        How many campaigns of how many exams, each read by how many.
    seed : int
        Of the first campaign.
    said : callable
        Told after each campaign how many are done.

    Returns
    -------
    coverage : list of RateCoverage
        Of sensitivities, and of false segments per image.

    Raises
    ------
    StatisticsInputError
        With code `too_few_campaigns` of fewer than two: one has no Monte-Carlo error.
    """
    if campaigns < 2:
        raise StatisticsInputError(
            f"{campaigns} campaigns tell nothing of how often intervals hold; ask for 2 or more.",
            code="too_few_campaigns",
        )
    is_held = np.zeros((2, campaigns, len(readers)))
    less_truth = np.full(is_held.shape, np.nan)
    for number in range(campaigns):
        votes = campaign_votes(pool, readers, exams=exams, read_by=read_by, seed=seed + number)
        is_held[:, number], less_truth[:, number] = _held(votes, readers, seed + number)
        said(number + 1)
    return [
        RateCoverage(
            rate=rate,
            intervals=held.size,
            share=float(held.mean()),
            monte_carlo_error=float(held.mean(axis=1).std(ddof=1) / campaigns**0.5),
            bias=float(np.nanmean(off)) if np.isfinite(off).any() else None,
        )
        for rate, held, off in zip((SENSITIVITY, FALSE_PER_IMAGE), is_held, less_truth, strict=True)
    ]


def _held(
    votes: Sequence[ImageVotes], readers: Sequence[SimulatedReader], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return of both rates and each reader whether the interval holds the truth, and estimate less truth."""
    found = {one.reader: one for one in segment_rates(votes, seed=seed).readers}
    held, off = np.zeros((2, len(readers))), np.full((2, len(readers)), np.nan)
    for number, reader in enumerate(readers):
        one = found.get(reader.name)
        if one is None:
            continue
        pairs = (one.sensitivity, reader.sensitivity), (one.false_per_image, reader.false_per_image)
        for rate, (estimate, truth) in enumerate(pairs):
            if estimate is not None and estimate.value is not None:
                off[rate, number] = estimate.value - truth
                low, high = estimate.interval or (np.inf, -np.inf)
                held[rate, number] = low <= truth <= high
    return held, off


def _votes(things: Sequence[int], rates: NDArray[np.float64], chance: Generator) -> list[tuple[bool, ...]]:
    marked = chance.random((len(things), len(rates))) < rates
    return [
        tuple(who.tolist())
        for who, segments in zip(marked, things, strict=True)
        if who.any()
        for _ in range(segments)
    ]


def _pieces(scene: Scene, lines: Sequence[NDArray[np.float64]]) -> int:
    drawn = empty(scene.rows, scene.columns)
    for line in lines:
        drawn = union(drawn, stroke_on(scene, line, STROKE_MM / scene.pixel_spacing_mm))
    spacing_mm = scene.pixel_spacing_mm, scene.pixel_spacing_mm
    return len(segment_votes([drawn], pixel_spacing_mm=spacing_mm).segments)
