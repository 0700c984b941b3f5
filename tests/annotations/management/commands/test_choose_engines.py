import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories.weights import make_model_with_weights


@pytest.mark.django_db
def test_choose_engines_keeps_for_each_model_in_use_what_was_fastest(settings, tmp_path):
    settings.ENGINE_FOLDER = tmp_path / "engines"
    model_version = make_model_with_weights()
    output = StringIO()

    call_command("choose_engines", stdout=output)

    (note,) = settings.ENGINE_FOLDER.rglob("choice-*.json")
    library, precision = json.loads(note.read_text())["engine"].split()
    first, last = output.getvalue().splitlines()
    assert first.startswith(f"{model_version}: {library} ")
    assert precision in first
    assert last == "Workers that start from now on use this."
