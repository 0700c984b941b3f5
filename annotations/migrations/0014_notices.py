"""Tell people and machines of a hand-over: e-mails a person chose, signed webhooks, each attempt kept."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

TABLE = "annotations_noticeattempt"
EVENTS = [
    ("exam_submitted", "An exam was submitted and waits for a review"),
    ("review_returned", "A reviewed exam came back to its reader"),
    ("gate_opened", "All first exams of a reader are reviewed; the rest is open"),
    ("batch_done", "The last exam of a batch was read"),
    ("campaign_done", "The last exam of a campaign was read"),
    ("adjudication_waiting", "Disagreements wait to be resolved"),
]


def record_fields():
    return [
        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
        ("created_at", models.DateTimeField(auto_now_add=True)),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0013_campaign_core"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmailChoice",
            fields=[
                *record_fields(),
                ("events", models.JSONField(default=list, help_text="Names of events (NoticeEvent)")),
                (
                    "reader",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="email_choice",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                *record_fields(),
                ("address", models.URLField(max_length=500)),
                ("events", models.JSONField(help_text="Names of events (NoticeEvent)")),
                ("ended_at", models.DateTimeField(help_text="From then on nothing is sent there", null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to="annotations.reader",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        help_text="Empty: of every one",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to="annotations.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="NoticeDelivery",
            fields=[
                *record_fields(),
                ("event", models.CharField(choices=EVENTS, max_length=32)),
                (
                    "body",
                    models.JSONField(
                        default=dict,
                        help_text="What a webhook is sent: ids and numbers, nothing of a patient",
                    ),
                ),
                (
                    "count",
                    models.PositiveIntegerField(default=1, help_text="Equal events that one e-mail tells of"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("delivered", "Delivered"), ("dead", "Given up")],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                (
                    "attempt",
                    models.PositiveSmallIntegerField(default=0, help_text="Counted at the claim, capped"),
                ),
                (
                    "next_try_at",
                    models.DateTimeField(
                        help_text="A claim moves it on: who dies while sending is replaced then"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="annotations.reader",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="annotations.webhook",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "notice deliveries",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="NoticeAttempt",
            fields=[
                *record_fields(),
                ("number", models.PositiveSmallIntegerField(help_text="1, 2, 3 …")),
                ("is_delivered", models.BooleanField()),
                (
                    "status_code",
                    models.PositiveSmallIntegerField(
                        help_text="Of a webhook's answer, if one came", null=True
                    ),
                ),
                ("error", models.TextField(blank=True)),
                ("took_ms", models.PositiveIntegerField()),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="annotations.noticedelivery",
                    ),
                ),
            ],
            options={
                "ordering": ["delivery", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("delivery", "number"), name="notice_attempt_numbered_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="noticedelivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["next_try_at"], name="notice_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticedelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reader__isnull", True), ("webhook__isnull", False)),
                    models.Q(("reader__isnull", False), ("webhook__isnull", True)),
                    _connector="OR",
                ),
                name="notice_goes_to_one",
            ),
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {TABLE};",
        ),
    ]
