"""How many true segments each reader finds and false ones she draws, where nobody knows the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.metrics.resampling import Bootstrap
from ml.study.cluster_bootstrap import percentiles, times_drawn
from ml.study.segment_table import ImageVotes, SegmentTable

Array = NDArray[np.float64]
DRAWS = 300
# The middle 95 % held the truth in 93 of 100 simulated campaigns; this, in 95 (Loh 1987).
MIDDLE = 96.5
CONVERGED, MAXIMUM_ITERATIONS = 1e-5, 2000
SMALLEST = 1e-9
FIRST_SENSITIVITY, FIRST_FALSE_MARK = 0.8, 0.2
UNDEFINED = {
    "too_few_readers": "No image was read by three readers, so nobody can be outvoted.",
    "nothing_marked": "No reader marked a segment.",
    "one_marked": "Fewer than two readers marked anything, so nobody can say which of them is right.",
    "nobody_beside": "The reader shares no image with another.",
}


@dataclass(frozen=True, kw_only=True)
class ReaderRates:
    """What one reader finds and errs.

    Attributes
    ----------
    reader : str
        Who.
    n_images, n_segments : int
        Images that she read, and segments that she marked.
    sensitivity : Bootstrap or None
        Share of true segments that she marks.
    false_per_image : Bootstrap or None
        False segments that she draws on an image.
    precision : Bootstrap or None
        Share of the segments that she marks that are true; None too where she marked none.
    undefined : str
        "" or a code of `UNDEFINED`; then all three are None.
    """

    reader: str
    n_images: int
    n_segments: int
    sensitivity: Bootstrap | None
    false_per_image: Bootstrap | None
    precision: Bootstrap | None
    undefined: str = ""


@dataclass(frozen=True, kw_only=True)
class SegmentRates:
    """What the segments of a campaign say about its readers.

    Attributes
    ----------
    readers : tuple of ReaderRates
        In the order in which they first come.
    true_per_image : float or None
        Segments on an image, those that nobody marked included; None where undefined.
    probability : tuple of tuple of float
        For each image and segment that it is true; empty where undefined.
    undefined : str
        "" or a code of `UNDEFINED`.
    definition : str
        How it was computed.
    """

    readers: tuple[ReaderRates, ...]
    true_per_image: float | None
    probability: tuple[tuple[float, ...], ...] = field(default=())
    undefined: str = ""
    definition: str = (
        "Dawid and Skene's model of two classes, true segments and what is mistaken for one, each so many on "
        "an image on average; those that nobody marks are counted as the model expects them; 95 % intervals "
        "are the middle 96.5 % of 300 resamples of patients with all of their images, calibrated on "
        "simulated campaigns, where the middle 95 % held less often than they say"
    )


def segment_rates(images: Sequence[ImageVotes], *, draws: int = DRAWS, seed: int = 0) -> SegmentRates:
    """Estimate each reader's sensitivity and false segments from who marked what.

    Parameters
    ----------
    images : sequence of ImageVotes
        All that were read, those without any segment included: they tell of readers too.
    draws : int
        Resamples of patients.
    seed : int
        Of the draws.

    Returns
    -------
    rates : SegmentRates
        Undefined, with a reason, where no image was read by three readers or fewer than two marked anything.

    Raises
    ------
    StatisticsInputError
        With code `not_a_table` if votes do not fit the readers, `reader_twice`, `nobody_marked` of a segment
        that nobody marked, `no_patient`.

    Notes
    -----
    A segment that nobody marked is not in any table, so the model of [1]_ as it stands takes readers who miss
    alike for better than they are. Here each image has tau true segments and delta places that look like one,
    both on average; reader r marks the first with probability s_r, the second with f_r, independently. An
    image read by a set S has tau prod(1 - s_r) unseen true ones and delta prod(1 - f_r) unseen false ones;
    expectation maximisation counts them as one counts species that were not caught [2]_. False segments per
    image are delta f_r. Readers are given exams at random: who reads what must not hang on what it shows.

    The middle 95 % of resamples were found to be a little too narrow on simulated campaigns of 200 exams
    (`ml.study.simulated_coverage`); intervals take in more of them for that [3]_.

    References
    ----------
    .. [1] A. P. Dawid, A. M. Skene, Maximum likelihood estimation of observer error-rates using the EM
       algorithm, Applied Statistics 28 (1979) 20-28, doi:10.2307/2346806.
    .. [2] L. Sanathanan, Estimating the size of a multinomial population, Annals of Mathematical Statistics
       43 (1972) 142-152, doi:10.1214/aoms/1177692709.
    .. [3] W.-Y. Loh, Calibrating confidence coefficients, Journal of the American Statistical Association 82
       (1987) 155-162.

    Examples
    --------
    >>> all_three = ImageVotes(patient="p", readers=("a", "b", "c"), votes=((True, True, True),) * 9)
    >>> one_missed = ImageVotes(patient="q", readers=("a", "b", "c"), votes=((True, True, False),))
    >>> found = segment_rates([all_three, one_missed])
    >>> [round(reader.sensitivity.value, 2) for reader in found.readers]
    [1.0, 1.0, 0.9]
    """
    table = SegmentTable.of(images)
    reason = table.undefined()
    if reason:
        untold = tuple(_untold(table, number, reason) for number in range(len(table.names)))
        return SegmentRates(readers=untold, true_per_image=None, undefined=reason)
    once = np.ones((1, len(table.of_patient)))
    found = _fit(table, once, _start(table))
    times = times_drawn(len(table.of_patient), draws, seed)
    drawn = _fit(table, times, found) if len(times) else None
    probability = _probability(table, found)[0]
    firsts = np.cumsum([0, *(len(image.votes) for image in images)])
    of_segment = probability[table.row_of_segment].tolist()
    return SegmentRates(
        readers=tuple(_rates(table, number, found, drawn, seed) for number in range(len(table.names))),
        true_per_image=float(found.true_per_image[0]),
        probability=tuple(tuple(of_segment[first:past]) for first, past in pairwise(firsts)),
    )


class _Model(NamedTuple):
    """Rates for each resample."""

    sensitivity: Array  # resamples, readers
    false_mark: Array  # resamples, readers
    true_per_image: Array  # resamples
    false_per_image: Array  # resamples

    def reported(self) -> Array:
        """Give what is reported of readers: single false marks move long after their product stands.

        Returns
        -------
        rates : ndarray, shape (n_resamples, 2 n_readers)
            Sensitivities, then false segments per image.
        """
        return np.hstack([self.sensitivity, self.false_mark * self.false_per_image[:, None]])


def _start(table: SegmentTable) -> _Model:
    shape = (1, len(table.names))
    images = table.images_of_patient.sum()
    share = table.marks.sum(axis=1) / table.has_read.sum(axis=1)
    segments = table.of_patient.sum(axis=0)
    return _Model(
        sensitivity=np.full(shape, FIRST_SENSITIVITY),
        false_mark=np.full(shape, FIRST_FALSE_MARK),
        true_per_image=np.array([max(float(segments @ (share > 0.5)), 1.0) / images]),
        false_per_image=np.array([max(float(segments @ (share <= 0.5)), 1.0) / images]),
    )


def _probability(table: SegmentTable, model: _Model) -> Array:
    """Return for each resample and row how likely it is true."""
    likely = _likely(table, model.sensitivity) + np.log(np.maximum(model.true_per_image, SMALLEST))[:, None]
    other = _likely(table, model.false_mark) + np.log(np.maximum(model.false_per_image, SMALLEST))[:, None]
    return 1 / (1 + np.exp(np.clip(other - likely, -700, 700)))


def _likely(table: SegmentTable, rate: Array) -> Array:
    yes, no = np.log(np.maximum(rate, SMALLEST)), np.log(np.maximum(1 - rate, SMALLEST))
    return yes @ table.marks.T + no @ (table.has_read - table.marks).T


def _fit(table: SegmentTable, times: Array, start: _Model) -> _Model:
    """Step until nothing moves; resamples that stand still step no further."""
    segments, images = times @ table.of_patient, times @ table.images_of_patient
    model = _Model(*(np.repeat(part, len(times) // len(part), axis=0) for part in start))
    moving = np.arange(len(times))
    for _ in range(MAXIMUM_ITERATIONS):
        before = _Model(*(part[moving] for part in model))
        after = _step(table, segments[moving], images[moving], before)
        for whole, part in zip(model, after, strict=True):
            whole[moving] = part
        moving = moving[np.abs(after.reported() - before.reported()).max(axis=1) >= CONVERGED]
        if not len(moving):
            break
    return model


def _step(table: SegmentTable, segments: Array, images: Array, model: _Model) -> _Model:
    """Count what is true and what is not, seen and unseen, and from that the rates."""
    true = segments * _probability(table, model)
    sensitivity, true_per_image = _rate(table, true, images, model.sensitivity, model.true_per_image)
    false_mark, false_per_image = _rate(
        table, segments - true, images, model.false_mark, model.false_per_image
    )
    return _Model(sensitivity, false_mark, true_per_image, false_per_image)


def _rate(
    table: SegmentTable, seen: Array, images: Array, rate: Array, per_image: Array
) -> tuple[Array, Array]:
    no = np.log(np.maximum(1 - rate, SMALLEST))
    unseen = images * per_image[:, None] * np.exp(no @ table.panels.T)
    all_of_reader = seen @ table.has_read + unseen @ table.panels
    count = seen.sum(axis=1) + unseen.sum(axis=1)
    return seen @ table.marks / np.maximum(all_of_reader, SMALLEST), count / np.maximum(images.sum(axis=1), 1)


def _untold(table: SegmentTable, number: int, reason: str) -> ReaderRates:
    return ReaderRates(
        reader=table.names[number],
        n_images=int(table.images_of_patient.sum(axis=0) @ table.panels[:, number]),
        n_segments=int(table.of_patient.sum(axis=0) @ table.marks[:, number]),
        sensitivity=None,
        false_per_image=None,
        precision=None,
        undefined=reason,
    )


def _rates(table: SegmentTable, number: int, found: _Model, drawn: _Model | None, seed: int) -> ReaderRates:
    untold = _untold(table, number, "")
    if not table.meets_another(number):
        return _untold(table, number, "nobody_beside")

    def three(model: _Model) -> tuple[Array, Array, Array]:
        true = model.sensitivity[:, number] * model.true_per_image
        false = model.false_mark[:, number] * model.false_per_image
        marked = true + false
        precision = np.where(marked > 0, true / np.where(marked > 0, marked, 1), np.nan)
        return model.sensitivity[:, number], false, precision

    values = three(found)
    resampled = (np.empty(0),) * 3 if drawn is None else three(drawn)
    sensitivity, false_per_image, precision = (
        Bootstrap(
            value=float(value[0]),
            interval=percentiles(float(value[0]), some, middle=MIDDLE),
            n_patients=len(table.of_patient),
            n_images=untold.n_images,
            resamples=len(some),
            undefined_resamples=int((~np.isfinite(some)).sum()),
            seed=seed,
        )
        for value, some in zip(values, resampled, strict=True)
    )
    return ReaderRates(
        reader=untold.reader,
        n_images=untold.n_images,
        n_segments=untold.n_segments,
        sensitivity=sensitivity,
        false_per_image=false_per_image,
        precision=precision if untold.n_segments else None,
    )
