"""Keep how breasts lie in the stored pictures, what people said of their views, and days between exams."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY_TABLES = ["annotations_imageorientation", "annotations_viewstatement"]


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0007_reading_behaviour"),
    ]

    operations = [
        migrations.AddField(
            model_name="study",
            name="shifted_day",
            field=models.IntegerField(
                help_text="Study Date (0008,0020) in days, moved by a secret amount of this patient's own: "
                "only differences between exams of one patient mean anything",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="ImageOrientation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "method",
                    models.CharField(help_text="Name and version of the way of looking", max_length=32),
                ),
                (
                    "chest_wall",
                    models.CharField(
                        blank=True,
                        help_text="Edge of the picture that the breast lies against: left, right, top, "
                        "bottom; '' not found",
                        max_length=6,
                    ),
                ),
                (
                    "is_upside_down",
                    models.BooleanField(
                        help_text="Whether the chest muscle lies at the lower end; null: no muscle was found",
                        null=True,
                    ),
                ),
                (
                    "mammogram",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orientations",
                        to="annotations.mammogram",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mammogram", "method"), name="orientation_once_per_method"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ViewStatement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "sequence",
                    models.PositiveIntegerField(help_text="1, 2, 3 … for the image; clocks can go back"),
                ),
                ("laterality", models.CharField(help_text="R, L or B for both", max_length=1)),
                (
                    "view",
                    models.CharField(help_text="As View Position (0018,5101): CC, MLO, ...", max_length=8),
                ),
                (
                    "mammogram",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="view_statements",
                        to="annotations.mammogram",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="view_statements",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "ordering": ["mammogram", "sequence"],
                "constraints": [
                    models.UniqueConstraint(fields=("mammogram", "sequence"), name="view_statement_in_order")
                ],
            },
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
                f"DROP TRIGGER written_once ON {table};",
            )
            for table in APPEND_ONLY_TABLES
        ),
    ]
