"""Keep which exams were taken out of a campaign, and why."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

TABLE = "annotations_examwithdrawal"


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0017_quality_while_reading"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExamWithdrawal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.TextField()),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exam_withdrawals",
                        to="annotations.reader",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="annotations.study",
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "study"), name="exam_withdrawn_once")
                ],
            },
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {TABLE};",
        ),
    ]
