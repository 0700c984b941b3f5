"""Asks who drew a pixel of an annotation of 1,000 strokes on 4084 x 3328, and prints how long that takes.

For `manage.py shell` of a program that the benchmark started; it leaves nothing in the database.
"""

import statistics
import time

import numpy as np
from django.db import transaction
from django.utils import timezone

from annotations.domain.provenance import Pixel, pixel_changes
from annotations.models import Annotation, AnnotationOperation
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.mammogram import make_mammogram

ROWS, COLUMNS = 4084, 3328
STROKES = 1000
PLACE = Pixel(2000, 1500)
ROUNDS = 5


def make_drawn_annotation() -> Annotation:
    """Draw strokes around a place, every tenth through it."""
    annotation = make_annotation(make_mammogram(rows=ROWS, columns=COLUMNS))
    AnnotationOperation.objects.bulk_create(
        AnnotationOperation(
            annotation=annotation,
            sequence=sequence,
            kind="mask",
            label="bac",
            tool="brush",
            patch=patch,
            details={"view": {"s": 2.0, "c": 2048.0, "w": 1200.0}},
            made_at=timezone.now(),
        )
        for sequence, patch in enumerate(_patches(), start=1)
    )
    annotation.version = STROKES
    annotation.save(update_fields=["version"])
    return annotation


def _patches() -> list[bytes]:
    random = np.random.default_rng(7)
    centre = np.array([PLACE.row + 0.5, PLACE.column + 0.5])
    patches = []
    for number in range(STROKES):
        start = centre + random.uniform(-400, 400, 2)
        end = centre if number % 10 == 0 else start + random.uniform(-250, 250, 2)
        stroke = masks.capsule(ROWS, COLUMNS, tuple(start), tuple(end), float(random.uniform(4, 12)))
        patches.append(masks.encode_compact(stroke))
    return patches


def main() -> None:
    seconds = []
    with transaction.atomic():
        annotation = make_drawn_annotation()
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            found = pixel_changes(annotation=annotation, reader=annotation.reader, pixel=PLACE)
            seconds.append(time.perf_counter() - begun)
            assert len(found) >= STROKES / 10, "every tenth stroke went through the pixel"
        transaction.set_rollback(True)
    print(1000 * statistics.median(seconds))
