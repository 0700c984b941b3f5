import json
import os

import pytest

from ml.cli import main
from ml.errors import ExperimentSettingsError
from ml.experiments.label_correction import run_label_correction
from ml.experiments.label_rules import (
    BORDERLINE_KEPT,
    CEILING,
    DEFAULT_RULE,
    DISPLAYED,
    RULES,
    UNCORRECTED,
    WHOLE,
)

IS_NIGHT = bool(os.environ.get("TRAMLINE_NIGHTLY"))
SETTINGS = {"phantoms": 32} if IS_NIGHT else {"phantoms": 8, "pixel_spacing_mm": 0.25}


@pytest.fixture(scope="module")
def result():
    return run_label_correction(**SETTINGS, processes=2)


def row(result, table, **wanted):
    (found,) = (line for line in result[table] if all(line[name] == value for name, value in wanted.items()))
    return found


@pytest.mark.parametrize("rule", [rule.name for rule in RULES[1:]])
def test_every_rule_takes_away_more_that_is_false_than_true(result, rule):
    before, after = (row(result, "agreement", rule=name) for name in (UNCORRECTED, rule))

    assert after["precision"] > before["precision"]
    assert after["better"] + after["worse"] + after["same"] == SETTINGS["phantoms"]


@pytest.mark.parametrize("rule", [DEFAULT_RULE, BORDERLINE_KEPT, DISPLAYED])
def test_corrected_labels_are_nearer_to_the_experts_but_not_beyond_what_removal_can_do(result, rule):
    dice = {line["rule"]: line["pooled_dice"] for line in result["agreement"]}

    assert dice[UNCORRECTED] < dice[rule] < dice[CEILING]


def test_interval_of_the_gain_holds_the_gain(result):
    dice = {line["rule"]: line["pooled_dice"] for line in result["agreement"]}

    for line in result["agreement"][1:]:
        low, high = line["pooled_dice_gain_95"]
        assert low <= line["pooled_dice"] - dice[UNCORRECTED] <= high


def test_default_rule_betters_more_images_than_it_worsens(result):
    default = row(result, "agreement", rule=DEFAULT_RULE)

    assert default["better"] > default["worse"]
    assert default["mean_dice_l"] > row(result, "agreement", rule=UNCORRECTED)["mean_dice_l"]


def test_correction_only_removes_so_recall_never_rises(result):
    recalls = {line["rule"]: line["recall"] for line in result["agreement"]}

    assert all(recall <= recalls[UNCORRECTED] for recall in recalls.values())
    assert recalls[DEFAULT_RULE] < recalls[UNCORRECTED]


def test_recall_lost_on_faint_calcification_is_told(result):
    bands = [
        line
        for line in result["kept_of_bac_by_thickness"]
        if line["rule"] == DEFAULT_RULE and line["kept_share"] is not None
    ]

    assert len(bands) >= 3
    assert bands[0]["kept_share"] < 0.8
    assert bands[-1]["kept_share"] > 0.9


def test_specks_go_and_arteries_stay(result):
    kept = {
        kind: row(result, "kept_by_kind", rule=DEFAULT_RULE, kind=kind)["kept_share"]
        for kind in ("BAC", "microcalcification")
    }

    assert kept["microcalcification"] < 0.1
    assert kept["BAC"] > 0.8


def test_splitting_at_junctions_removes_more_of_what_is_false(result):
    whole = row(result, "agreement", rule=WHOLE)

    assert row(result, "agreement", rule=DEFAULT_RULE)["precision"] > whole["precision"]


def test_pieces_and_images_add_up_and_modes_are_told(result):
    tables = ("agreement_with_grid", "agreement_without_grid")

    assert sum(row(result, table, rule=DEFAULT_RULE)["n_images"] for table in tables) == SETTINGS["phantoms"]
    for image in result["images"]:
        assert image["modes"][DEFAULT_RULE] == "physical"
        assert image["modes"][DISPLAYED] == "relative"


def test_same_seed_gives_the_same_tables_in_any_number_of_processes():
    settings = {"phantoms": 2, "seed": 3, "pixel_spacing_mm": 0.25}

    once, again = (run_label_correction(**settings, processes=number) for number in (1, 2))

    assert once == again
    assert once != run_label_correction(**(settings | {"seed": 4}), processes=1)


@pytest.mark.parametrize("phantoms", [0, 10_001])
def test_too_few_and_too_many_phantoms_are_refused(phantoms):
    with pytest.raises(ExperimentSettingsError, match=f"{phantoms} phantoms"):
        run_label_correction(phantoms=phantoms)


def test_command_writes_what_it_prints(capsys, tmp_path):
    arguments = ["--phantoms", "1", "--pixel-spacing-mm", "0.3", "--out", str(tmp_path / "tables")]

    assert main(["experiment", "label-correction", *arguments, "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert json.loads((tmp_path / "tables" / "label_correction.json").read_text()) == answer
    lines = (tmp_path / "tables" / "label_correction_agreement.csv").read_text().splitlines()
    assert lines[0].startswith("rule,mean_dice,mean_dice_l,pooled_dice")
    assert len(lines) == 1 + len(RULES)


def test_command_shows_the_tables_to_people(capsys):
    assert main(["experiment", "label-correction", "--phantoms", "1", "--pixel-spacing-mm", "0.3"]) == 0

    shown = capsys.readouterr().out
    assert "pooled Dice" in shown
    assert "not clinical performance" in shown


def test_command_lists_the_experiments(capsys):
    assert main(["experiment"]) == 0

    assert "label-correction" in capsys.readouterr().out


def test_command_refuses_what_no_phantom_can_be(capsys):
    assert main(["experiment", "label-correction", "--pixel-spacing-mm", "3"]) == 2

    assert json.loads(capsys.readouterr().err.splitlines()[-1])["code"] == "phantom_request"


def test_unknown_experiment_is_refused(capsys):
    assert main(["experiment", "perpetual-motion"]) == 2

    assert json.loads(capsys.readouterr().err)["code"] == "bad_arguments"
