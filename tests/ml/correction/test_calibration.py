import json
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from ml.correction import DEFAULT_PARAMETERS, parameters_sha256, propose_removals
from ml.correction.calibration import calibrate
from ml.correction.calibration_hint import suggest
from ml.correction.calibration_plot import plot_histograms, plot_surface
from ml.correction.measure import Measures
from ml.correction.measured_label import MeasuredLabel, MeasuredPiece, measure_label
from ml.correction.thresholds_file import read_parameters, to_thresholds
from ml.errors import MaskShapeMismatchError, ParametersFileError, ThresholdCalibrationError
from ml.masks import area_px, capsule, empty, intersection_area_px, to_dense, union
from ml.types import Acquisition

SIZE = (240, 300)
RAW = Acquisition(
    presentation_intent="FOR PROCESSING",
    pixel_intensity_relationship="LIN",
    pixel_intensity_relationship_sign=1,
    bits_stored=14,
    pixel_spacing_mm=(0.1, 0.1),
)
CALCIFIED = capsule(*SIZE, (60.0, 40.0), (60.0, 260.0), 8.0)
FAINT = capsule(*SIZE, (120.0, 40.0), (120.0, 260.0), 8.0)
DOT = capsule(*SIZE, (190.0, 150.0), (190.0, 152.0), 12.0)
LABEL = union(union(CALCIFIED, FAINT), DOT)
EXPERT = capsule(*SIZE, (61.0, 36.0), (61.0, 250.0), 9.0)


def image_of(seed):
    chance = np.random.default_rng(seed)
    signal = np.full(SIZE, 4000.0)
    signal[to_dense(CALCIFIED)] *= chance.uniform(0.75, 0.9)
    signal[to_dense(FAINT)] *= chance.uniform(0.97, 0.995)
    signal[to_dense(DOT)] *= 0.8
    return (signal + chance.normal(0, 20, SIZE)).round().astype(np.uint16)


@pytest.fixture(scope="module")
def labels():
    return [
        measure_label(LABEL, image_of(n), RAW, image=f"image {n}", patient=f"p{n // 2}", expert=EXPERT)
        for n in range(32)
    ]


def piece(*, length_mm=20.0, excess_um=100.0, area=100, expert_px=80, near=1.0, z=5.0):
    measures = Measures(
        area_px=area,
        area_mm2=area / 100,
        skeleton_px=200,
        length_mm=length_mm,
        length_endcap_mm=length_mm,
        max_width_mm=2.0,
        outside_breast_share=0.0,
        near_skin_share=0.0,
        saturated_share=0.0,
        contact_share=None,
        periphery_share=None,
        is_measured=True,
        has_surroundings=True,
        contrast_z=z,
        thickness_um=excess_um,
        excess_um=excess_um,
    )
    return MeasuredPiece(measures=measures, box=(0, 0, 1, 1), expert_px=expert_px, near_expert_share=near)


def false_piece(**measured):
    return piece(**({"excess_um": 10.0, "expert_px": 0, "near": 0.0, "z": 0.4} | measured))


def label_of(*pieces, number=0, mode="physical", expert_px=100):
    return MeasuredLabel(
        image=f"image {number}",
        patient=f"patient {number % 10}",
        mode=mode,
        expert_px=expert_px,
        pieces=pieces,
    )


def many(*pieces, mode="physical", count=30):
    return [label_of(*pieces, number=number, mode=mode) for number in range(count)]


def refusal(labels, **how):
    with pytest.raises(ThresholdCalibrationError) as caught:
        calibrate(labels, **how)
    return caught.value.code


def test_expert_tells_true_pieces_from_false_ones(labels):
    assert [one.is_true for one in labels[0].pieces] == [True, False, False]
    assert labels[0].expert_px == area_px(EXPERT)
    assert labels[0].pieces[0].expert_px == intersection_area_px(CALCIFIED, EXPERT)


def test_calibration_finds_the_limits_that_tell_them_apart(labels):
    calibration = calibrate(labels)

    best = 2 * intersection_area_px(CALCIFIED, EXPERT) / (area_px(CALCIFIED) + area_px(EXPERT))
    assert calibration.dice_chosen == pytest.approx(best)
    assert calibration.cross_validated_dice == pytest.approx(best)
    assert calibration.dice_uncorrected < calibration.dice_chosen
    assert (calibration.pieces_true, calibration.pieces_false) == (32, 64)
    assert (calibration.images, calibration.patients) == (32, 16)
    assert calibration.limit_name == "minimum_excess_um"


@pytest.mark.parametrize("length_mm", [0.0, 3.0, 8.0])
@pytest.mark.parametrize("limit", [0.0, 20.0, 70.0])
def test_each_point_is_the_dice_of_the_corrected_labels(labels, length_mm, limit):
    calibration = calibrate(labels)
    parameters = replace(DEFAULT_PARAMETERS, minimum_length_mm=length_mm, minimum_excess_um=limit)
    corrected = [
        propose_removals(LABEL, image_of(n), RAW, parameters=parameters).corrected for n in range(32)
    ]

    shared = sum(intersection_area_px(mask, EXPERT) for mask in corrected)
    whole = sum(area_px(mask) for mask in corrected) + 32 * area_px(EXPERT)

    row, column = calibration.lengths_mm.index(length_mm), calibration.limits.index(limit)
    assert calibration.dice[row][column] == pytest.approx(2 * shared / whole)
    assert calibration.recall[row][column] == pytest.approx(shared / (32 * area_px(EXPERT)))


def test_chosen_parameters_are_named_and_nothing_else_in_them_changes(labels):
    parameters = replace(DEFAULT_PARAMETERS, ring_outer_mm=3.0)

    calibration = calibrate(labels, parameters=parameters)

    chosen = calibration.parameters
    assert calibration.parameters_sha256 == parameters_sha256(chosen)
    assert (chosen.minimum_length_mm, chosen.minimum_excess_um) == (calibration.length_mm, calibration.limit)
    assert (
        replace(
            chosen,
            minimum_length_mm=parameters.minimum_length_mm,
            minimum_excess_um=parameters.minimum_excess_um,
        )
        == parameters
    )


def test_surface_has_the_grid_and_the_chosen_point_is_its_top(labels):
    calibration = calibrate(labels)

    surface = np.array(calibration.dice)
    assert surface.shape == (8, 21)
    assert calibration.lengths_mm == (0, 1, 2, 3, 4, 5, 6, 8)
    assert calibration.limits == tuple(range(0, 101, 5))
    row, column = (
        calibration.lengths_mm.index(calibration.length_mm),
        calibration.limits.index(calibration.limit),
    )
    assert surface[row, column] == surface.max() == calibration.dice_chosen


def test_of_equal_dice_the_larger_recall_wins_and_then_the_lower_limits():
    # Keeping the second piece changes Dice by nothing: (2 x 80) / 200 = (2 x 120) / 300.
    both = many(piece(), piece(excess_um=50.0, area=100, expert_px=40), false_piece(excess_um=-50.0))

    calibration = calibrate(both)

    surface = np.array(calibration.dice)
    assert surface[0, 0] == surface[0, 20] == calibration.dice_chosen
    assert (calibration.length_mm, calibration.limit) == (0.0, 0.0)
    assert calibration.recall_chosen == pytest.approx(1.2)


def test_whole_patients_are_held_out():
    thick = (piece(excess_um=100.0), false_piece(excess_um=50.0))
    thin = (piece(excess_um=30.0), false_piece(excess_um=10.0))
    two = [
        replace(label_of(*(thin if number % 2 else thick), number=number), patient="ab"[number % 2])
        for number in range(30)
    ]

    calibration = calibrate(two)

    # Each patient is judged by what suits the other: the limit less a fifth removes 10, or 50 um.
    assert set(calibration.fold_limits) == {(0.0, 15.0), (0.0, 65.0)}
    assert set(calibration.fold_dice) == {0.0, 2 * 80 / (200 + 100)}
    assert calibration.cross_validated_dice == pytest.approx(2 * 80 / (200 + 100 + 100))
    assert calibration.dice_chosen == pytest.approx((80 + 80) * 2 / (100 + 200 + 200))


def test_fewer_patients_than_folds_make_as_many_folds():
    two = [
        replace(label, patient="a" if label.patient[-1] > "4" else "b")
        for label in many(piece(), false_piece())
    ]

    calibration = calibrate(two)

    assert calibration.patients == len(calibration.fold_dice) == 2


def test_folds_follow_the_seed(labels):
    assert calibrate(labels, seed=3) == calibrate(labels, seed=3)
    drawn = [label_of(piece(expert_px=40 + number), false_piece(), number=number) for number in range(40)]
    assert len({calibrate(drawn, seed=seed).fold_dice for seed in range(5)}) > 1


def test_displayed_images_search_contrast(labels):
    calibration = calibrate(many(piece(), false_piece(), mode="relative"))

    assert calibration.limit_name == "minimum_contrast_z"
    assert calibration.limits == tuple(np.arange(0, 5.25, 0.25))
    assert 0.25 < calibration.parameters.minimum_contrast_z < 5
    assert calibration.parameters.minimum_excess_um == DEFAULT_PARAMETERS.minimum_excess_um


def test_published_rule_searches_the_mean(labels):
    parameters = replace(DEFAULT_PARAMETERS, thickness_rule="mean")

    assert calibrate(labels, parameters=parameters).limit_name == "minimum_mean_um"


def test_empty_labels_count_as_images():
    thirty = [*many(piece(), false_piece(), count=28), label_of(number=28), label_of(number=29, expert_px=0)]

    calibration = calibrate(thirty)

    assert calibration.images == 30
    assert calibration.recall_uncorrected == pytest.approx(28 * 80 / (29 * 100))


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        ([], "too_few_images"),
        (many(piece(), false_piece(), count=29), "too_few_images"),
        ([replace(label, expert_px=None) for label in many(piece(), false_piece())], "too_few_images"),
        ([replace(label, patient="one") for label in many(piece(), false_piece())], "one_patient"),
        ([*many(piece(), false_piece()), *many(piece(), mode="relative")], "mixed_modes"),
        (many(piece(), false_piece(excess_um=float("nan"))), "not_finite"),
        (many(piece(length_mm=float("inf")), false_piece()), "not_finite"),
        (many(piece()), "too_few_components"),
        (many(false_piece()), "too_few_components"),
        ([*many(piece(), count=30), *many(false_piece(), count=19)], "too_few_components"),
    ],
)
def test_labels_that_cannot_carry_a_choice_are_refused(labels, code):
    assert refusal(labels) == code


def test_twenty_of_either_kind_are_enough():
    twenty = [*many(piece(), count=30), *many(false_piece(), count=20)]

    assert calibrate(twenty).pieces_false == 20


def test_masks_of_another_size_are_refused():
    with pytest.raises(MaskShapeMismatchError):
        measure_label(LABEL, image_of(0), RAW, image="a", patient="b", expert=empty(10, 10))


def test_hint_counts_every_component_and_finds_the_valley(labels):
    hint = suggest(labels)

    assert sum(hint.length_counts) == sum(hint.strength_counts) == hint.pieces == 96
    assert hint.long_pieces == 64
    assert 15 < hint.valley < 60
    assert hint.strength_name == "excess_um"


def test_hint_without_enough_long_components_has_no_valley():
    assert suggest([label_of(false_piece(), expert_px=None)]).valley is None
    assert suggest(many(piece(length_mm=1.0), false_piece(length_mm=1.0))).valley is None
    assert suggest(many(piece())).valley is None
    assert suggest([label_of()]).pieces == 0


def test_hint_puts_counts_into_their_bins():
    hint = suggest(
        [label_of(*(false_piece(excess_um=value, length_mm=8.0) for value in (-3.0, 0.0, 4.9, 5.0, 250.0)))]
    )

    assert hint.strength_counts[:3] == (1, 2, 1)
    assert hint.strength_counts[-1] == 1
    assert hint.length_counts == (0, 0, 0, 0, 0, 0, 0, 5)


def test_hint_for_no_labels_is_refused():
    with pytest.raises(ThresholdCalibrationError):
        suggest([])


def test_pictures_are_pictures_and_the_same_each_time(labels):
    calibration, hint = calibrate(labels), suggest(labels)

    for picture in (plot_surface(calibration), plot_histograms(hint)):
        with Image.open(BytesIO(picture)) as opened:
            assert opened.format == "PNG"
            assert min(opened.size) > 300
            assert len(opened.convert("RGB").getcolors(1 << 20)) > 10
    assert plot_surface(calibration) == plot_surface(calibration)


def test_all_of_it_is_json(labels):
    content = {"calibration": calibrate(labels).to_json(), "hint": suggest(labels).to_json()}

    again = json.loads(json.dumps(content, allow_nan=False))

    assert again["calibration"]["parameters"]["minimum_length_mm"] == calibrate(labels).length_mm
    assert len(again["calibration"]["dice"]) == 8


@pytest.fixture
def written(tmp_path, labels):
    calibration = calibrate(labels)
    path = tmp_path / "thresholds.json"
    content = to_thresholds(calibration.parameters, calibration=calibration.to_json())
    path.write_text(json.dumps(content))
    return path


def test_thresholds_come_back_from_their_file(written, labels):
    assert read_parameters(written) == calibrate(labels).parameters


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content: content["parameters"].update(minimum_length_mm=2.5), "parameters_changed"),
        (lambda content: content["parameters"].update(minimum_length_mm=-1), "parameters_unknown"),
        (lambda content: content["parameters"].update(minimum_length_mm="3"), "parameters_changed"),
        (lambda content: content["parameters"].update(ring_outer_mm="3"), "parameters_unknown"),
        (lambda content: content["parameters"].update(colour=1), "parameters_unknown"),
        (lambda content: content["parameters"].pop("smoothing_mm"), "parameters_unknown"),
        (lambda content: content.update(algorithm_version="1"), "parameters_outdated"),
        (lambda content: content.update(parameters=[1]), "parameters_unreadable"),
        (lambda content: content.pop("format"), "parameters_unreadable"),
    ],
)
def test_files_that_are_not_what_was_written_are_refused(written, change, code):
    content = json.loads(written.read_text())
    change(content)
    written.write_text(json.dumps(content))

    with pytest.raises(ParametersFileError) as caught:
        read_parameters(written)

    assert caught.value.code == code


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", None])
def test_files_without_json_are_refused(tmp_path, content):
    path = tmp_path / "thresholds.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ParametersFileError) as caught:
        read_parameters(path)

    assert caught.value.code == "parameters_unreadable"
