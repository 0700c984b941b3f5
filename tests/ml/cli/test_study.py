import json

import pytest

from ml.cli import main


def test_simulate_prints_truth_estimate_and_interval_of_every_reader(capsys):
    assert main(["study", "simulate", "--exams", "6", "--read-by", "5", "--seed", "2", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert len({row["reader"] for row in answer["rates"]}) == 7
    assert {row["rate"] for row in answer["rates"]} == {"sensitivity", "false per image", "BAC labelled BAC"}
    assert answer["covered"] == sum(row["is_covered"] for row in answer["rates"])
    for row in answer["rates"]:
        if row["is_covered"]:
            assert row["interval"][0] <= row["truth"] <= row["interval"][1]


def test_table_for_people_says_how_many_intervals_hold_the_truth(capsys):
    assert main(["study", "simulate", "--exams", "3", "--read-by", "7"]) == 0

    text = capsys.readouterr().out
    assert "3 exams, each read by 7 of 7 simulated readers." in text
    assert "of 21 intervals hold the truth" in text


@pytest.mark.parametrize(
    "arguments", [["--read-by", "2"], ["--exams", "1"], ["--seed", "-1"], ["--exams", "x"]]
)
def test_what_cannot_be_simulated_is_refused(capsys, arguments):
    assert main(["study", "simulate", *arguments]) == 2

    assert json.loads(capsys.readouterr().err)["code"] == "bad_arguments"
