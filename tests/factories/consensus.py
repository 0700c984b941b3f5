from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from annotations.domain.consensus import perform_consensus, request_consensus
from annotations.models import Annotation, Campaign, ConsensusRun, Disagreement, Mammogram, Reader

from .annotation import make_annotation
from .assignment import make_assignment, make_campaign
from .mammogram import make_mammogram
from .reader import make_reader

Labels = Mapping[str, NDArray[np.bool_]]


def make_readings(
    drawn: Sequence[Labels],
    campaign: Campaign | None = None,
    mammogram: Mammogram | None = None,
    readers: Sequence[Reader] | None = None,
) -> list[Annotation]:
    """Make a submitted reading of an image for each of `drawn` ({"bac": boolean array}), by as many readers.

    Without a mammogram, one of 64 x 48 px of 0.5 mm: what is farther apart than 2 px is another segment.
    """
    campaign = campaign or make_campaign()
    mammogram = mammogram or make_mammogram(pixel_spacing_mm=(0.5, 0.5))
    readers = readers or [make_reader() for _ in drawn]
    return [
        make_annotation(
            mammogram,
            assignment=make_assignment(reader=reader, study=mammogram.study, campaign=campaign),
            labels=labels,
            submitted=True,
        )
        for reader, labels in zip(readers, drawn, strict=True)
    ]


def find_disagreements(campaign: Campaign) -> ConsensusRun:
    """Look for disagreements now, as a worker does."""
    run, _ = request_consensus(campaign=campaign, actor=None)
    perform_consensus(run_id=run.id, worker="test", is_stopping=lambda: False)
    run.refresh_from_db()
    assert run.state == "succeeded", run.error
    return run


def make_disagreements(*squares: NDArray[np.bool_]) -> list[Disagreement]:
    """Make a campaign in which one of two readers marked each of these places; the longest comes first."""
    readings = make_readings([{"bac": np.logical_or.reduce(squares)}, {}])
    campaign = readings[0].assignment.campaign
    find_disagreements(campaign)
    return list(Disagreement.objects.filter(campaign=campaign).order_by("-length_px"))
