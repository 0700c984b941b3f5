"""States of model versions as records; of what was active, the newest of each label stays in use."""

import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

TABLE = "annotations_modelstatechange"
STATES = [("candidate", "Candidate"), ("active", "Active"), ("retired", "Retired")]
REASON = "As it was when states were first written down"


def write_states(apps: Any, _editor: Any) -> None:
    versions = apps.get_model("annotations", "ModelVersion").objects
    change = apps.get_model("annotations", "ModelStateChange")
    in_use = set()
    for version in versions.order_by("-created_at"):
        version.task = version.card.get("task", "segmentation")
        version.label = version.card.get("label", "bac")
        place = (version.task, version.label)
        version.state = "retired" if not version.is_active else "candidate" if place in in_use else "active"
        if version.state == "active":
            in_use.add(place)
        version.save(update_fields=["task", "label", "state"])
        change.objects.create(model_version=version, number=1, state=version.state, reason=REASON)


def forget_states(apps: Any, _editor: Any) -> None:
    apps.get_model("annotations", "ModelVersion").objects.filter(state="retired").update(is_active=False)


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0025_exam_reinstatement"),
    ]

    operations = [
        migrations.AddField(
            model_name="modelversion",
            name="task",
            field=models.CharField(
                choices=[
                    ("segmentation", "Marks pixels"),
                    ("image_classification", "Judges whole images"),
                    ("patch_classification", "Judges patches"),
                ],
                default="segmentation",
                max_length=32,
            ),
        ),
        migrations.AddField(
            model_name="modelversion",
            name="label",
            field=models.CharField(
                choices=[
                    ("bac", "Breast arterial calcification"),
                    ("microcalcification", "Microcalcification"),
                    ("malignant", "Malignant microcalcification"),
                ],
                default="bac",
                max_length=32,
            ),
        ),
        migrations.AddField(
            model_name="modelversion",
            name="state",
            field=models.CharField(choices=STATES, default="candidate", max_length=16),
        ),
        migrations.AddConstraint(
            model_name="modelversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "active")),
                fields=("task", "label"),
                name="model_version_active_once",
            ),
        ),
        migrations.CreateModel(
            name="ModelStateChange",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("number", models.PositiveIntegerField(help_text="1, 2, 3 … of the model version")),
                ("state", models.CharField(choices=STATES, max_length=16)),
                ("reason", models.TextField()),
                (
                    "actor",
                    models.ForeignKey(
                        help_text="Empty: Tramline",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="model_state_changes",
                        to="annotations.reader",
                    ),
                ),
                (
                    "model_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="state_changes",
                        to="annotations.modelversion",
                    ),
                ),
                (
                    "replaced",
                    models.ForeignKey(
                        help_text="What was active until then, where this one became active",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacements",
                        to="annotations.modelversion",
                    ),
                ),
            ],
            options={
                "ordering": ["model_version", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("model_version", "number"), name="model_state_change_numbered_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {TABLE};",
        ),
        migrations.RunPython(write_states, forget_states),
        migrations.AlterModelOptions(
            name="modelversion", options={"ordering": ["state", "name", "version"]}
        ),
        migrations.RemoveField(model_name="modelversion", name="is_active"),
    ]
