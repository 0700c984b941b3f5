import pytest

from annotations.domain.comparison import compare_annotations
from annotations.enums import Label
from annotations.errors import ImagesDifferError
from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram

pytestmark = pytest.mark.django_db


def make_pair(reference, candidate, **facts):
    mammogram = make_mammogram(**facts)
    return [make_annotation(mammogram, labels={"bac": mask}) for mask in (reference, candidate)]


def measures_of(pair, label=Label.BAC):
    return compare_annotations(reference=pair[0], candidate=pair[1], label=label).compared.measures


def test_half_overlapping_squares_give_known_numbers():
    pair = make_pair(make_square(10, 10, 8), make_square(10, 14, 8), pixel_spacing_mm=(0.5, 0.5))

    measures = measures_of(pair)

    assert measures["dice"].value == pytest.approx(0.5)
    assert measures["jaccard"].value == pytest.approx(1 / 3)
    assert (measures["area_reference_mm2"].value, measures["area_reference_mm2"].unit) == (16.0, "mm²")
    assert (measures["area_candidate_px"].value, measures["area_candidate_px"].unit) == (64, "px")
    assert measures["dice"].unit == ""
    assert "shared area" in measures["dice"].definition


def test_magnified_image_is_measured_at_the_object_plane():
    pair = make_pair(
        make_square(10, 10, 8),
        make_square(10, 14, 8),
        pixel_spacing_mm=(0.09, 0.09),
        attributes={"EstimatedRadiographicMagnificationFactor": 1.8},
    )

    compared = compare_annotations(reference=pair[0], candidate=pair[1], label=Label.BAC).compared

    assert compared.measures["area_reference_mm2"].value == pytest.approx(64 * 0.05**2)
    assert compared.definition["pixel_spacing_mm"] == pytest.approx([0.05, 0.05])
    assert (compared.definition["length_plane"], compared.definition["magnification"]) == ("object", 1.8)


def test_without_pixel_spacing_lengths_say_why_they_are_missing():
    measures = measures_of(make_pair(make_square(10, 10), make_square(10, 10)))

    assert measures["dice"].value == 1.0
    length = measures["dice_l_sym"]
    assert (length.value, length.undefined_code) == (None, "pixel_spacing_missing")
    assert "millimetres" in length.undefined_reason


def test_two_empty_labels_are_undefined_with_the_reason():
    pair = make_pair(make_square(10, 10), make_square(10, 10), pixel_spacing_mm=(0.1, 0.1))

    measures = measures_of(pair, Label.MICROCALCIFICATION)

    assert (measures["dice"].value, measures["dice"].undefined_code) == (None, "both_empty")


def test_labels_of_different_images_are_refused():
    pair = [make_annotation(labels={"bac": make_square(10, 10)}) for _ in range(2)]

    with pytest.raises(ImagesDifferError) as refusal:
        measures_of(pair)

    assert refusal.value.code == "images_differ"
