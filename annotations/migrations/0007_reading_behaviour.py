"""Keep how images were read: time at work, what was seen, comments, and a person's own keys."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY_TABLES = [
    "annotations_breastarea",
    "annotations_comment",
    "annotations_commentevent",
    "annotations_commentmention",
    "annotations_coveragerecord",
    "annotations_readinginterval",
]


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0006_annotation_branch"),
    ]

    operations = [
        migrations.CreateModel(
            name="BreastArea",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "cells",
                    models.BinaryField(help_text="One bit for each cell, row by row, highest bit first"),
                ),
                (
                    "is_found",
                    models.BooleanField(help_text="False: no breast was told from air, so every cell counts"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("text", models.TextField()),
                ("x_px", models.FloatField(help_text="Image px, to the right; pixel i covers [i, i + 1)")),
                ("y_px", models.FloatField(help_text="Image px, downwards")),
                ("centre_x_px", models.FloatField(help_text="Image px in the middle of the canvas")),
                ("centre_y_px", models.FloatField()),
                ("scale", models.FloatField(help_text="Canvas px for each image px")),
                ("window_center", models.FloatField(help_text="In rescaled values")),
                ("window_width", models.FloatField()),
                ("is_inverted", models.BooleanField(default=False)),
                ("is_mirrored", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["annotation", "created_at"],
            },
        ),
        migrations.CreateModel(
            name="CommentEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "sequence",
                    models.PositiveIntegerField(help_text="1, 2, 3 … within the comment; clocks can go back"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("reply", "Reply"), ("resolve", "Resolve"), ("reopen", "Open again")],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["comment", "sequence"],
            },
        ),
        migrations.CreateModel(
            name="CommentMention",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="CoverageRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("cells", models.BinaryField(help_text="As in BreastArea")),
            ],
            options={
                "ordering": ["annotation", "created_at"],
            },
        ),
        migrations.CreateModel(
            name="ReaderPreferences",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "keys",
                    models.JSONField(
                        default=dict, help_text="Keys by name of the action; only those she changed"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReadingInterval",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(help_text="By the server's clock")),
                ("duration_ms", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["annotation", "started_at"],
            },
        ),
        migrations.AddField(
            model_name="campaign",
            name="coverage_share_required",
            field=models.FloatField(
                help_text="Share of the breast to be seen at 1:1 before submission; empty: none",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("coverage_share_required__isnull", True),
                    models.Q(("coverage_share_required__gt", 0), ("coverage_share_required__lte", 1)),
                    _connector="OR",
                ),
                name="campaign_coverage_is_a_share",
            ),
        ),
        migrations.AddField(
            model_name="breastarea",
            name="mammogram",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="breast_area",
                to="annotations.mammogram",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="annotation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="annotations.annotation",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="annotations.reader"
            ),
        ),
        migrations.AddField(
            model_name="commentevent",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comment_events",
                to="annotations.reader",
            ),
        ),
        migrations.AddField(
            model_name="commentevent",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="annotations.comment"
            ),
        ),
        migrations.AddField(
            model_name="commentmention",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="mentions", to="annotations.comment"
            ),
        ),
        migrations.AddField(
            model_name="commentmention",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comment_mentions",
                to="annotations.reader",
            ),
        ),
        migrations.AddField(
            model_name="coveragerecord",
            name="annotation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coverage_records",
                to="annotations.annotation",
            ),
        ),
        migrations.AddField(
            model_name="readerpreferences",
            name="reader",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="preferences",
                to="annotations.reader",
            ),
        ),
        migrations.AddField(
            model_name="readinginterval",
            name="annotation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reading_intervals",
                to="annotations.annotation",
            ),
        ),
        migrations.AddConstraint(
            model_name="commentevent",
            constraint=models.UniqueConstraint(fields=("comment", "sequence"), name="comment_event_in_order"),
        ),
        migrations.AddConstraint(
            model_name="commentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "reply"), _negated=True),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="comment_reply_has_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="commentmention",
            constraint=models.UniqueConstraint(fields=("comment", "reader"), name="mention_once_per_comment"),
        ),
        migrations.AddConstraint(
            model_name="readinginterval",
            constraint=models.CheckConstraint(
                condition=models.Q(("duration_ms__gt", 0)), name="reading_interval_lasts"
            ),
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
