from datetime import UTC, datetime

import pytest

from ml.errors import ExamViewsError, NotPoolableError
from ml.quantify import ViewReading, choose_views, exam_mass, exam_score
from tests.factories.quantities import make_quantities

AREAS = {"LCC": 1_000_000, "LMLO": 1_250_000, "RCC": 800_000, "RMLO": 1_000_000}
TAMS = {"LCC": 100, "LMLO": 250, "RCC": 80, "RMLO": 0}
MASSES = {"LCC": 10.0, "LMLO": 14.0, "RCC": 30.0, "RMLO": 20.0}


def reading(view, *, name=None, second=None, special=False, **numbers):
    numbers = {"tam": TAMS[view], "breast_area_px": AREAS[view], "mass_mg": MASSES[view], **numbers}
    return ViewReading(
        name=name or view,
        image_laterality=view[0],
        view_position=view[1:],
        quantities=make_quantities(**numbers),
        acquired_at=None if second is None else datetime(2026, 1, 1, 12, 0, second, tzinfo=UTC),
        is_spot_or_magnified=special,
    )


@pytest.fixture
def exam():
    return [reading(view) for view in AREAS]


def test_score_is_the_sum_of_shares(exam):
    score = exam_score(exam)

    assert score.score == pytest.approx(1e-4 + 2e-4 + 1e-4 + 0)
    assert score.score_e4 == pytest.approx(4.0)
    assert score.by_view == pytest.approx({"LCC": 1e-4, "LMLO": 2e-4, "RCC": 1e-4, "RMLO": 0})
    assert (score.is_estimated, score.missing, score.reason) == (False, (), None)


def test_order_of_the_images_does_not_matter(exam):
    assert exam_score(exam[::-1]).score == pytest.approx(exam_score(exam).score)
    assert exam_mass(exam[::-1]) == exam_mass(exam)


def test_missing_view_leaves_no_score_or_an_estimate(exam):
    without = exam_score(exam[:-1])
    estimated = exam_score(exam[:-1], missing_views="estimate")

    assert (without.score, without.score_e4, without.reason) == (None, None, "view_missing")
    assert without.missing == estimated.missing == ("RMLO",)
    assert estimated.score == pytest.approx(4 * (1e-4 + 2e-4 + 1e-4) / 3)
    assert estimated.is_estimated


@pytest.mark.parametrize("missing_views", ["null", "estimate"])
def test_no_image_has_no_score(missing_views):
    score, mass = exam_score([], missing_views=missing_views), exam_mass([], missing_views=missing_views)

    assert (score.score, score.reason) == (None, "view_missing")
    assert (mass.total_mg, mass.category, mass.reason) == (None, None, "view_missing")


def test_view_without_breast_says_why_there_is_no_score(exam):
    lost = reading("RMLO", breast_area_px=None, tam=5, undefined={"breast_area_px": "breast_not_found"})

    score = exam_score([*exam[:-1], lost])

    assert (score.score, score.reason) == (None, "breast_not_found")


def test_different_mappings_are_never_summed(exam):
    other = reading("RMLO", mapping_id="breast-0.5-99.5/grey")

    with pytest.raises(NotPoolableError) as refusal:
        exam_score([*exam[:-1], other])

    assert refusal.value.code == "mixed_mappings"


def test_image_that_does_not_count_may_be_mapped_otherwise(exam):
    other = reading("RMLO", name="spot", special=True, mapping_id="breast-0.5-99.5/grey")

    assert exam_score([*exam, other]).score == exam_score(exam).score


def test_larger_breast_stands_for_a_view_taken_twice(exam):
    smaller = reading("LCC", name="cut off", breast_area_px=500_000, tam=400)

    score = exam_score([smaller, *exam])

    assert score.score == exam_score(exam).score
    assert score.excluded == {"cut off": "duplicate"}


def test_last_image_stands_for_a_view_where_asked():
    first = reading("LCC", name="first", second=1)
    last = reading("LCC", name="last", second=2, breast_area_px=10)

    chosen = choose_views([last, first], duplicates="latest")

    assert chosen.by_view["L", "CC"] is last
    assert choose_views([last, first]).by_view["L", "CC"] is first


def test_equal_breasts_are_told_apart_by_time():
    first, last = (reading("LCC", name=str(second), second=second) for second in (1, 2))

    assert choose_views([first, last]).by_view["L", "CC"] is last
    assert choose_views([last, first]).by_view["L", "CC"] is last


def test_spot_magnification_and_other_views_are_left_out(exam):
    others = [
        reading("LCC", name="spot", special=True),
        reading("LCC", name="magnified", magnification=1.8),
        ViewReading(name="lateral", image_laterality="L", view_position="ML", quantities=make_quantities()),
    ]

    assert choose_views([*exam, *others]).excluded == {
        "spot": "spot_or_magnified",
        "magnified": "spot_or_magnified",
        "lateral": "other_view",
    }


@pytest.mark.parametrize(
    ("readings", "duplicates", "code"),
    [
        ([reading("LCC"), reading("LCC")], "larger_breast", "name_twice"),
        ([reading("LCC"), reading("LCC", name="b")], "latest", "acquisition_time_missing"),
        (
            [reading("LCC"), reading("LCC", name="b", breast_area_px=None)],
            "larger_breast",
            "breast_area_missing",
        ),
        (
            [ViewReading(name="a", image_laterality="", view_position="CC", quantities=make_quantities())],
            "larger_breast",
            "laterality_unknown",
        ),
    ],
)
def test_images_that_cannot_be_placed_are_refused(readings, duplicates, code):
    with pytest.raises(ExamViewsError) as refusal:
        choose_views(readings, duplicates=duplicates)

    assert refusal.value.code == code


def test_mass_is_the_mean_of_views_and_the_sum_of_breasts(exam):
    mass = exam_mass(exam)

    assert (mass.left_mg, mass.right_mg, mass.total_mg) == (12.0, 25.0, 37.0)
    assert mass.interval_mg == pytest.approx((33, 41))
    assert mass.detection_limit_mg == pytest.approx(0.3)
    assert mass.category == "(20, 40]"


def test_mass_may_be_the_sum_of_views(exam):
    mass = exam_mass(exam, total_of="sum_of_views")

    assert (mass.left_mg, mass.right_mg, mass.total_mg) == (24.0, 50.0, 74.0)
    assert mass.interval_mg == pytest.approx((66, 82))
    assert mass.category == "(60, 80]"


@pytest.mark.parametrize(("total_of", "right_mg"), [("mean_of_views", 30.0), ("sum_of_views", 60.0)])
def test_one_view_may_stand_for_a_breast(exam, total_of, right_mg):
    assert exam_mass(exam[:-1], total_of=total_of).right_mg is None
    assert exam_mass(exam[:-1], total_of=total_of).left_mg is not None

    estimated = exam_mass(exam[:-1], total_of=total_of, missing_views="estimate")

    assert estimated.right_mg == right_mg
    assert estimated.is_estimated


def test_breast_without_any_view_has_no_mass(exam):
    mass = exam_mass(exam[:2], missing_views="estimate")

    assert (mass.left_mg, mass.right_mg, mass.total_mg) == (12.0, None, None)
    assert mass.reason == "view_missing"


def test_view_without_a_mass_leaves_no_total(exam):
    processed = reading("LCC", mass_mg=None, undefined={"mass_mg": "for_presentation"})

    mass = exam_mass([processed, *exam[1:]])

    assert (mass.left_mg, mass.right_mg, mass.total_mg) == (None, 25.0, None)
    assert mass.reason == "for_presentation"
