import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain.correction_batch import cancel_batch, perform_batch, progress_of, request_batch
from annotations.domain.correction_decision import DecisionDraft, decide_components
from annotations.domain.correction_review import (
    acceptance_by_reader,
    acceptance_by_rule,
    count_cases,
    next_case,
    review_cases,
)
from annotations.errors import ConflictError
from annotations.models import (
    Assignment,
    CorrectionBatch,
    CorrectionBatchItem,
    CorrectionComponent,
    CorrectionRun,
)
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db
LIMITS = {"minimum_length_mm": 3.0, "borderline_length_mm": 0.5}


def read(campaign, reader=None, spacing=(0.1, 0.1)):
    mammogram = make_mammogram(pixel_spacing_mm=spacing)
    assignment = make_assignment(reader or make_reader(), mammogram.study, campaign)
    return make_annotation(
        mammogram, assignment=assignment, labels={"bac": make_square(9, 9, 12)}, submitted=True
    )


def work(batch, *, stops_after=None):
    asked = iter(range(1000))
    perform_batch(
        run_id=batch.id,
        worker="test",
        is_stopping=lambda: stops_after is not None and next(asked) >= stops_after,
    )
    batch.refresh_from_db()
    return batch


def make_batch(campaign, expert, pieces):
    """A batch that is done, of one run with a piece for each (length, reason, decision)."""
    batch = CorrectionBatch.objects.create(campaign=campaign, requested_by=expert, state="succeeded")
    run = CorrectionRun.objects.create(
        annotation=read(campaign),
        annotation_version=2,
        requested_by=expert,
        state="succeeded",
        mode="physical",
        parameters=LIMITS,
    )
    CorrectionBatchItem.objects.create(batch=batch, run=run)
    made = []
    for number, (length_mm, reason, decision) in enumerate(pieces, start=1):
        made.append(
            CorrectionComponent.objects.create(
                run=run,
                number=number,
                decision=decision,
                reason=reason,
                mask=masks.encode(masks.empty(64, 48)),
                box=[0, 0, 1, 1],
                measures={"length_mm": length_mm},
            )
        )
    return batch, run, made


def test_batch_asks_for_every_submitted_reading_and_says_which_it_cannot():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    for _ in range(2):
        read(campaign)
    read(campaign, spacing=None)

    batch = work(request_batch(campaign=campaign, expert=expert))

    assert (batch.state, batch.done, batch.total) == ("succeeded", 3, 3)
    assert CorrectionRun.objects.filter(batch_items__batch=batch, requested_by=expert).count() == 2
    (message,) = batch.refusals
    assert "The size of a pixel is not known" in message
    assert batch.refusals[message] == 1
    assert progress_of(batch).total == 2
    assert progress_of(batch).is_going
    assert ProcrastinateJob.objects.filter(task_name="perform_correction").count() == 2


def test_batch_of_one_reader_leaves_the_others_alone():
    campaign, expert, reader = make_campaign(), make_reader("adjudicator"), make_reader()
    read(campaign)
    own = read(campaign, reader)

    batch = work(request_batch(campaign=campaign, expert=expert, reader=reader))

    assert CorrectionRun.objects.get(batch_items__batch=batch).annotation == own


def test_batch_that_was_stopped_goes_on_without_asking_twice():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    for _ in range(3):
        read(campaign)
    batch = work(request_batch(campaign=campaign, expert=expert), stops_after=1)
    assert batch.state == "queued"

    work(batch)

    assert batch.state == "succeeded"
    assert CorrectionRun.objects.count() == 3


def test_cancelled_batch_stops_what_is_not_done():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    for _ in range(3):
        read(campaign)
    batch = work(request_batch(campaign=campaign, expert=expert))
    done = CorrectionRun.objects.first()
    CorrectionRun.objects.filter(id=done.id).update(state="succeeded")

    assert cancel_batch(batch, expert=expert) == 2

    assert sorted(CorrectionRun.objects.values_list("state", flat=True)) == [
        "cancelled",
        "cancelled",
        "succeeded",
    ]
    assert progress_of(batch).cancelled == 2
    assert not progress_of(batch).is_going


def test_batch_that_still_waits_is_cancelled_whole():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    read(campaign)
    batch = request_batch(campaign=campaign, expert=expert)

    cancel_batch(batch, expert=expert)

    assert work(batch).state == "cancelled"
    assert not CorrectionRun.objects.exists()


def test_second_batch_waits_for_the_first_and_needs_readings():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    with pytest.raises(ConflictError) as empty:
        request_batch(campaign=campaign, expert=expert)
    read(campaign)
    request_batch(campaign=campaign, expert=expert)
    with pytest.raises(ConflictError) as going:
        request_batch(campaign=campaign, expert=expert)

    assert (empty.value.code, going.value.code) == ("nothing_to_correct", "batch_going")
    assert request_batch(campaign=campaign, expert=make_reader("adjudicator")).state == "queued"


def test_withdrawn_and_open_exams_are_not_corrected():
    campaign = make_campaign()
    gone, kept = read(campaign), read(campaign)
    make_assignment(make_reader(), make_mammogram().study, campaign)
    Assignment.objects.filter(id=gone.assignment_id).update(
        state="withdrawn", submitted_at=None, ended_at="2026-01-01T00:00Z", end_reason="wrong patient"
    )

    work(request_batch(campaign=campaign, expert=make_reader("adjudicator")))

    assert CorrectionRun.objects.get().annotation == kept


def test_borderline_pieces_come_with_the_least_sure_first():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    pieces = [
        (3.4, "too_short", "borderline"),
        (3.0, "too_short", "borderline"),
        (2.8, "too_short", "borderline"),
        (9.0, "", "keep"),
    ]
    batch, run, made = make_batch(campaign, expert, pieces)

    cases = review_cases(batch)

    assert [case.component for case in cases] == [made[1], made[2], made[0]]
    assert [round(case.distance, 6) for case in cases] == [0, 0.4, 0.8]
    assert next_case(batch, None).component == made[1]
    assert next_case(batch, made[1].id).component == made[2]
    decide_components(
        run=run, reader=expert, decisions=[DecisionDraft(component=made[1].id, is_removed=True)]
    )
    assert next_case(batch, made[0].id).component == made[2]
    assert review_cases(batch)[0].is_removed


def test_sure_removals_follow_the_borderline_pieces_by_nearness_to_the_limit():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    pieces = [
        (0.1, "too_small", "remove"),
        (1.0, "too_short", "remove"),
        (2.4, "too_short", "remove"),
        (3.4, "too_short", "borderline"),
        (9.0, "", "keep"),
    ]
    batch, run, (dot, short, nearly, asked, _kept) = make_batch(campaign, expert, pieces)

    cases = review_cases(batch)

    assert [case.component for case in cases] == [asked, nearly, short, dot]
    assert [case.has_band for case in cases] == [True, True, True, False]
    decide_components(run=run, reader=expert, decisions=[DecisionDraft(component=asked.id, is_removed=False)])
    assert next_case(batch, asked.id).component == nearly
    assert next_case(batch, nearly.id).component == short
    counts = count_cases(review_cases(batch))
    assert (counts.borderline, counts.sure, counts.decided, counts.open) == (1, 3, 1, 3)


def test_nothing_is_next_where_all_is_decided():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    batch, run, made = make_batch(campaign, expert, [(3.0, "too_short", "borderline")])
    decide_components(
        run=run, reader=expert, decisions=[DecisionDraft(component=made[0].id, is_removed=False)]
    )

    assert next_case(batch, made[0].id) is None


def test_acceptance_counts_last_words_by_rule_and_by_reader():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    pieces = [
        (1.0, "too_short", "remove"),
        (1.2, "too_short", "remove"),
        (3.0, "too_short", "borderline"),
        (9.0, "insufficient_contrast", "remove"),
        (20.0, "", "keep"),
    ]
    _batch, run, made = make_batch(campaign, expert, pieces)
    for removed in ([True, True, False, False, True], [False]):
        decide_components(
            run=run,
            reader=expert,
            decisions=[
                DecisionDraft(component=piece.id, is_removed=is_removed)
                for piece, is_removed in zip(made, removed, strict=False)
            ],
        )

    contrast, short = acceptance_by_rule(campaign, expert)
    (own,) = acceptance_by_reader(campaign, expert)

    assert (short.name, short.removals.share.n, short.removals.share.value) == ("Too short", 2, 0.5)
    assert (short.borderlines.share.n, short.borderlines.share.value) == (1, 0.0)
    assert (contrast.name, contrast.removals.share.value, contrast.borderlines.share.value) == (
        "Too little contrast",
        0.0,
        None,
    )
    assert (short.removals.share.low, short.removals.share.reason) == (None, "one patient")
    assert (own.name, own.removals.share.n) == (run.annotation.reader.pseudonym, 3)


def test_acceptance_says_over_how_many_of_the_proposed_pieces_it_is_taken():
    campaign, expert, other = make_campaign(), make_reader("adjudicator"), make_reader("adjudicator")
    _batch, run, made = make_batch(
        campaign,
        expert,
        [(1.0, "too_short", "remove"), (1.2, "too_short", "remove"), (0.1, "too_small", "remove")],
    )
    again = CorrectionBatch.objects.create(campaign=campaign, requested_by=expert, state="succeeded")
    CorrectionBatchItem.objects.create(batch=again, run=run)
    for person in (expert, other):
        decide_components(
            run=run, reader=person, decisions=[DecisionDraft(component=made[0].id, is_removed=True)]
        )

    short, small = acceptance_by_rule(campaign, expert)
    (own,) = acceptance_by_reader(campaign, expert)

    assert (small.name, small.removals.decided, small.removals.proposed) == ("Too small", 0, 1)
    assert (short.removals.decided, short.removals.proposed, short.removals.share.n) == (1, 2, 2)
    assert (own.removals.decided, own.removals.proposed, own.borderlines.proposed) == (1, 3, 0)
