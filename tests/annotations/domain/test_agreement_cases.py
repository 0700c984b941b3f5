import pytest

from annotations.domain.agreement_cases import WORST, worst_cases
from annotations.models import ReadingPair
from tests.factories.agreement import compare_readings, make_read_campaign

pytestmark = pytest.mark.django_db


def test_worst_cases_are_those_of_a_list_sorted_by_hand():
    campaign = make_read_campaign(readers=3, exams=6, views=2).campaign
    compare_readings(campaign)
    found = ReadingPair.objects.filter(campaign=campaign, label="bac")

    cases = worst_cases(found, "dice", among=found)

    told = [pair for pair in found.select_related("comparison", "first") if pair.comparison.dice is not None]
    told.sort(
        key=lambda pair: (
            pair.comparison.dice,
            -pair.comparison.area_first_px - pair.comparison.area_second_px,
            pair.id,
        )
    )
    by_image = {}
    for pair in told:
        by_image.setdefault(pair.first.mammogram_id, pair.id)
    assert [pair.id for pair in cases] == list(by_image.values())[:WORST]
    assert len(cases) == WORST < len(told)
    assert [pair.score for pair in cases] == sorted(pair.comparison.dice for pair in cases)


def test_worst_cases_are_of_what_is_found_however_many_worse_there_are(monkeypatch):
    monkeypatch.setattr("annotations.domain.agreement_cases.LOOKED_AT", 2)
    campaign = make_read_campaign(readers=3, exams=6, views=2).campaign
    compare_readings(campaign)
    among = ReadingPair.objects.filter(campaign=campaign, label="bac", comparison__dice__isnull=False)
    best = list(among.order_by("-comparison__dice", "-id").values_list("id", flat=True)[:3])

    cases = worst_cases(among.filter(id__in=best), "dice", among=among)

    assert len(among) > 2 * len(best)
    assert {pair.first.mammogram_id for pair in cases} == {
        pair.first.mammogram_id for pair in among.filter(id__in=best).select_related("first")
    }
