"""A campaign with something on each of its pages, written through the factories."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotations.models import Reader


def make_campaign_pages(people: "Mapping[str, Reader]") -> dict[str, str]:
    """Let readers disagree, an expert accept and send back; return the page by the name of its test."""
    from django.db import transaction  # noqa: PLC0415 - set up first
    from django.utils import timezone  # noqa: PLC0415 - set up first

    from annotations.domain.correction_batch import request_batch  # noqa: PLC0415 - Django first
    from annotations.domain.reference_exam import take_known_reference  # noqa: PLC0415 - Django first
    from annotations.models import PlantingRun  # noqa: PLC0415 - Django first
    from ml import masks  # noqa: PLC0415 - as the tests beside it
    from tests.factories.agreement import compare_readings, make_read_campaign  # noqa: PLC0415 - Django first
    from tests.factories.consensus import find_disagreements  # noqa: PLC0415 - Django first
    from tests.factories.exam_review import accept, make_reading, send_back  # noqa: PLC0415 - Django first
    from tests.factories.mammogram import make_mammogram  # noqa: PLC0415 - Django first

    campaign = make_read_campaign(exams=4).campaign
    expert, lead = people["adjudicator"], people["administrator"]
    read = make_reading(campaign, people["reader"])
    accept(read, expert, "Complete and clean.")
    send_back(make_reading(campaign, people["reader"]), expert)
    with transaction.atomic():  # out of sight of the worker, which would take the runs
        compare_readings(campaign)
        find_disagreements(campaign)
    image = make_mammogram()
    empty = masks.encode(masks.empty(image.rows, image.columns))
    take_known_reference(
        campaign=campaign, study=image.study, masks={image.id: empty}, maximum_tries=1, actor=lead
    )
    for state, error in (("running", ""), ("failed", "No room was left for 60 mm on RMLO.")):
        PlantingRun.objects.create(
            campaign=campaign,
            source=image.study,
            lengths_mm=[8],
            maximum_tries=1,
            seed=1,
            done=1,
            total=4,
            lease_until=timezone.now() + timedelta(hours=1),
            state=state,
            error=error,
        )
    request_batch(campaign=campaign, expert=expert)
    at = f"/campaigns/{campaign.id}/"
    tabs = ("plan", "guideline", "settings", "checks", "reviews", "agreement", "quality", "corrections")
    return {
        "campaign board": at,
        "campaign adjudication": f"{at}adjudication/",
        "campaign reference": f"{at}reference/",
        "campaign changes": f"{at}reviews/changes/",
        "campaign review": f"{at}reviews/{read.id}/",
        "worklist, done": f"/worklist/{campaign.id}/done/",
        **{f"campaign {tab}": f"{at}{tab}/" for tab in tabs},
    }


def make_beginner_pages() -> dict[str, str]:
    """Let one reader find too little in training, one wait at a gate, and one have a guideline to confirm."""
    import numpy as np  # noqa: PLC0415 - set up first

    from annotations.models import Campaign, Guideline  # noqa: PLC0415 - Django first
    from tests.factories.assignment import make_assignment, make_campaign  # noqa: PLC0415 - Django first
    from tests.factories.exam_review import make_reading  # noqa: PLC0415 - Django first
    from tests.factories.reader import make_reader  # noqa: PLC0415 - Django first
    from tests.factories.training import LINE, make_training, read  # noqa: PLC0415 - Django first

    trainee, gated, new = (make_reader("reader", f"axe-{name}") for name in ("trainee", "gated", "new"))
    exam, images = make_training(views=2, reader=trainee)
    read(exam, images, np.zeros_like(LINE), np.roll(LINE, -22, axis=0))
    closed, guided = make_campaign(), make_campaign()
    Campaign.objects.filter(id=closed.id).update(gate_exams=1)
    make_reading(closed, gated)
    make_assignment(gated, campaign=closed)
    Guideline.objects.create(campaign=guided, number=1, text="# What to label\nEvery artery.\n\n- both walls")
    make_assignment(new, campaign=guided)
    return {
        "training feedback": f"/read/{exam.annotations.get(mammogram=images[0]).id}/",
        "guideline, to confirm": f"/campaigns/{guided.id}/guideline/",
    }
