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


FEW = ["--campaigns", "3", "--exams", "9", "--phantoms", "2"]


def test_coverage_counts_the_intervals_of_all_campaigns_with_their_monte_carlo_error(capsys):
    assert main(["study", "coverage", *FEW, "--read-by", "3", "--seed", "4", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["campaigns"], answer["exams"], answer["read_by"], answer["marks"]) == (3, 9, 3, "as-drawn")
    assert [row["rate"] for row in answer["coverage"]] == ["sensitivity", "false per image"]
    assert [row["intervals"] for row in answer["coverage"]] == [21, 21]
    assert all(0 <= row["share"] <= 1 and row["monte_carlo_error"] >= 0 for row in answer["coverage"])


def test_coverage_for_people_says_what_was_tried(capsys):
    assert main(["study", "coverage", *FEW, "--marks", "one-each"]) == 0

    text = capsys.readouterr().out
    assert "3 campaigns, each of 9 exams out of 2 phantoms." in text
    assert "Segments of a thing to mark: one." in text
    assert "Monte-Carlo error" in text


@pytest.mark.parametrize(
    "arguments",
    [["--read-by", "2"], ["--exams", "1"], ["--seed", "-1"], ["--exams", "x"], ["--campaigns", "1"]],
)
def test_what_cannot_be_simulated_is_refused(capsys, arguments):
    assert main(["study", "simulate", *arguments]) == 2

    assert json.loads(capsys.readouterr().err)["code"] == "bad_arguments"
