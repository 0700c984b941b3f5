"""A planted exam and an ordinary one look alike to their reader: every address, field by field, always."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.give_out import join
from annotations.domain.reading_measure import measure_reading
from annotations.domain.reference_placing import place_references
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
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram
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
def two_exams(pictures):
    """An ordinary exam and a planted one, given to one reader of a reading campaign."""
    reader, campaign = make_reader(), make_campaign()
    join(campaign, [reader])
    source, ordinary = (make_mammogram(pixels, **FACTS) for pixels in pictures)
    Study.objects.update(shifted_day=700_000)
    model = make_model_version()
    for image in (source, ordinary):
        make_inference_run(image, model_version=model, state=RunState.SUCCEEDED)
    make_assignment(reader, ordinary.study, campaign)
    for kind in (Patient, Study, Mammogram, InferenceRun, Assignment):
        kind.objects.update(created_at=LONG_AGO)
    source.study.refresh_from_db()
    plant_reference(campaign, source.study, actor=make_reader("administrator"))
    InferenceRun.objects.update(
        state=RunState.SUCCEEDED, probability_sha256=InferenceRun.objects.first().probability_sha256
    )
    place_references(campaign=campaign, actor=None)
    given = Assignment.objects.filter(reader=reader)
    return reader, [given.get(study=ordinary.study), given.exclude(study=ordinary.study).get()]


def addresses(assignment):
    """Give every address that can be filled with ids of this exam, in the order of the resolver."""
    mammogram = assignment.study.mammograms.get()
    annotation = assignment.annotations.first()
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
    annotation = open_annotation(assignment=assignment, mammogram=assignment.study.mammograms.get())
    append_operations(annotation=annotation, reader=reader, base_version=0, operations=[make_answer("no")])
    annotation.refresh_from_db()
    return annotation


def compare(client, exams):
    ordinary, planted = (list(addresses(exam)) for exam in exams)
    assert [name for name, _ in ordinary] == [name for name, _ in planted]
    for (name, one), (_same, other) in zip(ordinary, planted, strict=True):
        first, second = seen_at(client, one), seen_at(client, other)
        assert first[:2] == second[:2], name
        if name != "api-schema":  # which holds the names of all addresses, and nothing of any exam
            assert not [word for word in TELLING if word in str(second[2]).lower()], name
    return len(ordinary)


@pytest.mark.parametrize("state", ["given", "open", "submitted"])
def test_every_payload_and_page_is_alike(client, two_exams, state):
    reader, exams = two_exams
    client.force_login(reader.user)
    for exam in exams:
        exam.refresh_from_db()
        annotation = read(exam, reader) if state != "given" else None
        if state == "submitted":
            submit_annotation(annotation=annotation, reader=reader, version=annotation.version)
            measure_reading(annotation.id)
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
        annotation = read(exam, reader)
        submit_annotation(annotation=annotation, reader=reader, version=annotation.version)

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
