"""Keep who confirmed a guideline, what campaigns ask, and what experts said of whole readings."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import annotations.models.campaign

APPEND_ONLY_TABLES = [
    "annotations_guidelineconfirmation",
    "annotations_campaignquestion",
    "annotations_questionend",
    "annotations_examanswer",
    "annotations_examreview",
    "annotations_reviewedimage",
]


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0018_exam_withdrawal"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="labels",
            field=models.JSONField(
                default=annotations.models.campaign.all_labels,
                help_text="What its readers label; nothing else is taken",
            ),
        ),
        migrations.AlterField(
            model_name="annotationoperation",
            name="answer",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AlterField(
            model_name="annotationoperation",
            name="question",
            field=models.CharField(
                blank=True,
                help_text="That of every image (enums.Question), or one of the campaign",
                max_length=32,
            ),
        ),
        migrations.CreateModel(
            name="CampaignQuestion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="1, 2, 3 … within the campaign; asked in this order"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(help_text="Its name in answers, exports and the API", max_length=32),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("image", "About each image"), ("exam", "About the exam")], max_length=8
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                (
                    "answers",
                    models.JSONField(help_text="The answers to choose from, in order: [[value, text], …]"),
                ),
                (
                    "is_required",
                    models.BooleanField(help_text="Whether it bars submission until it is answered"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="annotations.reader",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="annotations.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "number"],
            },
        ),
        migrations.CreateModel(
            name="ExamAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("sequence", models.PositiveIntegerField(help_text="1, 2, 3 … within the assignment")),
                ("value", models.CharField(max_length=32)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exam_answers",
                        to="annotations.assignment",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exam_answers",
                        to="annotations.campaignquestion",
                    ),
                ),
            ],
            options={
                "ordering": ["assignment", "sequence"],
            },
        ),
        migrations.CreateModel(
            name="ExamReview",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("sequence", models.PositiveIntegerField(help_text="1, 2, 3 … within the assignment")),
                (
                    "value",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("returned", "Sent back to its reader"),
                            ("reopened", "Opened again: the word before is taken back"),
                        ],
                        max_length=16,
                    ),
                ),
                ("note", models.TextField(blank=True, help_text="For the reader")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="annotations.assignment",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exam_reviews",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "ordering": ["assignment", "sequence"],
            },
        ),
        migrations.CreateModel(
            name="GuidelineConfirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="annotations.guideline",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guideline_confirmations",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="QuestionEnd",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="question_ends",
                        to="annotations.reader",
                    ),
                ),
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end",
                        to="annotations.campaignquestion",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReviewedImage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewed_as_reading",
                        to="annotations.annotation",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        help_text="What stands from here: the reading, its correction, or the copy to go on",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewed_as_result",
                        to="annotations.annotation",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="images",
                        to="annotations.examreview",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="campaignquestion",
            constraint=models.UniqueConstraint(fields=("campaign", "number"), name="question_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="campaignquestion",
            constraint=models.UniqueConstraint(fields=("campaign", "slug"), name="question_slug_once"),
        ),
        migrations.AddConstraint(
            model_name="examanswer",
            constraint=models.UniqueConstraint(
                fields=("assignment", "sequence"), name="exam_answer_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="examreview",
            constraint=models.UniqueConstraint(
                fields=("assignment", "sequence"), name="exam_review_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="guidelineconfirmation",
            constraint=models.UniqueConstraint(
                fields=("guideline", "reader"), name="guideline_confirmed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewedimage",
            constraint=models.UniqueConstraint(fields=("review", "reading"), name="reviewed_image_once"),
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
