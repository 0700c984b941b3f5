"""A report of agreement as large as that of twenty readers: every two of them, both labels, four months."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from django.utils import timezone

from annotations.domain.agreement_report import write_report
from annotations.enums import Label
from annotations.models import AgreementRun, Campaign, Reader

OF_PAIR = (
    "dice",
    "dice_l_sym",
    "cl_dice",
    "detection_f1",
    "detection_f1_pooled",
    "share_marked_alike",
    "kappa_marked",
)
IN_UNITS = ("bias_length", "lower_limit_length", "upper_limit_length", "icc_length", "bias_area", "icc_area")
OF_READER = ("dice_l_sym", "share_marked", "segments_alone", "segments_missed_estimated", "pixels_missed")
MONTHS = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01")
VALUES = {"value": 0.7, "low": 0.6, "high": 0.8, "n_images": 1000, "n_patients": 500, "round": 1}


def write_large_report(campaign: Campaign, readers: Sequence[Reader]) -> None:
    """Write it as of now: what is compared stands in the rows of rows.sql."""
    run = AgreementRun.objects.create(campaign=campaign, state="succeeded")
    figures = [one for label in Label.values for one in _figures(label, [str(each.id) for each in readers])]
    write_report(run=run, figures=figures, reading_count=100_000, as_of=timezone.now())


def _figures(label: str, readers: Sequence[str]) -> Iterator[dict[str, Any]]:
    about = {**VALUES, "label": label}
    for measure in OF_PAIR[:4]:
        yield {**about, "section": "all", "measure": measure}
        yield from ({**about, "section": "time", "measure": measure, "part": month} for month in MONTHS)
    for pair in combinations(sorted(readers), 2):
        of_pair = {**about, "section": "pair", "readers": pair}
        yield from ({**of_pair, "measure": measure} for measure in OF_PAIR)
        yield from ({**of_pair, "measure": each, "unit": unit} for each in IN_UNITS for unit in ("mm", "px"))
    for reader in readers:
        yield from (
            {**about, "section": "reader", "measure": each, "readers": (reader,)} for each in OF_READER
        )
