"""Tiny datasets from which a network can be trained: each part has images with and without BAC."""

import uuid

import numpy as np
from numpy.typing import NDArray

from annotations.domain.dataset_selection import SPLITS, split_of_patient
from annotations.models import Campaign, DatasetVersion, Patient

from .annotation import make_annotation
from .assignment import make_assignment
from .dataset import make_dataset, make_dataset_version
from .mammogram import make_mammogram, make_study
from .reader import make_reader

SHAPE = (160, 128)
SPACING_MM = (0.2, 0.2)


def make_learnable_version(
    name: str | None = None, *, campaign: Campaign | None = None, calcified: bool | None = None
) -> DatasetVersion:
    """Freeze one image with BAC and one without in each part, and no others; `calcified`: all of one kind."""
    random = np.random.default_rng(4)
    reader = make_reader()
    for part in SPLITS:
        for has_bac in (True, False):
            _make_reading(part, random, reader, campaign, has_bac=has_bac if calcified is None else calcified)
    return make_dataset_version(make_dataset(name), frozen=True, readers=[reader.pseudonym])


def _make_reading(part: str, random: np.random.Generator, reader, campaign, *, has_bac: bool) -> None:
    artery = np.zeros(SHAPE, dtype=bool)
    if has_bac:
        row = int(random.integers(30, 120))
        artery[row : row + 3, 20:100] = True
    study = make_study(Patient.objects.create(code=_code_in(part)))
    mammogram = make_mammogram(_picture(artery, random), study=study, pixel_spacing_mm=SPACING_MM)
    assignment = make_assignment(reader, study, campaign)
    labels = {"bac": artery} if has_bac else {}
    answer = "yes" if has_bac else "no"
    make_annotation(mammogram, assignment=assignment, labels=labels, answer=answer, submitted=True)


def _picture(artery: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.uint16]:
    """Draw a breast at the right, a little noise, and the artery brighter than the rest."""
    picture = random.integers(900, 1000, SHAPE).astype(np.uint16)
    picture[:, 110:] = 0
    picture[artery] += 1500
    return picture


def _code_in(part: str) -> str:
    return next(
        code for code in iter(lambda: f"P-{uuid.uuid4().hex[:12]}", "") if split_of_patient(code) == part
    )
