"""Keep what came of first readings until experts accepted them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

TABLE = "annotations_reannotation"


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0021_pair_compared_anew"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReAnnotationRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                            ("dead", "Given up"),
                        ],
                        default="queued",
                        max_length=16,
                    ),
                ),
                (
                    "attempt",
                    models.PositiveSmallIntegerField(default=0, help_text="Counted at the claim, capped"),
                ),
                ("fence", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("worker", models.CharField(blank=True, max_length=100)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("error_code", models.CharField(blank=True, max_length=64)),
                ("error", models.TextField(blank=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="re_annotation_runs",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="re_annotation_runs",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="ReAnnotation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "label",
                    models.CharField(
                        choices=[
                            ("bac", "Breast arterial calcification"),
                            ("microcalcification", "Microcalcification"),
                        ],
                        max_length=32,
                    ),
                ),
                ("outcome", models.CharField(help_text="unchanged, added, removed or both", max_length=16)),
                ("added_count", models.PositiveIntegerField(help_text="Segments")),
                ("removed_count", models.PositiveIntegerField()),
                ("kept_count", models.PositiveIntegerField()),
                ("added_length", models.FloatField(help_text="In `unit`")),
                ("removed_length", models.FloatField()),
                ("kept_length", models.FloatField()),
                (
                    "unit",
                    models.CharField(
                        help_text="mm, or px where the size of a pixel is not known", max_length=2
                    ),
                ),
                ("is_identical", models.BooleanField(help_text="Not a pixel differs")),
                (
                    "after",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="re_annotated_from",
                        to="annotations.annotation",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="re_annotated_to",
                        to="annotations.annotation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("before", "after", "label"), name="re_annotation_once")
                ],
            },
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {TABLE};",
        ),
    ]
