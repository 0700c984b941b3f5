import numpy as np
import pytest

from annotations.domain.annotation import annotation_masks
from annotations.domain.content import read_content
from annotations.domain.planted_study import planted_studies
from annotations.domain.reading_measure import measure_missing, measure_reading, unmeasured
from annotations.domain.reference_exam import (
    reference_label_of,
    take_expert_reference,
    take_known_reference,
)
from annotations.errors import PlantingRefusedError, ReferenceExamRefusedError
from annotations.models import AuditEntry, Mammogram, Patient, PlantedCopy, ReferenceScore, Study
from ml import masks
from ml.images import read_clean_png
from ml.phantom import make_phantom
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.operations import make_patch
from tests.factories.planting import plant_reference, plant_study
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db
LINE = masks.to_dense(masks.polyline(64, 48, [(32.0, 6.0), (32.0, 42.0)], 5.0))
SPACING = (0.1, 0.1)


@pytest.fixture(scope="module")
def breast_pixels():
    return make_phantom(5, rows=800, columns=600).presentation


def make_breast(pixels, study=None, **facts):
    return make_mammogram(
        pixels, study, pixel_spacing_mm=SPACING, image_laterality="L", view_position="CC", **facts
    )


def test_planted_reference_differs_only_where_its_label_lies(breast_pixels):
    source = make_breast(breast_pixels)

    exam = plant_reference(make_campaign(), source.study)

    label = exam.labels.get()
    pixels = read_clean_png(read_content(label.mammogram.pixels_sha256))
    planted = masks.decode(bytes(label.mask), versions=(1, 2))
    changed = masks.from_dense(pixels != breast_pixels)
    grown = masks.polyline(800, 600, _path_of(label.mammogram), 2 * (1.2 + 0.7) / 0.1)
    assert not label.is_whole
    assert masks.area_px(masks.difference(changed, grown)) == 0
    assert masks.area_px(masks.intersection(changed, planted)) > 0.5 * masks.area_px(planted)
    length_mm = masks.kulpa_length_mm(masks.skeleton(planted), SPACING)
    assert 12 * 0.85 - 1 < length_mm < 12 * 1.15 + 2.5


def _path_of(mammogram):
    (segment,) = mammogram.planted_copy.recipe["segments"]
    return [tuple(point) for point in segment["path"]]


def test_copy_is_a_person_of_its_own_and_keeps_the_time_between_exams(breast_pixels):
    patient = Patient.objects.create(code="P-SOURCE")
    earlier, latest = (
        Study.objects.create(patient=patient, study_instance_uid=f"2.25.{day}", shifted_day=day)
        for day in (100, 820)
    )
    make_breast(breast_pixels, earlier)
    make_breast(np.flipud(breast_pixels).copy(), latest)

    copy = plant_study(latest).study

    exams = Study.objects.filter(patient=copy.patient).order_by("shifted_day")
    days = [exam.shifted_day for exam in exams]
    assert copy.patient.code != "P-SOURCE"
    assert days[1] - days[0] == 720
    assert days[0] != 100
    assert exams[1] == copy
    assert set(planted_studies()) == set(exams)
    assert AuditEntry.objects.filter(act="plant_study").exists()
    prior = exams[0].mammograms.get()
    assert prior.planted_copy.recipe["segments"] == []
    change = read_clean_png(read_content(prior.pixels_sha256)).astype(int) - breast_pixels
    assert np.abs(change).sum() == 1


def test_later_exams_do_not_come_along(breast_pixels):
    source = make_breast(breast_pixels)
    Study.objects.filter(id=source.study_id).update(shifted_day=10)
    Study.objects.create(patient=source.study.patient, study_instance_uid="2.25.9", shifted_day=20)
    source.study.refresh_from_db()

    copy = plant_study(source.study).study

    assert Study.objects.filter(patient=copy.patient).count() == 1


@pytest.mark.parametrize("facts", [{"pixel_spacing_mm": None}, {"pixel_spacing_mm": (0.1, 0.2)}])
def test_image_in_which_no_length_can_be_planted_is_refused_and_nothing_is_left(breast_pixels, facts):
    source = make_mammogram(breast_pixels, image_laterality="L", **facts)

    with pytest.raises(PlantingRefusedError):
        plant_study(source.study)

    assert Mammogram.objects.count() == 1
    assert Patient.objects.count() == 1


def test_copy_of_a_copy_is_refused(breast_pixels):
    copy = plant_study(make_breast(breast_pixels).study).study

    with pytest.raises(PlantingRefusedError):
        plant_study(copy)
    assert PlantedCopy.objects.count() == 1


def test_expert_reference_takes_her_last_label_of_each_image():
    mammogram = make_mammogram(pixel_spacing_mm=SPACING)
    make_annotation(mammogram, labels={"bac": LINE}, submitted=True)
    expert = make_annotation(
        mammogram, make_reader("adjudicator"), labels={"bac": np.roll(LINE, 9, axis=0)}, submitted=True
    )

    exam = take_expert_reference(
        campaign=make_campaign(), study=mammogram.study, maximum_tries=2, actor=make_reader("administrator")
    )

    label = exam.labels.get()
    assert label.annotation == expert
    assert label.sha256 == annotation_masks(expert)["bac"].sha256
    assert label.is_whole


def test_exam_that_no_expert_has_read_whole_is_refused():
    study = make_study()
    read, _unread = (make_mammogram(study=study) for _ in range(2))
    make_annotation(read, make_reader("adjudicator"), submitted=True)
    campaign = make_campaign()

    with pytest.raises(ReferenceExamRefusedError) as refused:
        take_expert_reference(campaign=campaign, study=study, maximum_tries=1, actor=None)

    assert refused.value.code == "no_expert_reading"
    assert not campaign.reference_exams.exists()


@pytest.mark.parametrize(("tries", "code"), [(0, "tries_out_of_range"), (21, "tries_out_of_range")])
def test_number_of_tries_is_held(tries, code):
    mammogram = make_mammogram()

    with pytest.raises(ReferenceExamRefusedError) as refused:
        take_known_reference(
            campaign=make_campaign(), study=mammogram.study, masks={}, maximum_tries=tries, actor=None
        )
    assert refused.value.code == code


def make_known(tries=3):
    mammogram = make_mammogram(pixel_spacing_mm=SPACING)
    campaign = make_campaign()
    exam = take_known_reference(
        campaign=campaign,
        study=mammogram.study,
        masks={mammogram.id: make_patch(LINE)},
        maximum_tries=tries,
        actor=None,
    )
    return campaign, mammogram, exam


def read_reference(campaign, mammogram, reader, drawn, *, round=1):  # noqa: A002 - as the field
    assignment = make_assignment(reader, mammogram.study, campaign)
    if round > 1:
        type(assignment).objects.filter(id=assignment.id).update(round=round)
    return make_annotation(mammogram, assignment=assignment, labels={"bac": drawn}, submitted=True)


def test_reading_is_scored_by_length_and_by_place_once():
    campaign, mammogram, _exam = make_known()
    half = LINE.copy()
    half[:, 24:] = False

    annotation = read_reference(campaign, mammogram, make_reader(), half)
    measure_reading(annotation.id)
    measure_reading(annotation.id)

    score = ReferenceScore.objects.get()
    assert score.annotation == annotation
    assert 0.5 < score.found_mm / score.length_mm < 0.9
    assert (score.segments, score.segments_found, score.try_number) == (1, 1, 1)
    assert score.extra_mm == 0
    assert score.definition["tolerance_mm"] == 1.05
    assert annotation.reading_length.bac_mm > 1


def test_ordinary_exam_is_measured_and_not_scored():
    annotation = make_annotation(
        make_mammogram(pixel_spacing_mm=SPACING), labels={"bac": LINE}, submitted=True
    )

    measure_reading(annotation.id)

    assert annotation.reading_length.bac_mm2 == pytest.approx(LINE.sum() * 0.01)
    assert not ReferenceScore.objects.exists()
    assert reference_label_of(annotation) is None


def test_pixels_of_unknown_size_are_measured_as_unknown_and_not_scored():
    mammogram = make_mammogram()
    campaign = make_campaign()
    take_known_reference(
        campaign=campaign,
        study=mammogram.study,
        masks={mammogram.id: make_patch(LINE)},
        maximum_tries=1,
        actor=None,
    )
    annotation = read_reference(campaign, mammogram, make_reader(), LINE)

    measure_reading(annotation.id)

    assert annotation.reading_length.bac_mm is None
    assert not ReferenceScore.objects.exists()


def test_planted_reference_does_not_judge_what_lies_beside(breast_pixels):
    campaign = make_campaign()
    exam = plant_reference(campaign, make_breast(breast_pixels).study)
    label = exam.labels.get()
    drawn = masks.to_dense(masks.decode(bytes(label.mask), versions=(1, 2)))
    drawn[700:704, 20:120] = True

    measure_reading(read_reference(campaign, label.mammogram, make_reader(), drawn).id)

    score = ReferenceScore.objects.get()
    assert score.extra_mm is None
    assert score.found_mm == pytest.approx(score.length_mm)


def test_readings_that_nobody_measured_are_queued_on_request():
    campaign, mammogram, _exam = make_known()
    annotation = read_reference(campaign, mammogram, make_reader(), LINE)

    assert list(unmeasured(campaign)) == [annotation]
    assert measure_missing(campaign) == 1
    measure_reading(annotation.id)
    assert measure_missing(campaign) == 0


def test_open_reading_is_not_measured():
    annotation = make_annotation(make_mammogram(pixel_spacing_mm=SPACING), labels={"bac": LINE}, answer="yes")

    measure_reading(annotation.id)

    assert not hasattr(annotation, "reading_length")
