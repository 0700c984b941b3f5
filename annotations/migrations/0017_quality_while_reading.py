"""Keep how strictly checks are held, exams whose answer is known and scores on them, and corrections in batches."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


TABLES = [
    "annotations_campaigncheck",
    "annotations_checkacknowledgement",
    "annotations_plantedcopy",
    "annotations_referenceexam",
    "annotations_referencelabel",
    "annotations_referencescore",
    "annotations_readinglength",
    "annotations_correctionbatchitem",
]


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0016_adjudication"),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckAcknowledgement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "check_name",
                    models.CharField(
                        choices=[
                            ("labels_touch", "A BAC label touches no microcalcification label"),
                            ("empty_but_yes", "Where the answer is yes, something is labelled as BAC"),
                            ("labelled_but_no", "Where the answer is no, nothing is labelled as BAC"),
                            ("outside_breast", "No label lies outside the breast"),
                            ("small_group", "A group holds at least so many microcalcifications"),
                            ("tiny_piece", "A piece of BAC has at least so many pixels"),
                        ],
                        max_length=32,
                    ),
                ),
                ("text", models.TextField(help_text="As she read it")),
                ("x_px", models.FloatField(null=True)),
                ("y_px", models.FloatField(null=True)),
                (
                    "annotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_acknowledgements",
                        to="annotations.annotation",
                    ),
                ),
            ],
            options={
                "ordering": ["annotation", "created_at"],
            },
        ),
        migrations.CreateModel(
            name="CorrectionBatch",
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
                    "refusals",
                    models.JSONField(
                        default=dict, help_text="Why readings could not be corrected, and how many"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction_batches",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        help_text="Whose readings alone; empty: everybody's",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_in_batches",
                        to="annotations.reader",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction_batches",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "correction batches",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="PlantedCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "recipe",
                    models.JSONField(
                        help_text="What was planted where: enough to make the same pixels again"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planted_copies",
                        to="annotations.reader",
                    ),
                ),
                (
                    "mammogram",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planted_copy",
                        to="annotations.mammogram",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planted_copies",
                        to="annotations.mammogram",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "planted copies",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="ReadingLength",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "bac_mm",
                    models.FloatField(
                        help_text="Along the centre line; empty where pixels have no size", null=True
                    ),
                ),
                ("bac_mm2", models.FloatField(null=True)),
                ("definition", models.JSONField()),
                (
                    "annotation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reading_length",
                        to="annotations.annotation",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="ReferenceExam",
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
                            ("planted", "Calcification of known length planted in a copy"),
                            ("expert", "Read by an expert"),
                            ("known", "Known from how the image was made"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "maximum_tries",
                    models.PositiveSmallIntegerField(help_text="How often each reader may read it"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reference_exams",
                        to="annotations.reader",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reference_exams",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reference_exams",
                        to="annotations.study",
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "created_at"],
            },
        ),
        migrations.CreateModel(
            name="ReferenceLabel",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("mask", models.BinaryField()),
                ("sha256", models.CharField(help_text="Of the mask in its plain form", max_length=64)),
                (
                    "is_whole",
                    models.BooleanField(
                        help_text="Whether all calcification of the image is in it; else it says nothing of what lies beside"
                    ),
                ),
                (
                    "annotation",
                    models.ForeignKey(
                        help_text="The expert's reading it was taken from",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reference_labels",
                        to="annotations.annotation",
                    ),
                ),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labels",
                        to="annotations.referenceexam",
                    ),
                ),
                (
                    "mammogram",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reference_labels",
                        to="annotations.mammogram",
                    ),
                ),
            ],
            options={
                "ordering": ["exam", "created_at"],
            },
        ),
        migrations.CreateModel(
            name="ReferenceScore",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "try_number",
                    models.PositiveSmallIntegerField(help_text="1, 2, 3 … of this reader at this exam"),
                ),
                (
                    "length_mm",
                    models.FloatField(
                        help_text="Of the known label; empty where pixels have no size", null=True
                    ),
                ),
                ("found_mm", models.FloatField(null=True)),
                (
                    "extra_mm",
                    models.FloatField(
                        help_text="Drawn beside it; empty where the label is not whole", null=True
                    ),
                ),
                ("segments", models.PositiveIntegerField()),
                ("segments_found", models.PositiveIntegerField()),
                ("definition", models.JSONField(help_text="The choices behind the numbers")),
                (
                    "annotation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reference_score",
                        to="annotations.annotation",
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="annotations.referencelabel",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="CampaignCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "sequence",
                    models.PositiveIntegerField(
                        help_text="1, 2, 3 … within the campaign; clocks can go back"
                    ),
                ),
                (
                    "check_name",
                    models.CharField(
                        choices=[
                            ("labels_touch", "A BAC label touches no microcalcification label"),
                            ("empty_but_yes", "Where the answer is yes, something is labelled as BAC"),
                            ("labelled_but_no", "Where the answer is no, nothing is labelled as BAC"),
                            ("outside_breast", "No label lies outside the breast"),
                            ("small_group", "A group holds at least so many microcalcifications"),
                            ("tiny_piece", "A piece of BAC has at least so many pixels"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "strictness",
                    models.CharField(
                        choices=[("off", "Off"), ("warn", "Warn"), ("bar", "Bar")], max_length=8
                    ),
                ),
                (
                    "limit",
                    models.PositiveIntegerField(help_text="The number in checks that have one", null=True),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaign_checks",
                        to="annotations.reader",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="annotations.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "sequence"],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "sequence"), name="campaign_check_in_order")
                ],
            },
        ),
        migrations.CreateModel(
            name="CorrectionBatchItem",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="annotations.correctionbatch",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batch_items",
                        to="annotations.correctionrun",
                    ),
                ),
            ],
            options={
                "ordering": ["batch", "created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "run"), name="correction_batch_item_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="referenceexam",
            constraint=models.UniqueConstraint(fields=("campaign", "study"), name="reference_exam_once"),
        ),
        migrations.AddConstraint(
            model_name="referenceexam",
            constraint=models.CheckConstraint(
                condition=models.Q(("maximum_tries__gte", 1)), name="reference_exam_can_be_read"
            ),
        ),
        migrations.AddConstraint(
            model_name="referencelabel",
            constraint=models.UniqueConstraint(fields=("exam", "mammogram"), name="reference_label_once"),
        ),
    ] + [
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {table};",
        )
        for table in TABLES
    ]
