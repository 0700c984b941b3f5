import pytest

from annotations.domain.exam_review import correct_reading, reopen_review
from annotations.domain.re_annotation import (
    accepted_pairs,
    changes,
    corrected_image_count,
    perform_re_annotation,
    report,
    request_re_annotation,
)
from annotations.models import ReAnnotation, ReAnnotationRun
from tests.factories.assignment import make_campaign
from tests.factories.exam_review import (
    accept,
    draw,
    make_correction,
    make_reading,
    send_back,
    submit,
    vessel,
)
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign()


@pytest.fixture
def reader():
    return make_reader()


@pytest.fixture
def expert():
    return make_reader("adjudicator")


def count(campaign):
    run = request_re_annotation(campaign=campaign, actor=None)
    perform_re_annotation(run_id=run.id, worker="test", is_stopping=lambda: False)
    return [change for _pair, change in changes(campaign, "bac")]


def take_away(assignment, expert):
    """Let an expert take the one vessel of a reading away."""
    mammogram = assignment.study.mammograms.get()
    copy = correct_reading(assignment=assignment, reviewer=expert, mammogram=mammogram)
    return submit(draw(copy, vessel(mammogram)))  # a stroke flips pixels


def move(assignment, expert):
    mammogram = assignment.study.mammograms.get()
    copy = correct_reading(assignment=assignment, reviewer=expert, mammogram=mammogram)
    return submit(draw(draw(copy, vessel(mammogram)), vessel(mammogram, row=50)))


@pytest.mark.parametrize(
    ("correct", "found"),
    [
        (None, ("unchanged", 0, 0, 1)),
        (lambda *who: make_correction(*who, row=50), ("added", 1, 0, 1)),
        (take_away, ("removed", 0, 1, 0)),
        (move, ("both", 1, 1, 0)),
    ],
    ids=["unchanged", "added", "removed", "both"],
)
def test_what_the_expert_changed_is_counted(campaign, expert, correct, found):
    assignment = make_reading(campaign, make_reader())
    if correct:
        correct(assignment, expert)
    accept(assignment, expert)

    (change,) = count(campaign)

    assert (change.outcome, change.n_added, change.n_removed, change.n_kept) == found


def test_each_label_of_a_campaign_is_counted_by_itself(campaign, expert):
    assignment = make_reading(campaign, make_reader())
    mammogram = assignment.study.mammograms.get()
    copy = correct_reading(assignment=assignment, reviewer=expert, mammogram=mammogram)
    submit(draw(copy, vessel(mammogram, row=50), label="microcalcification"))
    accept(assignment, expert)
    count(campaign)

    outcomes = {
        label: [each.outcome for _pair, each in changes(campaign, label)] for label in campaign.labels
    }

    assert outcomes == {"bac": ["unchanged"], "microcalcification": ["added"]}


def test_label_that_nobody_asked_for_is_not_counted(campaign, reader, expert):
    campaign.labels = ["bac"]
    campaign.save()
    accept(make_reading(campaign, reader), expert)
    count(campaign)

    assert set(ReAnnotation.objects.values_list("label", flat=True)) == {"bac"}


def test_acceptance_asks_a_worker_to_count(campaign, reader, expert):
    accept(make_reading(campaign, reader), expert)

    assert ReAnnotationRun.objects.get().requested_by == expert
    assert [change for _pair, change in changes(campaign, "bac")] == [None]


def test_each_image_is_compared_once(campaign, reader, expert):
    accept(make_reading(campaign, reader, images=2), expert)
    count(campaign)
    accept(make_reading(campaign, reader), expert)

    assert None not in count(campaign)
    assert ReAnnotation.objects.filter(label="bac").count() == 3
    assert ReAnnotation.objects.count() == 6
    assert list(ReAnnotationRun.objects.order_by("created_at").values_list("total", flat=True)) == [4, 2]


def test_reading_sent_back_is_compared_from_its_first_version(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    send_back(assignment, expert)
    copy = assignment.annotations.get(state="open")
    submit(draw(copy, vessel(copy.mammogram, row=50)))
    accept(assignment, expert)

    (change,) = count(campaign)

    assert (change.outcome, change.n_added) == ("added", 1)


def test_word_that_was_taken_back_counts_for_nothing(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    accept(assignment, expert)
    reopen_review(assignment=assignment, reviewer=expert, seen=1)

    assert accepted_pairs(campaign) == []
    assert count(campaign) == []


def test_report_adds_up_all_each_reader_and_each_month(campaign, reader, expert):
    other = make_reader()
    for person in (reader, reader, other):
        assignment = make_reading(campaign, person)
        if person is other:
            make_correction(assignment, expert, row=50)
        accept(assignment, expert)
    count(campaign)

    rows = {(row.reader, row.month): row.totals for row in report(changes(campaign, "bac"))}

    months = {month for _reader, month in rows if month}
    assert len(months) == 1
    assert rows["", ""].images == {"unchanged": 2, "added": 1, "removed": 0, "both": 0}
    assert rows[reader.pseudonym, ""].n_images == rows[(reader.pseudonym, *months)].n_images == 2
    assert rows[other.pseudonym, ""].added_per_image.value == 1


def test_nothing_accepted_is_an_empty_report(campaign):
    assert report(changes(campaign, "bac")) == []


def test_worker_that_is_stopped_leaves_the_rest_to_the_next(campaign, reader, expert):
    accept(make_reading(campaign, reader), expert)
    run = request_re_annotation(campaign=campaign, actor=None)

    perform_re_annotation(run_id=run.id, worker="test", is_stopping=lambda: True)

    assert not ReAnnotation.objects.exists()
    run.refresh_from_db()
    assert run.state == "queued"


def test_only_experts_corrections_are_counted_as_such_not_what_a_reader_drew_again(campaign, reader, expert):
    redone, corrected = make_reading(campaign, reader), make_reading(campaign, reader)
    send_back(redone, expert)
    submit(redone.annotations.get(state="open"))
    accept(redone, expert)
    assert corrected_image_count(campaign) == 0

    make_correction(corrected, expert)
    accept(corrected, expert)
    assert corrected_image_count(campaign) == 1
