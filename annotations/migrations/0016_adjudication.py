"""Keep what readers agree on, where they disagree, what an expert decided, and what was signed."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


APPEND_ONLY_TABLES = [
    "annotations_consensus",
    "annotations_consensussegment",
    "annotations_disagreement",
    "annotations_disagreementversion",
    "annotations_adjudicationrequest",
    "annotations_adjudicationdecision",
    "annotations_referencestandard",
    "annotations_referenceimage",
    "annotations_signoff",
]


def _record() -> list[tuple[str, models.Field]]:
    """Give what every row shares."""
    identity = models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)
    return [("id", identity), ("created_at", models.DateTimeField(auto_now_add=True))]


def _key(to: str, related_name: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to, null=null
    )


def _one(to: str, related_name: str, *, null: bool = False) -> models.OneToOneField:
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to, null=null
    )


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0015_reading_plan"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="consensus_rule",
            field=models.CharField(
                choices=[
                    ("majority", "More than half of the readers"),
                    ("staple", "STAPLE: readers weighed by how far each is to be trusted"),
                    ("unanimous", "All readers; whatever one of them left out goes to an expert"),
                ],
                default="majority",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="ConsensusRun",
            fields=[
                *_record(),
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
                    "rule",
                    models.CharField(
                        choices=[
                            ("majority", "More than half of the readers"),
                            ("staple", "STAPLE: readers weighed by how far each is to be trusted"),
                            ("unanimous", "All readers; whatever one of them left out goes to an expert"),
                        ],
                        max_length=16,
                    ),
                ),
                ("campaign", _key("annotations.campaign", "consensus_runs")),
                ("requested_by", _key("annotations.reader", "consensus_runs", null=True)),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Consensus",
            fields=[
                *_record(),
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
                ("sequence", models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("majority", "More than half of the readers"),
                            ("staple", "STAPLE: readers weighed by how far each is to be trusted"),
                            ("unanimous", "All readers; whatever one of them left out goes to an expert"),
                        ],
                        max_length=16,
                    ),
                ),
                ("readings", models.JSONField(help_text="Ids of the annotations compared, sorted")),
                ("mask", models.BinaryField()),
                ("sha256", models.CharField(help_text="Of the mask in the plain form", max_length=64)),
                ("campaign", _key("annotations.campaign", "consensuses")),
                ("mammogram", _key("annotations.mammogram", "consensuses")),
                ("run", _key("annotations.consensusrun", "consensuses")),
            ],
            options={
                "ordering": ["campaign", "sequence"],
            },
        ),
        migrations.CreateModel(
            name="Disagreement",
            fields=[
                *_record(),
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
                ("key", models.CharField(max_length=64)),
                ("mask", models.BinaryField()),
                (
                    "box",
                    models.JSONField(
                        help_text="[first row, first column, row after last, column after last]"
                    ),
                ),
                ("area_px", models.PositiveIntegerField()),
                ("length_px", models.FloatField()),
                (
                    "length_mm",
                    models.FloatField(help_text="Empty where the size of a pixel is not known", null=True),
                ),
                ("campaign", _key("annotations.campaign", "disagreements")),
                ("mammogram", _key("annotations.mammogram", "disagreements")),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="ConsensusSegment",
            fields=[
                *_record(),
                ("marked_by", models.PositiveSmallIntegerField(help_text="Readers who drew something there")),
                ("read_by", models.PositiveSmallIntegerField(help_text="Readers who read the image")),
                ("probability", models.FloatField(help_text="That it is there, by STAPLE", null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("kept", "Kept by the rule"),
                            ("left_out", "Left out by the rule"),
                            ("tied", "Tied: an expert decides"),
                        ],
                        max_length=16,
                    ),
                ),
                ("consensus", _key("annotations.consensus", "segments")),
                ("disagreement", _key("annotations.disagreement", "consensus_segments")),
            ],
        ),
        migrations.CreateModel(
            name="AdjudicationLease",
            fields=[
                *_record(),
                ("expires_at", models.DateTimeField()),
                ("reader", _key("annotations.reader", "adjudication_leases")),
                ("disagreement", _one("annotations.disagreement", "lease")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AdjudicationDecision",
            fields=[
                *_record(),
                (
                    "sequence",
                    models.PositiveIntegerField(
                        help_text="1, 2, 3 … within the campaign; clocks can go back"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("reader", "As one reader drew it"),
                            ("both", "As all together drew it"),
                            ("neither", "Nothing there"),
                            ("redraw", "Drawn anew"),
                            ("discuss", "To be discussed"),
                            ("undo", "Taken back"),
                        ],
                        max_length=16,
                    ),
                ),
                ("letter", models.CharField(blank=True, help_text="Of the version taken", max_length=1)),
                ("mask", models.BinaryField(null=True)),
                ("note", models.TextField(blank=True)),
                ("is_late", models.BooleanField(default=False)),
                ("adjudicator", _key("annotations.reader", "adjudication_decisions")),
                ("campaign", _key("annotations.campaign", "adjudication_decisions")),
                ("undoes", _one("annotations.adjudicationdecision", "undone_by", null=True)),
                ("disagreement", _key("annotations.disagreement", "decisions")),
            ],
            options={
                "ordering": ["campaign", "sequence"],
            },
        ),
        migrations.CreateModel(
            name="DisagreementVersion",
            fields=[
                *_record(),
                ("letter", models.CharField(help_text="A, B, C …", max_length=1)),
                ("mask", models.BinaryField()),
                ("area_px", models.PositiveIntegerField()),
                ("annotation", _key("annotations.annotation", "disagreement_versions")),
                ("disagreement", _key("annotations.disagreement", "versions")),
            ],
            options={
                "ordering": ["disagreement", "letter"],
            },
        ),
        migrations.CreateModel(
            name="ReferenceStandard",
            fields=[
                *_record(),
                ("number", models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign")),
                (
                    "consensus_sequence",
                    models.PositiveIntegerField(help_text="Of the last consensus that counts"),
                ),
                (
                    "decision_sequence",
                    models.PositiveIntegerField(help_text="Of the last decision that counts; 0: none"),
                ),
                (
                    "images_waiting",
                    models.PositiveIntegerField(help_text="Left out, because a segment waits for an expert"),
                ),
                (
                    "content_sha256",
                    models.CharField(help_text="Of images, labels and digests of all masks", max_length=64),
                ),
                ("built_by", _key("annotations.reader", "reference_standards")),
                ("campaign", _key("annotations.campaign", "reference_standards")),
            ],
            options={
                "ordering": ["campaign", "-number"],
            },
        ),
        migrations.CreateModel(
            name="ReferenceImage",
            fields=[
                *_record(),
                ("annotation", _key("annotations.annotation", "reference_images")),
                ("mammogram", _key("annotations.mammogram", "reference_images")),
                ("reference", _key("annotations.referencestandard", "images")),
            ],
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                *_record(),
                (
                    "name",
                    models.CharField(
                        help_text="What the person logged in with when she signed", max_length=150
                    ),
                ),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("reviewed", "Reviewed"),
                            ("approved_as_reference", "Approved as reference"),
                        ],
                        max_length=32,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("campaign", _key("annotations.campaign", "sign_offs")),
                ("reader", _key("annotations.reader", "sign_offs")),
                ("reference", _key("annotations.referencestandard", "sign_offs", null=True)),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="AdjudicationRequest",
            fields=[
                *_record(),
                ("campaign", _key("annotations.campaign", "adjudication_requests")),
                ("mammogram", _key("annotations.mammogram", "adjudication_requests")),
                ("requested_by", _key("annotations.reader", "adjudication_requests")),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "mammogram"), name="adjudication_requested_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="consensus",
            index=models.Index(
                fields=["campaign", "mammogram", "label", "-sequence"], name="consensus_latest"
            ),
        ),
        migrations.AddConstraint(
            model_name="consensus",
            constraint=models.UniqueConstraint(fields=("campaign", "sequence"), name="consensus_in_order"),
        ),
        migrations.AddConstraint(
            model_name="disagreement",
            constraint=models.UniqueConstraint(fields=("campaign", "key"), name="disagreement_once"),
        ),
        migrations.AddConstraint(
            model_name="consensussegment",
            constraint=models.UniqueConstraint(
                fields=("consensus", "disagreement"), name="segment_once_per_consensus"
            ),
        ),
        migrations.AddConstraint(
            model_name="adjudicationdecision",
            constraint=models.UniqueConstraint(fields=("campaign", "sequence"), name="adjudication_in_order"),
        ),
        migrations.AddConstraint(
            model_name="adjudicationdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice__in", ["discuss", "undo"]), ("mask__isnull", True)),
                    models.Q(
                        models.Q(("choice__in", ["discuss", "undo"]), _negated=True), ("mask__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="adjudication_mask_where_it_decides",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjudicationdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", "undo"), ("undoes__isnull", False)),
                    models.Q(models.Q(("choice", "undo"), _negated=True), ("undoes__isnull", True)),
                    _connector="OR",
                ),
                name="adjudication_undo_names_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="disagreementversion",
            constraint=models.UniqueConstraint(fields=("disagreement", "letter"), name="version_letter_once"),
        ),
        migrations.AddConstraint(
            model_name="disagreementversion",
            constraint=models.UniqueConstraint(
                fields=("disagreement", "annotation"), name="version_annotation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="referencestandard",
            constraint=models.UniqueConstraint(fields=("campaign", "number"), name="reference_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="referenceimage",
            constraint=models.UniqueConstraint(
                fields=("reference", "mammogram"), name="reference_image_once"
            ),
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
