"""The update that gave models states, on a system that had models before."""

import os

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("annotations", "0025_exam_reinstatement")]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not os.environ.get("TRAMLINE_NIGHTLY"), reason="goes back over many migrations"),
]


def test_of_what_was_active_the_newest_of_each_kind_stays_in_use():
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    models = executor.loader.project_state(BEFORE).apps.get_model("annotations", "ModelVersion").objects
    had = [
        ("older", True, {}),
        ("newer", True, {}),
        ("retired", False, {}),
        ("specks", True, {"label": "microcalcification"}),
        ("images", True, {"task": "image_classification"}),
    ]
    for name, is_active, card in had:
        models.create(
            name=name,
            version="1",
            architecture="scunet",
            weights_sha256=name,
            card=card,
            cutoff=0.5,
            synthetic_only=True,
            is_active=is_active,
        )

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    from annotations.models import ModelVersion  # noqa: PLC0415 - as the tables are now

    found = {model.name: model for model in ModelVersion.objects.all()}
    assert {name: model.state for name, model in found.items()} == {
        "older": "candidate",
        "newer": "active",
        "retired": "retired",
        "specks": "active",
        "images": "active",
    }
    assert (found["specks"].label, found["images"].task) == ("microcalcification", "image_classification")
    assert all(model.state_changes.get().state == model.state for model in found.values())
