"""How far readers mark the same segments, and how often each of them errs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.metrics.resampling import Bootstrap
from ml.study.dawid_skene import answers_of_patterns, dawid_skene
from ml.study.intervals import ratio_interval
from ml.study.report.figure import Figure
from ml.study.segment_rates import ImageVotes, segment_rates

UNDEFINED_HERE = {"nothing_marked": "no_segment"}


@dataclass(frozen=True, kw_only=True)
class ReadImage:
    """One image with what its readers marked of one label in one round.

    Attributes
    ----------
    patient : str
        Whose it is.
    readers : tuple of str
        Who read it, two or more.
    lengths : tuple of float
        Length of each segment, in pixels: shares of it have no unit.
    votes : tuple of tuple of bool
        For each segment, who of the readers marked it.
    patterns : dict of int to int
        Pixels by who marked them: bit k for reader number k.
    """

    patient: str
    readers: tuple[str, ...]
    lengths: tuple[float, ...]
    votes: tuple[tuple[bool, ...], ...]
    patterns: Mapping[int, int]


def segment_figures(images: Sequence[ReadImage]) -> Iterator[Figure]:
    """Describe how many of the segments are shared.

    Parameters
    ----------
    images : sequence of ReadImage
        Of one label and one round.

    Yields
    ------
    figure : Figure
        Shares of segments and of length for all readers, and what each reader marks alone or misses.
    """
    about = Figure(section="segment", measure="")
    patients = [image.patient for image in images]
    shares = {
        "segments_by_all": [_shared(image, weighted=False, by_all=True) for image in images],
        "segments_by_one": [_shared(image, weighted=False, by_all=False) for image in images],
        "length_by_all": [_shared(image, weighted=True, by_all=True) for image in images],
        "length_by_one": [_shared(image, weighted=True, by_all=False) for image in images],
    }
    for measure, parts in shares.items():
        yield _ratio(replace(about, measure=measure), parts, patients)
    for reader in sorted({reader for image in images for reader in image.readers}):
        hers = [image for image in images if reader in image.readers]
        whose = [image.patient for image in hers]
        of_reader = replace(about, readers=(reader,))
        yield _ratio(
            replace(of_reader, measure="segments_alone"), [_alone(image, reader) for image in hers], whose
        )
        yield _ratio(
            replace(of_reader, measure="segments_missed"), [_missed(image, reader) for image in hers], whose
        )


def noise_figures(images: Sequence[ReadImage]) -> Iterator[Figure]:
    """Estimate how often each reader errs, where nobody knows the truth.

    Parameters
    ----------
    images : sequence of ReadImage
        Of one label and one round.

    Yields
    ------
    figure : Figure
        For each reader the pixels that she misses and falsely marks (STAPLE over all images at once), and
        the segments (Dawid and Skene).
    """
    yield from _pixel_noise(images)
    rates = segment_rates(
        [ImageVotes(patient=image.patient, readers=image.readers, votes=image.votes) for image in images]
    )
    for reader in sorted(rates.readers, key=lambda rate: rate.reader):
        about = Figure(section="noise", measure="", readers=(reader.reader,))
        reason = rates.undefined or reader.undefined
        for measure, found in (
            ("segments_missed_estimated", _one_minus(reader.sensitivity)),
            ("segments_false_per_image", reader.false_per_image),
            ("segments_false_share", _one_minus(reader.precision)),
        ):
            yield _told(replace(about, measure=measure), found, reason or "marked_nothing", images)


def _pixel_noise(images: Sequence[ReadImage]) -> Iterator[Figure]:
    """Run STAPLE over all images at once: Dawid and Skene's model of pixels, patterns counted together."""
    readers = sorted({reader for image in images for reader in image.readers})
    rows, of_image, weights = answers_of_patterns(
        [image.patterns for image in images], [image.readers for image in images], readers
    )
    patients = [images[number].patient for number in of_image]
    if not rows:
        return
    found = dawid_skene(rows, readers, patients, categories=(0, 1), weights=weights)
    is_one_alone = sum(any(row[number] for row in rows) for number in range(len(readers))) == 1
    for reader in found.readers:
        about = Figure(section="noise", measure="", readers=(reader.reader,))
        reason = found.undefined or reader.undefined or ("one_marked" if is_one_alone else "")
        for measure, rate in (("pixels_missed", reader.sensitivity), ("pixels_false", reader.specificity)):
            yield _told(replace(about, measure=measure), None if reason else _one_minus(rate), reason, images)


def _told(about: Figure, found: Bootstrap | None, reason: str, images: Sequence[ReadImage]) -> Figure:
    """Count the images that the reader read and their patients: the models count rows of votes."""
    patients = [image.patient for image in images if about.readers[0] in image.readers]
    n_images, n_patients = len(patients), len(set(patients))
    if found is None:
        code = UNDEFINED_HERE.get(reason, reason)
        return replace(about, n_images=n_images, n_patients=n_patients, undefined=code)
    return about.measured(replace(found, n_images=n_images, n_patients=n_patients))


def _one_minus(found: Bootstrap | None) -> Bootstrap | None:
    if found is None or found.value is None:
        return found
    interval = None if found.interval is None else (1 - found.interval[1], 1 - found.interval[0])
    return replace(found, value=1 - found.value, interval=interval)


def _ratio(about: Figure, parts: Sequence[tuple[float, float]], patients: Sequence[str]) -> Figure:
    above, below = np.array(parts, dtype=float).reshape(-1, 2).T
    return about.measured(ratio_interval(above, below, patients), undefined="no_segment")


def _shared(image: ReadImage, *, weighted: bool, by_all: bool) -> tuple[float, float]:
    weights = image.lengths if weighted else (1.0,) * len(image.votes)
    wanted = len(image.readers) if by_all else 1
    counted = [weight for weight, votes in zip(weights, image.votes, strict=True) if sum(votes) == wanted]
    return sum(counted), sum(weights)


def _alone(image: ReadImage, reader: str) -> tuple[float, float]:
    place = image.readers.index(reader)
    hers = [votes for votes in image.votes if votes[place]]
    return sum(sum(votes) == 1 for votes in hers), len(hers)


def _missed(image: ReadImage, reader: str) -> tuple[float, float]:
    """Count what all others marked; of one other alone nobody can say that it is there."""
    place = image.readers.index(reader)
    if len(image.readers) <= 2:
        return 0.0, 0.0
    by_others = [votes for votes in image.votes if sum(votes) - votes[place] == len(votes) - 1]
    return sum(not votes[place] for votes in by_others), len(by_others)
