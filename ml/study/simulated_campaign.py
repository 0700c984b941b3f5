"""A whole campaign by readers with known errors: whether what is estimated covers what is true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.masks import Runs, intersection_area_px, union
from ml.metrics.resampling import Bootstrap
from ml.phantom import Phantom, make_phantom
from ml.study.dawid_skene import ReaderTrust, dawid_skene
from ml.study.overlap_plan import plan
from ml.study.segment_rates import ReaderRates, segment_rates
from ml.study.segment_table import ImageVotes
from ml.study.segment_votes import segment_votes
from ml.study.simulated_reader import LABELS, Scene, SimulatedReader, read_scene, scene_of

ROWS, COLUMNS, PIXEL_SPACING_MM = 400, 320, 0.3
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class CoveredRate:
    """One rate of one reader, as it is and as it was estimated.

    Attributes
    ----------
    reader, rate : str
        Whose, and which.
    truth : float
        What the reader was made with.
    estimate : Bootstrap or None
        What her readings say; None where they do not.
    """

    reader: str
    rate: str
    truth: float
    estimate: Bootstrap | None

    @property
    def is_covered(self) -> bool:
        """Tell whether the 95 % interval holds the truth."""
        if self.estimate is None or self.estimate.interval is None:
            return False
        low, high = self.estimate.interval
        return low <= self.truth <= high


@dataclass(frozen=True)
class ReadImage:
    """One exam of one image, and who marked what.

    Attributes
    ----------
    patient : str
        Whose exam it is.
    pixel_spacing_mm : float
        Size of a pixel.
    masks : dict of str to dict of str to Runs
        For each reader who read it her mask of each label.
    """

    patient: str
    pixel_spacing_mm: float
    masks: Mapping[str, Mapping[str, Runs]]


def make_small_phantom(seed: int) -> Phantom:
    """Draw an exam of one image; every other woman has BAC.

    Parameters
    ----------
    seed : int
        The woman, 0 or more.

    Returns
    -------
    phantom : Phantom
        Of 400 x 320 pixels of 0.3 mm.

    Raises
    ------
    PhantomRequestError
        If the seed is below 0.
    """
    return make_phantom(
        seed, rows=ROWS, columns=COLUMNS, pixel_spacing_mm=PIXEL_SPACING_MM, has_bac=seed % 2 == 0
    )


def phantom_scene(seed: int) -> Scene:
    """Take from a small phantom what there is to mark.

    Parameters
    ----------
    seed : int
        The woman, 0 or more.

    Returns
    -------
    scene : Scene

    Raises
    ------
    PhantomRequestError
        If the seed is below 0.
    """
    return scene_of(make_small_phantom(seed))


def read_by_plan(
    scenes: Sequence[Scene], readers: Sequence[SimulatedReader], *, read_by: int, seed: int = 0
) -> list[ReadImage]:
    """Share exams out and let everybody read.

    Parameters
    ----------
    scenes : sequence of Scene
        The exams.
    readers : sequence of SimulatedReader
        Who reads.
    read_by : int
        By how many each exam is read, 2 or more.
    seed : int
        Of plan and readings.

    Returns
    -------
    images : list of ReadImage

    Raises
    ------
    OverlapPlanError
        With code `too_few_readers` if there are fewer readers than that.
    """
    by_name = {reader.name: reader for reader in readers}
    made = plan(len(scenes), list(by_name), shares={read_by: 1}, seed=seed)
    chance = np.random.default_rng(seed)
    return [
        ReadImage(
            str(number),
            scene.pixel_spacing_mm,
            {
                name: read_scene(scene, by_name[name], seed=int(chance.integers(LARGEST_SEED)))
                for name in names
            },
        )
        for number, (scene, names) in enumerate(zip(scenes, made.readers_of_exam, strict=True))
    ]


def covered_rates(
    images: Sequence[ReadImage], readers: Sequence[SimulatedReader], *, seed: int = 0
) -> list[CoveredRate]:
    """Estimate each reader's rates from the readings alone, and put the true ones beside them.

    Parameters
    ----------
    images : sequence of ReadImage
        All readings.
    readers : sequence of SimulatedReader
        How they err.
    seed : int
        Of the resamples.

    Returns
    -------
    rates : list of CoveredRate
        Of each reader sensitivity, false segments per image, and how often the label is the wrong one.
    """
    votes, labels, patients = [], [], []
    names = [reader.name for reader in readers]
    for image in images:
        found = _segments(image)
        votes.append(
            ImageVotes(
                patient=image.patient, readers=tuple(image.masks), votes=tuple(vote for vote, _ in found)
            )
        )
        # Of fewer than three labels nobody can tell which is wrong, and false segments have mostly one.
        shared = [[given.get(name) for name in names] for _, given in found if len(given) > 2]
        labels += shared
        patients += [image.patient] * len(shared)
    rates = {one.reader: one for one in segment_rates(votes, seed=seed).readers}
    trust = dawid_skene(labels, names, patients, categories=LABELS, seed=seed).readers
    return [
        covered
        for reader, given in zip(readers, trust, strict=True)
        for covered in _covered(reader, rates.get(reader.name), given)
    ]


def _covered(reader: SimulatedReader, rate: ReaderRates | None, given: ReaderTrust) -> list[CoveredRate]:
    found = (None, None) if rate is None else (rate.sensitivity, rate.false_per_image)
    return [
        CoveredRate(reader.name, "sensitivity", reader.sensitivity, found[0]),
        CoveredRate(reader.name, "false per image", reader.false_per_image, found[1]),
        CoveredRate(reader.name, "BAC labelled BAC", 1 - reader.confusion, given.specificity),
    ]


def _segments(image: ReadImage) -> list[tuple[tuple[bool, ...], dict[str, str]]]:
    """Give of each segment who marked it, and under which label."""
    readings = list(image.masks.values())
    spacing_mm = image.pixel_spacing_mm, image.pixel_spacing_mm
    all_labels = [union(*(reading[label] for label in LABELS)) for reading in readings]
    votes = segment_votes(all_labels, pixel_spacing_mm=spacing_mm)
    found = []
    for segment in votes.segments:
        given = {}
        for number, part in zip(segment.marked_by, segment.parts, strict=True):
            areas = [intersection_area_px(part, readings[number][label]) for label in LABELS]
            given[list(image.masks)[number]] = LABELS[int(np.argmax(areas))]
        who = tuple(number in segment.marked_by for number in range(len(readings)))
        found.append((who, given))
    return found
