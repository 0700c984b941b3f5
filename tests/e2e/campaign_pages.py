"""A campaign with something on each of its pages, written through the factories."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotations.models import Reader


def make_campaign_pages(people: "Mapping[str, Reader]") -> dict[str, str]:
    """Let readers disagree, an expert accept and send back; return the page by the name of its test."""
    from django.db import transaction  # noqa: PLC0415 - set up first

    from annotations.domain.correction_batch import request_batch  # noqa: PLC0415 - Django first
    from annotations.domain.reference_exam import take_known_reference  # noqa: PLC0415 - Django first
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
