"""Keep maps over an image, and the runs that measure them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

TABLE = "annotations_imagemap"


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0009_proposal_decisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImageMap",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("density", "Density"),
                            ("calcification_thickness", "Thickness of calcification"),
                            ("heatmap", "Heatmap of a classifier"),
                        ],
                        max_length=32,
                    ),
                ),
                ("png_sha256", models.CharField(max_length=64)),
                (
                    "step_px",
                    models.PositiveSmallIntegerField(
                        help_text="Side of a map's pixel in pixels of the image"
                    ),
                ),
                (
                    "unit",
                    models.CharField(blank=True, help_text="Empty for a share from 0 to 1", max_length=16),
                ),
                ("lowest", models.FloatField()),
                ("step", models.FloatField()),
                ("visible_from", models.FloatField(help_text="Smaller values are noise and are not painted")),
                (
                    "source",
                    models.CharField(
                        help_text="Classifier and version, or the way of measuring", max_length=100
                    ),
                ),
                ("provenance", models.JSONField(default=dict)),
                (
                    "mammogram",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="maps",
                        to="annotations.mammogram",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="MapRun",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("density", "Density"),
                            ("calcification_thickness", "Thickness of calcification"),
                            ("heatmap", "Heatmap of a classifier"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "mammogram",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="map_runs",
                        to="annotations.mammogram",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="map_runs",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {TABLE};",
        ),
    ]
