"""Keep beside an annotation what could not join it by itself, and what people decided about it."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY_TABLES = [
    "annotations_annotationbranch",
    "annotations_branchoperation",
    "annotations_branchdecision",
]


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0005_findings"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnnotationBranch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("overlap", "Overlaps what was changed elsewhere meanwhile"),
                            ("late", "Came after the annotation was submitted"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "base_version",
                    models.PositiveIntegerField(
                        help_text="Of the annotation that the first change was made on"
                    ),
                ),
                (
                    "annotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="annotations.annotation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "annotation branches",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="BranchDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "sequence",
                    models.PositiveIntegerField(help_text="1, 2, 3 … within the branch; clocks can go back"),
                ),
                (
                    "value",
                    models.CharField(
                        choices=[("merged", "Merged"), ("left_aside", "Left aside")], max_length=16
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="annotations.annotationbranch",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branch_decisions",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "ordering": ["branch", "sequence"],
                "constraints": [
                    models.UniqueConstraint(fields=("branch", "sequence"), name="branch_decision_in_order")
                ],
            },
        ),
        migrations.CreateModel(
            name="BranchOperation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "sequence",
                    models.PositiveIntegerField(help_text="1, 2, 3 … without gaps within the branch"),
                ),
                ("kind", models.CharField(max_length=8)),
                ("label", models.CharField(blank=True, max_length=32)),
                ("tool", models.CharField(blank=True, max_length=32)),
                (
                    "sets",
                    models.BinaryField(
                        help_text="Pixels turned on, in the codec of docs/mask_format.md", null=True
                    ),
                ),
                ("clears", models.BinaryField(help_text="Pixels turned off", null=True)),
                (
                    "content",
                    models.JSONField(
                        default=dict, help_text="The answer or finding, where it is not of masks"
                    ),
                ),
                ("details", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(help_text="By the browser")),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to="annotations.annotationbranch",
                    ),
                ),
            ],
            options={
                "ordering": ["branch", "sequence"],
                "constraints": [
                    models.UniqueConstraint(fields=("branch", "sequence"), name="branch_sequence_gapless")
                ],
            },
        ),
        migrations.RunSQL(
            [
                f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();"
                for table in APPEND_ONLY_TABLES
            ],
            [f"DROP TRIGGER written_once ON {table};" for table in APPEND_ONLY_TABLES],
        ),
    ]
