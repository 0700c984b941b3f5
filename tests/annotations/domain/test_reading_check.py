import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.reading_check import HeldCheck, held_checks, hold_checks
from annotations.domain.reading_check_rules import RULES
from annotations.enums import CheckStrictness, ReadingCheck
from annotations.errors import InvalidError, ReadingBarredError, ReadingWarnedError
from annotations.models import AuditEntry, BreastArea, CampaignCheck, CheckAcknowledgement
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_answer, make_finding, make_patch, make_stroke
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db
WARN, BAR, OFF = CheckStrictness.WARN, CheckStrictness.BAR, CheckStrictness.OFF


def hold(campaign, name, strictness, limit=None):
    limit = RULES[name].usual_limit if limit is None else limit
    hold_checks(
        campaign=campaign, checks=[HeldCheck(name, strictness, limit)], actor=make_reader("administrator")
    )


def read(*operations, labels=None, answer="yes", **checks):
    """Read an image in a campaign that holds these checks, all but submitted."""
    campaign = make_campaign()
    for name, strictness in checks.items():
        hold(campaign, ReadingCheck(name), strictness)
    mammogram = make_mammogram()
    BreastArea.objects.create(mammogram=mammogram, cells=b"\x80", is_found=True)
    annotation = open_annotation(
        assignment=make_assignment(campaign=campaign, study=mammogram.study), mammogram=mammogram
    )
    strokes = [make_stroke(make_patch(mask), label=label) for label, mask in (labels or {}).items()]
    append_operations(
        annotation=annotation,
        reader=annotation.reader,
        base_version=0,
        operations=[*strokes, *operations, make_answer(answer)],
    )
    annotation.refresh_from_db()
    return annotation


def submit(annotation, *acknowledged):
    return submit_annotation(
        annotation=annotation,
        reader=annotation.reader,
        version=annotation.version,
        acknowledged=acknowledged,
    )


GROUP = {"shape": "group", "points": [[5, 5], [40, 5], [40, 40], [5, 40]]}
# What breaks each check, and where its reader is sent.
BREAKS = {
    "labels_touch": (
        lambda held: read(
            labels={"bac": make_square(10, 10), "microcalcification": make_square(10, 14)}, **held
        ),
        (14.5, 10.5),
    ),
    "empty_but_yes": (lambda held: read(**held), None),
    "labelled_but_no": (
        lambda held: read(labels={"bac": make_square(8, 8)}, answer="no", **held),
        (9.5, 8.5),
    ),
    "small_group": (lambda held: read(make_finding(), make_finding(**GROUP), answer="no", **held), (5, 5)),
    "tiny_piece": (lambda held: read(labels={"bac": make_square(8, 8, 1)}, **held), (8.5, 8.5)),
}


@pytest.mark.parametrize("name", BREAKS)
def test_bar_refuses_and_names_the_place(name):
    make, place = BREAKS[name]
    annotation = make({name: BAR})

    with pytest.raises(ReadingBarredError) as refused:
        submit(annotation, name)

    (objection,) = refused.value.facts["objections"]
    assert objection["check"] == name
    assert (objection["x_px"], objection["y_px"]) == (place or (None, None))
    annotation.refresh_from_db()
    assert annotation.state == "open"


@pytest.mark.parametrize("name", BREAKS)
def test_warning_is_gone_past_once_it_was_seen_and_kept(name):
    make, place = BREAKS[name]
    annotation = make({name: WARN})

    with pytest.raises(ReadingWarnedError) as warned:
        submit(annotation)
    assert not CheckAcknowledgement.objects.exists()
    submitted = submit(annotation, name)

    assert submitted.state == "submitted"
    kept = CheckAcknowledgement.objects.get(annotation=annotation)
    assert (kept.check_name, kept.text) == (name, warned.value.facts["objections"][0]["text"])
    assert (kept.x_px, kept.y_px) == (place or (None, None))


@pytest.mark.parametrize("name", BREAKS)
def test_check_that_is_off_says_nothing(name):
    make, _place = BREAKS[name]

    assert submit(make({})).state == "submitted"
    assert submit(make({name: OFF})).state == "submitted"


def test_label_clear_of_the_breast_is_found_by_the_coarse_grid():
    mammogram = make_mammogram(np.zeros((130, 70), dtype=np.uint16))
    BreastArea.objects.create(mammogram=mammogram, cells=b"\x80", is_found=True)
    pixels = np.zeros((130, 70), dtype=bool)
    pixels[100:104, 10:14] = pixels[10:14, 10:14] = True
    annotation = make_annotation(mammogram, labels={"microcalcification": pixels}, answer="no")
    hold(annotation.assignment.campaign, ReadingCheck.OUTSIDE_BREAST, BAR)

    with pytest.raises(ReadingBarredError) as refused:
        submit(annotation)

    (objection,) = refused.value.facts["objections"]
    assert (objection["x_px"], objection["y_px"]) == (11.5, 100.5)
    assert "microcalcification" in objection["text"]


def test_what_bars_is_said_before_what_warns():
    annotation = read(labels={"bac": make_square(8, 8, 1)}, answer="no", tiny_piece=WARN, labelled_but_no=BAR)

    with pytest.raises(ReadingBarredError) as refused:
        submit(annotation, "tiny_piece")

    said = [objection["check"] for objection in refused.value.facts["objections"]]
    assert said == ["labelled_but_no", "tiny_piece"]


def test_new_warning_is_shown_although_another_was_seen():
    annotation = read(
        labels={"bac": make_square(8, 8, 1)}, answer="no", tiny_piece=WARN, labelled_but_no=WARN
    )

    with pytest.raises(ReadingWarnedError):
        submit(annotation, "tiny_piece")


def test_checks_are_written_once_and_the_latest_counts():
    campaign = make_campaign()
    hold(campaign, ReadingCheck.TINY_PIECE, WARN, 9)
    hold(campaign, ReadingCheck.TINY_PIECE, BAR, 12)
    hold(campaign, ReadingCheck.TINY_PIECE, BAR, 12)

    held = {check.name: check for check in held_checks(campaign)}

    assert held[ReadingCheck.TINY_PIECE] == HeldCheck(ReadingCheck.TINY_PIECE, BAR, 12)
    assert CampaignCheck.objects.count() == 2
    assert AuditEntry.objects.filter(act="hold_check").count() == 2
    with pytest.raises(TypeError, match="written once"):
        CampaignCheck.objects.first().save()


@pytest.mark.parametrize(
    ("name", "limit"),
    [("tiny_piece", None), ("tiny_piece", 0), ("tiny_piece", 1001), ("labels_touch", 3)],
)
def test_number_that_a_check_cannot_take_is_refused(name, limit):
    check = HeldCheck(ReadingCheck(name), WARN, limit)

    with pytest.raises(InvalidError) as refused:
        hold_checks(campaign=make_campaign(), checks=[check], actor=make_reader("administrator"))
    assert refused.value.code == "check_limit_wrong"
    assert not CampaignCheck.objects.exists()


def test_every_check_has_a_rule():
    assert set(RULES) == set(ReadingCheck)


@pytest.mark.parametrize("pieces", [1, 3])
def test_checks_cost_the_same_queries_whatever_was_drawn(pieces):
    label = np.logical_or.reduce([make_square(4 + 12 * piece, 4) for piece in range(pieces)])
    annotation = read(labels={"bac": label}, labels_touch=BAR, tiny_piece=BAR, outside_breast=BAR)

    with CaptureQueriesContext(connection) as queries:
        submit(annotation)

    checks = [query for query in queries if "campaigncheck" in query["sql"] or "breastarea" in query["sql"]]
    assert len(checks) == 2
