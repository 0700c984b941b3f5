import json

from docs.experiment_tables import PAGE, RESULT, with_tables
from ml.correction import ALGORITHM_VERSION
from ml.phantom import PHANTOM_VERSION


def test_page_shows_the_tables_of_the_result_beside_it():
    page = PAGE.read_text()

    assert with_tables(page, json.loads(RESULT.read_text())) == page


def test_tables_are_of_this_phantom_and_this_correction():
    settings = json.loads(RESULT.read_text())["settings"]

    measured = (settings["phantom_version"], settings["correction_version"])
    assert measured == (PHANTOM_VERSION, ALGORITHM_VERSION), (
        "the tables are of another version: run the experiment and docs/experiment_tables.py again"
    )
