"""Keep how readings compare, and what each report of agreement said."""

import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

APPEND_ONLY_TABLES = [
    "annotations_paircomparison",
    "annotations_readingpair",
    "annotations_segmentvotes",
    "annotations_agreementreport",
]


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0019_guideline_questions_reviews"),
    ]

    operations = [
        migrations.CreateModel(
            name="SegmentVotes",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("masks", models.JSONField()),
                (
                    "segments",
                    models.JSONField(help_text="[row, column, length px, length mm, votes] each"),
                ),
                (
                    "patterns",
                    models.JSONField(help_text="Pixels around all that was drawn, by who drew them"),
                ),
                ("definition_version", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name_plural": "segment votes",
            },
        ),
        migrations.CreateModel(
            name="AgreementRun",
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
                    "compared",
                    models.PositiveIntegerField(
                        default=0, help_text="Comparisons that no earlier run had made"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement_runs",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement_runs",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="PairComparison",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("first_sha256", models.CharField(max_length=64)),
                ("second_sha256", models.CharField(max_length=64)),
                ("pixel_spacing_row_mm", models.FloatField(null=True)),
                ("pixel_spacing_column_mm", models.FloatField(null=True)),
                ("definition_version", models.PositiveIntegerField()),
                ("area_first_px", models.PositiveIntegerField()),
                ("area_second_px", models.PositiveIntegerField()),
                ("area_both_px", models.PositiveIntegerField()),
                ("line_first_px", models.PositiveIntegerField(help_text="Pixels of the centre line")),
                ("line_second_px", models.PositiveIntegerField()),
                ("inside_first_px", models.PositiveIntegerField(help_text="Those inside the other mask")),
                ("inside_second_px", models.PositiveIntegerField()),
                (
                    "near_first_px",
                    models.PositiveIntegerField(
                        help_text="Those near the other centre line; empty where pixels have no size",
                        null=True,
                    ),
                ),
                ("near_second_px", models.PositiveIntegerField(null=True)),
                ("segments_first", models.PositiveIntegerField()),
                ("segments_second", models.PositiveIntegerField()),
                (
                    "confirmed_first",
                    models.PositiveIntegerField(help_text="Segments that the other mask has too", null=True),
                ),
                ("confirmed_second", models.PositiveIntegerField(null=True)),
                ("length_first_px", models.FloatField()),
                ("length_second_px", models.FloatField()),
                ("length_first_mm", models.FloatField(null=True)),
                ("length_second_mm", models.FloatField(null=True)),
                ("dice", models.FloatField(help_text="Empty where both masks are", null=True)),
                ("dice_l_sym", models.FloatField(null=True)),
                ("cl_dice", models.FloatField(null=True)),
                ("detection_f1", models.FloatField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("first_sha256"),
                        models.F("second_sha256"),
                        models.F("definition_version"),
                        django.db.models.functions.comparison.Coalesce("pixel_spacing_row_mm", 0.0),
                        django.db.models.functions.comparison.Coalesce("pixel_spacing_column_mm", 0.0),
                        name="pair_compared_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementReport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("number", models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign")),
                (
                    "as_of",
                    models.DateTimeField(help_text="Readings that were submitted until then are in it"),
                ),
                ("reading_count", models.PositiveIntegerField()),
                ("definition_version", models.PositiveIntegerField()),
                ("definitions", models.JSONField(help_text="What each figure is, in words")),
                ("figures", models.JSONField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement_reports",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="annotations.agreementrun",
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "number"), name="agreement_report_numbered_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadingPair",
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
                ("is_turned", models.BooleanField()),
                ("definition_version", models.PositiveIntegerField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reading_pairs",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "comparison",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairs",
                        to="annotations.paircomparison",
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairs_as_first",
                        to="annotations.annotation",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairs_as_second",
                        to="annotations.annotation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign", "definition_version", "label"], name="pair_of_campaign")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("first", "second", "label", "definition_version"), name="reading_pair_once"
                    )
                ],
            },
        ),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
                f"DROP TRIGGER written_once ON {table};",
            )
            for table in APPEND_ONLY_TABLES
        ],
    ]
