"""Let the withdrawal of an exam be taken back, and the exam be withdrawn once more."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

TABLE = "annotations_examreinstatement"


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0024_email_pace"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="examwithdrawal", name="exam_withdrawn_once"),
        migrations.CreateModel(
            name="ExamReinstatement",
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
                        related_name="exam_reinstatements",
                        to="annotations.reader",
                    ),
                ),
                (
                    "withdrawal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reinstatement",
                        to="annotations.examwithdrawal",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {TABLE};",
        ),
    ]
