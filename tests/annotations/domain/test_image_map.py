import io

import numpy as np
import pytest
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain.content import read_content
from annotations.domain.image_map import map_status, perform_map, request_map
from annotations.enums import MapKind, MapState, RunState
from annotations.errors import ForbiddenError
from annotations.models import AuditEntry, ImageMap, MapRun
from ml.phantom import make_exam
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.image_map import make_image_map
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

DENSITY, THICKNESS = MapKind.DENSITY, MapKind.CALCIFICATION_THICKNESS


@pytest.fixture(scope="module")
def phantom():
    return make_exam(2, views=("LCC",), rows=800, columns=600, pixel_spacing_mm=0.3, has_bac=True)[0]


def make_raw(phantom, **attributes):
    facts = phantom.acquisition
    return make_mammogram(
        phantom.raw,
        bits_stored=facts.bits_stored,
        presentation_intent="FOR PROCESSING",
        photometric_interpretation=facts.photometric_interpretation,
        pixel_spacing_mm=facts.pixel_spacing_mm,
        image_laterality="L",
        view_position="CC",
        attributes={
            "AnodeTargetMaterial": facts.anode,
            "FilterMaterial": facts.filter_material,
            "KVP": facts.kvp,
            "BodyPartThickness": facts.body_part_thickness_mm,
            "PixelIntensityRelationship": "LIN",
            "PixelIntensityRelationshipSign": facts.pixel_intensity_relationship_sign,
            "Grid": facts.grid,
            **attributes,
        },
    )


def perform(mammogram, kind):
    status = request_map(mammogram=mammogram, kind=kind, reader=make_reader())
    assert status.state == MapState.QUEUED
    run = MapRun.objects.get(mammogram=mammogram, kind=kind)
    perform_map(run_id=run.id, worker="test", is_stopping=lambda: False)
    return map_status(mammogram=mammogram, kind=kind, reader=make_reader())


def test_density_is_measured_and_its_levels_are_millimetres(phantom):
    mammogram = make_raw(phantom)

    image_map = perform(mammogram, DENSITY).image_map

    levels = np.asarray(Image.open(io.BytesIO(read_content(image_map.png_sha256)))).astype(float)
    values_mm = image_map.lowest + (levels - 1) * image_map.step
    assert (image_map.unit, image_map.step_px, levels.shape) == ("mm", 4, (200, 150))
    assert (levels == 0).any()
    assert 0 <= values_mm[levels > 0].min() < values_mm.max() <= phantom.acquisition.body_part_thickness_mm
    assert image_map.provenance["pixels_sha256"] == mammogram.pixels_sha256
    assert AuditEntry.objects.filter(act="finish_map").count() == 1


def test_mineral_is_thickest_where_the_phantom_is_calcified(phantom):
    image_map = perform(make_raw(phantom), THICKNESS).image_map

    levels = np.asarray(Image.open(io.BytesIO(read_content(image_map.png_sha256)))).astype(float)
    is_calcified = phantom.bac_thickness_mm > 0.1
    shown = (levels - 1) * image_map.step >= image_map.visible_from
    assert image_map.step_px == 1
    assert shown[is_calcified].mean() > 0.7
    assert shown[levels > 0].mean() < 0.1


def test_a_map_is_measured_once(phantom):
    mammogram = make_raw(phantom)
    first = perform(mammogram, DENSITY)

    second = request_map(mammogram=mammogram, kind=DENSITY, reader=make_reader())

    assert second.image_map == first.image_map
    assert MapRun.objects.count() == 1


def test_a_request_waits_for_the_run_under_way(phantom):
    mammogram = make_raw(phantom)
    for _ in range(2):
        status = request_map(mammogram=mammogram, kind=DENSITY, reader=make_reader())

    assert status.state == MapState.QUEUED
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"presentation_intent": "FOR PRESENTATION"}, "not_raw"),
        ({"attributes": {}}, "beam_unknown"),
        ({"pixel_spacing_row_mm": None, "pixel_spacing_column_mm": None}, "pixel_spacing_missing"),
    ],
)
@pytest.mark.parametrize("kind", [DENSITY, THICKNESS])
def test_why_there_is_no_map_is_said_at_once(phantom, kind, facts, code):
    mammogram = make_raw(phantom)
    for field, value in facts.items():
        setattr(mammogram, field, value)
    mammogram.save()

    status = request_map(mammogram=mammogram, kind=kind, reader=make_reader())

    assert (status.state, status.code) == (MapState.UNDEFINED, code)
    assert status.message
    assert not MapRun.objects.exists()


def test_what_only_the_pixels_tell_is_said_by_the_run_and_not_tried_again(phantom):
    mammogram = make_raw(phantom)
    blank = make_mammogram(
        np.full((300, 260), 9000, dtype=np.uint16),
        presentation_intent="FOR PROCESSING",
        pixel_spacing_mm=(0.3, 0.3),
        bits_stored=14,
        attributes=mammogram.attributes,
    )

    status = perform(blank, DENSITY)
    again = request_map(mammogram=blank, kind=DENSITY, reader=make_reader())

    assert (status.state, status.code) == (MapState.FAILED, "breast_not_found")
    assert again == status
    assert MapRun.objects.count() == 1


def test_a_map_whose_worker_was_lost_is_measured_when_asked_for_again(phantom):
    mammogram = make_raw(phantom)
    MapRun.objects.create(
        mammogram=mammogram,
        kind=DENSITY,
        requested_by=make_reader(),
        state=RunState.DEAD,
        error_code="worker_lost",
    )

    assert request_map(mammogram=mammogram, kind=DENSITY, reader=make_reader()).state == MapState.QUEUED


def test_without_a_classifier_it_is_said_plainly_and_nothing_is_queued():
    mammogram = make_mammogram()

    status = request_map(mammogram=mammogram, kind=MapKind.HEATMAP, reader=make_reader())

    assert (status.state, status.message) == (MapState.UNDEFINED, "No classifier has run on this image.")
    assert not MapRun.objects.exists()


def test_the_newest_stored_heatmap_is_shown():
    mammogram = make_mammogram()
    make_image_map(mammogram)
    newest = make_image_map(mammogram, step_px=8)

    status = map_status(mammogram=mammogram, kind=MapKind.HEATMAP, reader=make_reader())

    assert (status.state, status.image_map) == (MapState.READY, newest)


def test_maps_that_point_at_calcification_are_hidden_where_images_are_read_without_help(phantom):
    mammogram = make_raw(phantom)
    assignment = make_assignment(study=mammogram.study, campaign=make_campaign(shows_preannotation=False))

    for kind in (THICKNESS, MapKind.HEATMAP):
        with pytest.raises(ForbiddenError):
            map_status(mammogram=mammogram, kind=kind, reader=assignment.reader)
    density = map_status(mammogram=mammogram, kind=DENSITY, reader=assignment.reader)
    assert density.state == MapState.ABSENT


def test_a_stored_map_is_never_changed():
    image_map = make_image_map(make_mammogram())

    with pytest.raises(TypeError):
        image_map.save()
    assert ImageMap.objects.count() == 1
