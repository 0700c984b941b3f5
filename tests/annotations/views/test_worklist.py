import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.domain.comment import add_event
from annotations.domain.exam_end import skip_exam
from annotations.domain.next_exam import next_given
from annotations.models import Annotation, Assignment
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.comment import make_comment
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_exam(reader=None, views=("RCC", "LCC"), **options):
    assignment = make_assignment(reader, **options)
    for view in views:
        make_mammogram(study=assignment.study, image_laterality=view[0], view_position=view[1:])
    return assignment


def open_page(client, reader):
    client.force_login(reader.user)
    answer = client.get(reverse("worklist"))
    return answer, " ".join(answer.content.decode().split())


def test_worklist_counts_what_is_left_and_offers_the_next_exam(client):
    assignment = make_exam()
    make_exam(assignment.reader)

    answer, page = open_page(client, assignment.reader)

    assert answer.context["open_count"] == 2
    assert next_given(assignment.reader) == assignment
    assert "Read next exam" in page
    assert "Not started" in page


def test_worklist_continues_the_exam_in_progress(client):
    first = make_exam()
    begun = make_exam(first.reader, campaign=first.campaign)
    make_annotation(begun.study.mammograms.first(), assignment=begun, submitted=True)

    answer, page = open_page(client, first.reader)

    assert next_given(first.reader) == begun
    assert "In progress: 1 of 2 submitted" in page
    assert "Continue exam" in page
    assert [exam.assignment for exam in answer.context["shelves"][0].exams] == [begun, first]


def test_submitted_exam_offers_label_correction_and_no_reading(client):
    assignment = make_exam(views=["RCC"])
    annotation = make_annotation(assignment.study.mammograms.get(), assignment=assignment, submitted=True)
    assignment.state, assignment.submitted_at = "submitted", timezone.now()
    assignment.save()

    answer, page = open_page(client, assignment.reader)

    assert answer.context["has_next"] is False
    assert "All read." in page
    assert reverse("start_correction", args=[annotation.id]) in page
    assert reverse("read_exam", args=[assignment.id]) not in page


def test_submitted_exam_with_a_new_image_is_read_again_for_it(client):
    assignment = make_exam(views=["RCC"])
    make_annotation(assignment.study.mammograms.get(), assignment=assignment, submitted=True)
    late = make_mammogram(study=assignment.study, image_laterality="L", view_position="CC")

    answer, page = open_page(client, assignment.reader)

    assert answer.context["open_count"] == 1
    assert next_given(assignment.reader) == assignment
    assert "New image since you submitted: 1 of 2 submitted" in page

    client.post(reverse("read_exam", args=[assignment.id]))
    make_annotation(late, assignment=assignment, submitted=True)

    answer, page = open_page(client, assignment.reader)
    assert answer.context["open_count"] == 0
    assert "New image" not in page


def test_corrected_label_is_compared_with_what_was_submitted(client):
    assignment = make_exam(views=["RCC"])
    annotation = make_annotation(assignment.study.mammograms.get(), assignment=assignment, submitted=True)
    facts = {"mammogram": annotation.mammogram, "derived_from": annotation, "state": "submitted"}
    own = Annotation.objects.create(reader=assignment.reader, **facts)
    by_another = Annotation.objects.create(reader=make_reader("adjudicator"), **facts)

    _answer, page = open_page(client, assignment.reader)

    assert f"reference={own.id}&amp;candidate={annotation.id}" in page
    assert str(by_another.id) not in page
    assert reverse("start_correction", args=[annotation.id]) not in page


def test_images_hang_with_right_before_left(client):
    assignment = make_exam(views=["LMLO", "LCC", "RMLO", "RCC"])

    answer, _page = open_page(client, assignment.reader)

    (exam,) = answer.context["shelves"][0].exams
    assert [image.mammogram.view for image in exam.images] == ["RCC", "LCC", "RMLO", "LMLO"]


def test_worklist_shows_nothing_of_other_readers(client):
    foreign = make_exam()
    mammogram = foreign.study.mammograms.first()
    make_annotation(mammogram, assignment=foreign, submitted=True)
    own = make_assignment(study=foreign.study, campaign=foreign.campaign)

    answer, page = open_page(client, own.reader)

    (exam,) = answer.context["shelves"][0].exams
    assert exam.assignment == own
    assert [image.annotation for image in exam.images] == [None, None]
    assert foreign.reader.pseudonym not in page


@pytest.mark.parametrize(
    ("role", "next_step"),
    [
        ("reader", "Whoever leads a campaign"),
        ("adjudicator", "Open the images"),
        ("data_scientist", "Open the images"),
        ("administrator", "Take images in"),
    ],
)
def test_empty_worklist_names_the_next_step(client, role, next_step):
    answer, page = open_page(client, make_reader(role))

    assert answer.status_code == 200
    assert "No exam is assigned to you" in page
    assert next_step in page


@pytest.mark.parametrize("count", [1, 3])
def test_worklist_takes_as_many_queries_for_one_exam_as_for_three(client, count, django_assert_num_queries):
    reader, campaign = make_reader(), make_campaign()
    for _ in range(count):
        exam = make_exam(reader, campaign=campaign)
        make_annotation(exam.study.mammograms.first(), assignment=exam, submitted=True)
    client.force_login(reader.user)

    # Three for who it is, nine for counts and ids, five for the exams shown, three for what is next, one for
    # copies of patients, of whom nobody gets two, one for mentions.
    with django_assert_num_queries(22):
        client.get(reverse("worklist"))


def test_worklist_shows_the_next_few_in_order_and_counts_the_others(client):
    reader, campaign = make_reader(), make_campaign()
    exams = [make_exam(reader, views=["RCC"], campaign=campaign) for _ in range(7)]
    for position, exam in enumerate(reversed(exams)):
        exam.position = position
        exam.save()

    answer, page = open_page(client, reader)

    (each,) = answer.context["shelves"]
    assert [exam.assignment for exam in each.exams] == list(reversed(exams))[:5]
    assert "7 of 7 left" in page
    assert "2 more follow in your own order." in page


def test_done_exams_are_folded_and_paged(client, django_assert_num_queries):
    reader, campaign = make_reader(), make_campaign()
    for _ in range(22):
        exam = make_exam(reader, views=["RCC"], campaign=campaign)
        make_annotation(exam.study.mammograms.get(), assignment=exam, submitted=True)

    answer, page = open_page(client, reader)
    assert len(answer.context["shelves"][0].done) == 5
    assert "All 22 that are done" in page
    with django_assert_num_queries(22):  # it looks for new images, too
        client.get(reverse("worklist"))

    address = reverse("worklist_done", args=[campaign.id])
    assert [len(client.get(address, {"page": page}).context["exams"]) for page in (1, 2)] == [20, 2]


def test_done_exams_of_a_campaign_that_one_does_not_read_in_are_not_there(client):
    foreign = make_exam()
    client.force_login(make_reader().user)

    assert client.get(reverse("worklist_done", args=[foreign.campaign.id])).status_code == 404


def test_worklist_says_batch_deadline_and_priority(client):
    exam = make_exam()
    today = timezone.localdate()
    exam.batch, exam.due_on, exam.priority = 2, today - timedelta(days=1), 2
    exam.save()

    _answer, page = open_page(client, exam.reader)

    assert "batch 2 of 2" in page
    assert "overdue" in page
    assert "urgent" in page


def test_skipped_exam_is_done_and_says_why(client):
    exam = make_exam()
    skip_exam(assignment=exam, reader=exam.reader, reason="Poor image quality")

    answer, page = open_page(client, exam.reader)

    assert answer.context["open_count"] == 0
    assert "Skipped by the reader: Poor image quality" in page
    assert reverse("read_exam", args=[exam.id]) not in page


def test_exam_of_a_second_round_is_shown_as_any_other_and_the_first_labels_are_not_offered(client):
    first = make_exam(views=["RCC"])
    annotation = make_annotation(first.study.mammograms.get(), assignment=first, submitted=True)
    Assignment.objects.create(campaign=first.campaign, study=first.study, reader=first.reader, round=2)

    _answer, page = open_page(client, first.reader)

    assert "round" not in page.lower()
    assert reverse("viewer", args=[annotation.id]) not in page
    assert reverse("start_correction", args=[annotation.id]) not in page


def test_read_exam_opens_every_image_and_leads_to_the_first_that_is_not_submitted(client):
    assignment = make_exam(views=["LCC", "RCC"])
    done = make_annotation(
        assignment.study.mammograms.get(image_laterality="R"), assignment=assignment, submitted=True
    )
    client.force_login(assignment.reader.user)

    answer = client.post(reverse("read_exam", args=[assignment.id]))

    opened = Annotation.objects.exclude(id=done.id).get()
    assert opened.mammogram.view == "LCC"
    assert answer["Location"] == reverse("viewer", args=[opened.id])


def test_read_exam_without_images_says_so(client):
    assignment = make_assignment()
    client.force_login(assignment.reader.user)

    page = client.post(reverse("read_exam", args=[assignment.id]), follow=True).content.decode()

    assert "This exam has no image yet." in page


def test_exam_of_another_reader_cannot_be_read(client):
    assignment = make_exam()
    client.force_login(make_reader().user)

    answer = client.post(reverse("read_exam", args=[assignment.id]))

    assert answer.status_code == 404
    assert not Annotation.objects.exists()


def test_read_exam_is_no_link(client):
    assignment = make_exam()
    client.force_login(assignment.reader.user)

    assert client.get(reverse("read_exam", args=[assignment.id])).status_code == 405


def test_worklist_shows_comments_that_call_the_person_until_they_are_settled(client):
    annotation = make_annotation(submitted=True)
    expert = make_reader("adjudicator")
    comment = make_comment(annotation, text=f"@{expert.pseudonym} <b>is</b> this BAC?")
    address = f"{reverse('viewer', args=[annotation.id])}?comment={comment.id}"
    client.force_login(expert.user)

    page = client.get(reverse("worklist")).content.decode()
    assert f'href="{address}"' in page
    assert "&lt;b&gt;is&lt;/b&gt; this BAC?" in page

    add_event(comment=comment, author=expert, event_id=uuid.uuid4(), kind="resolve")
    assert address not in client.get(reverse("worklist")).content.decode()


def test_worklist_says_nothing_of_comments_that_call_somebody_else(client):
    annotation = make_annotation(submitted=True)
    make_comment(annotation, text=f"@{make_reader('adjudicator').pseudonym} look")
    client.force_login(annotation.reader.user)

    assert "Mentions you" not in client.get(reverse("worklist")).content.decode()


def test_only_the_next_exam_of_a_campaign_can_be_begun_and_the_others_are_listed(client):
    first = make_exam()
    second = make_exam(first.reader, campaign=first.campaign)
    elsewhere = make_exam(first.reader)

    answer, page = open_page(client, first.reader)
    refused = client.post(reverse("read_exam", args=[second.id]), follow=True).content.decode()

    assert [exam.assignment for exam in answer.context["shelves"][0].exams] == [first, second]
    assert reverse("read_exam", args=[first.id]) in page
    assert reverse("read_exam", args=[elsewhere.id]) in page
    assert reverse("read_exam", args=[second.id]) not in page
    assert "Another exam comes before this one in your order" in refused
    assert not Annotation.objects.exists()


def test_what_is_begun_goes_on_and_the_next_one_can_be_begun_beside_it(client):
    first = make_exam()
    begun = make_exam(first.reader, campaign=first.campaign)
    make_annotation(begun.study.mammograms.first(), assignment=begun)

    _answer, page = open_page(client, first.reader)
    client.post(reverse("read_exam", args=[begun.id]))

    assert reverse("read_exam", args=[first.id]) in page
    assert reverse("read_exam", args=[begun.id]) in page
    assert begun.annotations.count() == 2
