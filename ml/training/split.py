"""Training, validation and test images, so that no patient is in two parts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.errors import TrainingDataRefusedError
from ml.training.source import Listing

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """The three parts."""

    train: tuple[Listing, ...]
    validation: tuple[Listing, ...]
    test: tuple[Listing, ...]


def split_as_frozen(listings: Sequence[Listing], label: str, *, classes_by_image: bool = True) -> Split:
    """Take the parts as the source has them.

    Parameters
    ----------
    listings : sequence of Listing
        Those on which nobody looked for `label` are left out.
    label : str
        What is learnt.
    classes_by_image : bool
        Whether each part must have images with and images without; not where patches of them are learnt from.

    Returns
    -------
    Split

    Raises
    ------
    TrainingDataRefusedError
        Codes: label_missing, one_class, part_empty, patient_in_two_parts.
    """
    read = _labelled(listings, label)
    parts = {part: [listing for listing in read if listing.split == part] for part in PARTS}
    return _checked(parts, label if classes_by_image else None)


def split_by_patient(
    listings: Sequence[Listing],
    label: str,
    *,
    shares: tuple[float, float, float],
    seed: int,
    by_age_quartile: bool = False,
    classes_by_image: bool = True,
) -> Split:
    """Share patients out anew, alike in how many have what is learnt.

    Parameters
    ----------
    listings : sequence of Listing
        Those on which nobody looked for `label` are left out.
    label : str
        What is learnt.
    shares : tuple of float
        Of the patients for training, validation and test, in each stratum.
    seed : int
        Of chance; the order of the listings does not matter.
    by_age_quartile : bool
        Also stratify by the quartile of age; patients of unknown age are a stratum of their own.
    classes_by_image : bool
        Whether each part must have images with and images without; not where patches of them are learnt from.

    Returns
    -------
    Split

    Raises
    ------
    TrainingDataRefusedError
        Codes: label_missing, one_class, part_empty.
    """
    read = _labelled(listings, label)
    strata: dict[tuple[bool, int], list[str]] = {}
    quartiles = _age_quartiles(read) if by_age_quartile else {}
    for patient in sorted({listing.patient_id for listing in read}):
        has_label = any(listing.present[label] for listing in read if listing.patient_id == patient)
        strata.setdefault((has_label, quartiles.get(patient, -1)), []).append(patient)
    part_of: dict[str, str] = {}
    borrowed = np.zeros(3)
    for stratum in sorted(strata):
        patients = sorted(strata[stratum], key=lambda patient: _lot(seed, patient))
        counts, borrowed = _counts(len(patients), np.array(shares), borrowed)
        part_of |= dict(zip(patients, np.repeat(PARTS, counts).tolist(), strict=True))
    parts = {part: [listing for listing in read if part_of[listing.patient_id] == part] for part in PARTS}
    return _checked(parts, label if classes_by_image else None)


def check_both_classes(present: Sequence[bool], part: str, label: str, what: str) -> None:
    """Refuse a part that has one class only.

    Parameters
    ----------
    present : sequence of bool
        Of each example.
    part, label, what : str
        For the message: "test", "bac", "images".

    Raises
    ------
    TrainingDataRefusedError
        With code `one_class`.
    """
    found = sum(present)
    if found in (0, len(present)):
        share = f"{label} is on none" if found == 0 else f"{label} is on every one"
        raise TrainingDataRefusedError(
            f"In the part for {part} {share} of the {len(present)} {what}. A network learns, and is "
            f"measured, by {what} with and without: add the other kind and freeze a new version.",
            code="one_class",
        )


def _labelled(listings: Sequence[Listing], label: str) -> list[Listing]:
    read = [listing for listing in listings if label in listing.present]
    if not read:
        raise TrainingDataRefusedError(
            f"On none of the {len(listings)} images did anyone look for {label}. Freeze a version with this "
            "label, or learn another one.",
            code="label_missing",
        )
    return read


def _checked(parts: dict[str, list[Listing]], label: str | None) -> Split:
    for part, listings in parts.items():
        if not listings:
            raise TrainingDataRefusedError(
                f"No image is in the part for {part}. With few patients a part can be empty: freeze a "
                "version with more of them, or let the recipe share them out anew.",
                code="part_empty",
            )
        if label is not None:
            check_both_classes([listing.present[label] for listing in listings], part, label, "images")
    patients = [{listing.patient_id for listing in listings} for listings in parts.values()]
    shared = (patients[0] & patients[1]) | (patients[0] & patients[2]) | (patients[1] & patients[2])
    if shared:
        raise TrainingDataRefusedError(
            f"{len(shared)} patients are in two parts, the first is {min(shared)!r}: figures on the test "
            "images would be too good. Export the version again.",
            code="patient_in_two_parts",
        )
    return Split(*(tuple(listings) for listings in parts.values()))


def _age_quartiles(listings: Sequence[Listing]) -> dict[str, int]:
    ages: dict[str, int] = {}
    for listing in listings:
        if listing.age_years is not None:
            ages[listing.patient_id] = min(listing.age_years, ages.get(listing.patient_id, listing.age_years))
    if not ages:
        return {}
    borders = np.percentile(list(ages.values()), (25, 50, 75))
    return {patient: int(np.searchsorted(borders, age)) for patient, age in ages.items()}


def _counts(
    patients: int, shares: "np.ndarray[tuple[int], np.dtype[np.float64]]", borrowed: "np.ndarray"
) -> tuple[list[int], "np.ndarray"]:
    """Round the shares of a stratum; what rounding took from a part is given back in the next stratum."""
    wanted = patients * shares / shares.sum() + borrowed
    counts = np.maximum(np.floor(wanted), 0).astype(int)
    while counts.sum() > patients:
        counts[int(np.argmax(counts))] -= 1
    while counts.sum() < patients:
        counts[int(np.argmax(wanted - counts))] += 1
    return counts.tolist(), wanted - counts


def _lot(seed: int, patient: str) -> bytes:
    return hashlib.sha256(f"{seed}:{patient}".encode()).digest()
