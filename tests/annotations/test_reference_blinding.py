"""A hidden reference and an ordinary exam look alike to their reader: every address, field by field."""

import json
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.give_out import join
from annotations.domain.reading_measure import measure_reading
from annotations.domain.reference_exam import take_expert_reference
from annotations.domain.reference_placing import place_references
from annotations.domain.reference_standard import build_reference
from annotations.enums import RunState
from annotations.models import (
    Assignment,
    InferenceRun,
    Mammogram,
    Patient,
    PlantedCopy,
    ReferenceScore,
    Study,
)
from ml.phantom import make_phantom
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.consensus import find_disagreements
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.model_version import make_model_version
from tests.factories.operations import make_answer
from tests.factories.planting import plant_reference
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db
FACTS = {"pixel_spacing_mm": (0.1, 0.1), "image_laterality": "L", "view_position": "CC"}
TELLING = ["planted", "reference_label", "reference_exam", "referenceexam", "segments_found", "maximum_tries"]
# What differs from exam to exam in any case: ids, digests, people, times and numbers.
DIFFERENT = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"[0-9a-f]{64}"), "DIGEST"),
    (re.compile(r"P-[0-9A-Za-z]{10,12}\b"), "PATIENT"),
    (re.compile(r'(csrfmiddlewaretoken" value=")[^"]+'), "TOKEN"),
    (re.compile(r"\d+(\.\d+)?"), "N"),
]
LONG_AGO = datetime(2011, 6, 15, 12, tzinfo=UTC)
YEAR = re.compile(r"\b20\d\d\b")


@pytest.fixture(scope="module")
def pictures():
    return [make_phantom(seed, rows=800, columns=600).presentation for seed in (5, 6)]


@pytest.fixture
def two_exams(request, pictures):
    """An ordinary exam and a hidden reference, given to one reader of a reading campaign."""
    kind, views = getattr(request, "param", ("planted", 1))
    reader, campaign = make_reader(), make_campaign()
    join(campaign, [reader])
    source, ordinary = (make_exam(pixels, views) for pixels in pictures)
    Study.objects.update(shifted_day=700_000)
    model = make_model_version()
    for image in Mammogram.objects.all():
        make_inference_run(image, model_version=model, state=RunState.SUCCEEDED)
    make_assignment(reader, ordinary, campaign)
    for each in (Patient, Study, Mammogram, InferenceRun, Assignment):
        each.objects.update(created_at=LONG_AGO)
    source.refresh_from_db()
    MAKERS[kind](campaign, source)
    InferenceRun.objects.update(
        state=RunState.SUCCEEDED, probability_sha256=InferenceRun.objects.first().probability_sha256
    )
    place_references(campaign=campaign, actor=None)
    given = Assignment.objects.filter(reader=reader)
    return reader, [given.get(study=ordinary), given.exclude(study=ordinary).get()]


def make_exam(pixels, views):
    study = make_study()
    for number in range(views):
        view = ("CC", "MLO")[number]
        make_mammogram(np.roll(pixels, number, axis=0), study, **FACTS | {"view_position": view})
    return study


def plant(campaign, study):
    plant_reference(campaign, study, actor=make_reader("administrator"))


def let_an_expert_read(campaign, study):
    for image in study.mammograms.all():
        make_annotation(image, make_reader("adjudicator"), labels={"bac": line_on(image)}, submitted=True)
    take_expert_reference(campaign=campaign, study=study, maximum_tries=1, actor=None)


def let_experts_settle(campaign, study):
    """Two other readers agree elsewhere, and the reference standard of their campaign is the known answer."""
    elsewhere, readers = make_campaign(), [make_reader() for _ in range(2)]
    exams = [make_assignment(each, study, elsewhere) for each in readers]
    for image in study.mammograms.all():
        for exam in exams:
            make_annotation(image, assignment=exam, labels={"bac": line_on(image)}, submitted=True)
    find_disagreements(elsewhere)
    build_reference(campaign=elsewhere, reader=make_reader("adjudicator"))
    take_expert_reference(campaign=campaign, study=study, maximum_tries=1, actor=None)


def line_on(image):
    mask = np.zeros((image.rows, image.columns), bool)
    mask[300:304, 100:220] = True
    return mask


MAKERS = {"planted": plant, "expert": let_an_expert_read, "adjudicated": let_experts_settle}


def addresses(assignment):
    """Give every address that can be filled with ids of this exam, in the order of the resolver."""
    mammogram = assignment.study.mammograms.order_by("view_position").first()
    annotation = assignment.annotations.filter(mammogram=mammogram).first()
    ids = {
        "assignment_id": assignment.id,
        "mammogram_id": mammogram.id,
        "annotation_id": annotation.id if annotation else None,
        "campaign_id": assignment.campaign_id,
        "kind": "density",
    }
    for name, wanted in _routes(get_resolver()):
        values = {key: ids.get(key) for key in wanted}
        if all(values.values()):
            try:
                yield name, reverse(name, kwargs=values)
            except NoReverseMatch:
                continue


def _routes(resolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from _routes(pattern)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, list(pattern.pattern.converters)


def shape_of(value):
    """Keys and types of a payload, without its values."""
    if isinstance(value, dict):
        return {key: shape_of(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    return type(value).__name__


def seen_at(client, address, method="get"):
    response = (
        getattr(client, method)(address, content_type="application/json")
        if method == "post"
        else client.get(address)
    )
    if response.headers.get("Content-Type", "").startswith("image/"):
        response.getvalue()  # reads and closes the file
        return response.status_code, "image", dict(response.headers).keys()
    text = b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()
    if response.headers.get("Content-Type") == "application/json":
        return response.status_code, shape_of(json.loads(text)), text
    for pattern, sign in DIFFERENT:
        text = pattern.sub(lambda match, sign=sign: (match.group(1) if sign == "TOKEN" else "") + sign, text)
    return response.status_code, text, text


def read(assignment, reader):
    """Begin every image of an exam."""
    annotations = []
    for image in assignment.study.mammograms.order_by("view_position"):
        annotation = open_annotation(assignment=assignment, mammogram=image)
        append_operations(
            annotation=annotation, reader=reader, base_version=0, operations=[make_answer("no")]
        )
        annotation.refresh_from_db()
        annotations.append(annotation)
    return annotations


def submit(annotations, reader):
    for annotation in annotations:
        submit_annotation(annotation=annotation, reader=reader, version=annotation.version)
        measure_reading(annotation.id)


def compare(client, exams):
    ordinary, planted = (list(addresses(exam)) for exam in exams)
    assert [name for name, _ in ordinary] == [name for name, _ in planted]
    for (name, one), (_same, other) in zip(ordinary, planted, strict=True):
        first, second = seen_at(client, one), seen_at(client, other)
        assert first[:2] == second[:2], name
        if name != "api-schema":  # which holds the names of all addresses, and nothing of any exam
            assert not [word for word in TELLING if word in str(second[2]).lower()], name
    return len(ordinary)


@pytest.mark.parametrize(
    ("two_exams", "state"),
    [
        (("planted", 1), "given"),
        (("planted", 1), "open"),
        (("planted", 2), "submitted"),
        (("expert", 1), "given"),
        (("expert", 1), "submitted"),
        (("adjudicated", 1), "submitted"),
        (("adjudicated", 2), "open"),
    ],
    indirect=["two_exams"],
)
def test_every_payload_and_page_is_alike(client, two_exams, state):
    reader, exams = two_exams
    client.force_login(reader.user)
    for exam in exams:
        exam.refresh_from_db()
        annotations = read(exam, reader) if state != "given" else []
        if state == "submitted":
            submit(annotations, reader)
            exam.refresh_from_db()

    assert compare(client, exams) > (10 if state == "given" else 15)
    assert ReferenceScore.objects.exists() == (state == "submitted")


def years_at(client, address):
    """Give the years that an answer names anywhere, its headers too; those in ids and digests are none."""
    response = client.get(address)
    body = response.getvalue()
    is_image = response.headers.get("Content-Type", "").startswith("image/")
    text = f"{dict(response.headers)} {'' if is_image else body.decode()}"
    for pattern, sign in DIFFERENT[:3]:
        text = pattern.sub(sign, text)
    return sorted(set(YEAR.findall(text)))


def test_no_time_tells_when_a_copy_was_made(client, two_exams):
    reader, exams = two_exams
    client.force_login(reader.user)
    runs = InferenceRun.objects.filter(mammogram__study__in=[exam.study_id for exam in exams])
    assert min(run.created_at.year for run in runs) == LONG_AGO.year < runs.first().created_at.year

    ordinary, planted = (
        {name: years_at(client, address) for name, address in addresses(exam)} for exam in exams
    )

    assert planted == ordinary


def test_rows_that_a_reader_sees_have_the_same_form(two_exams):
    _reader, (ordinary, planted) = two_exams
    one, other = ordinary.study, planted.study

    assert len(one.study_instance_uid.split(".")) == len(other.study_instance_uid.split("."))
    assert re.fullmatch(r"P-[A-Z2-7]{10}", other.patient.code)
    assert abs((other.created_at - one.created_at).total_seconds()) < 2 * 3600
    assert (one.shifted_day is None) == (other.shifted_day is None)
    image, copy = one.mammograms.get(), other.mammograms.get()
    assert set(image.attributes) == set(copy.attributes)
    assert (image.rows, image.columns, image.bits_stored) == (copy.rows, copy.columns, copy.bits_stored)
    assert {len(copy.source_sha256), len(copy.pixels_sha256)} == {64}


@pytest.mark.parametrize("name", ["api-training-feedback", "read_again"])
def test_what_only_training_has_answers_alike(client, two_exams, name):
    reader, exams = two_exams
    client.force_login(reader.user)
    for exam in exams:
        submit(read(exam, reader), reader)

    method = "post" if name == "read_again" else "get"
    answers = [seen_at(client, reverse(name, args=[exam.id]), method)[:2] for exam in exams]

    assert answers[0] == answers[1]
    assert Assignment.objects.filter(reader=reader).count() == 2


def test_lists_of_exams_say_the_same_of_both(client, two_exams):
    reader, exams = two_exams
    client.force_login(reader.user)

    rows = client.get(reverse("api-assignments")).json()

    assert [set(row) for row in rows] == [set(rows[0])] * 2
    assert {row["study"] for row in rows} == {str(exam.study_id) for exam in exams}
    source = PlantedCopy.objects.get().source
    assert str(source.id) not in json.dumps(rows)
    assert source.study.patient.code not in json.dumps(rows)
