"""Synthetic mammograms for the demo: DICOM files to take in, and what simulated readers drew on them."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ml import masks, phantom

VIEWS = ("CC", "MLO")
FIRST_VISIT = date(2022, 3, 1)


@dataclass(frozen=True)
class PhantomImage:
    """One synthetic image as a file, with the masks that readers of different care would draw."""

    path: Path
    careless_masks: tuple[bytes, ...]
    careful_mask: bytes
    microcalcification_mask: bytes
    has_bac: bool


def write_phantom_image(
    folder: Path, *, seed: int, image_laterality: str, view_position: str, readers: int
) -> PhantomImage:
    """Make one image of the exam `seed` and write it as a DICOM file For Presentation.

    Both views of an exam show the same breast.
    """
    image = phantom.make_phantom(seed, image_laterality=image_laterality, view_position=view_position)
    path = folder / f"exam{seed}_{image_laterality}{view_position}.dcm"
    phantom.write_phantom_dicom(image, path, patient_id=f"DEMO-{seed}", study_uid=f"2.25.{1000 + seed}")
    return PhantomImage(
        path=path,
        careless_masks=tuple(
            masks.encode(masks.from_dense(phantom.third_party_mask(image, seed=seed * 100 + reader)))
            for reader in range(readers)
        ),
        careful_mask=masks.encode(masks.from_dense(phantom.expert_mask(image))),
        microcalcification_mask=masks.encode(masks.from_dense(image.microcalcifications)),
        has_bac=bool(image.bac.any()),
    )


def write_phantom_series(folder: Path, *, seed: int, years: tuple[float, ...]) -> list[list[Path]]:
    """Make exams of four views of one woman, `years` after each other, and write them as DICOM files."""
    exams = phantom.make_series(seed, years=years)
    return [
        [
            _write_visit(image, folder, seed=seed, visit=visit, study_date=_day_after(year))
            for image in sorted(exam, key=lambda image: image.acquisition.view_position)
        ]
        for visit, (exam, year) in enumerate(zip(exams, years, strict=True))
    ]


@contextmanager
def drawing_series(
    folder: Path, *, seed: int, years: tuple[float, ...]
) -> Iterator[Future[list[list[Path]]]]:
    """Make the exams of a series in a process of its own, while the caller does something else."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        yield pool.submit(write_phantom_series, folder, seed=seed, years=years)


def _write_visit(image: phantom.Phantom, folder: Path, *, seed: int, visit: int, study_date: str) -> Path:
    facts = image.acquisition
    path = folder / f"series{seed}_{visit}_{facts.image_laterality}{facts.view_position}.dcm"
    phantom.write_phantom_dicom(
        image,
        path,
        patient_id=f"DEMO-{seed}",
        study_uid=f"2.25.{1000 + seed}{visit}",
        study_date=study_date,
    )
    return path


def _day_after(years: float) -> str:
    return (FIRST_VISIT + timedelta(days=round(years * 365.25))).strftime("%Y%m%d")
