"""Remember what a reader made of each piece that a model proposed."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

TABLE = "annotations_proposaldecision"


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0008_hanging"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProposalDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "value",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("trimmed", "A part of it accepted"),
                            ("rejected", "Rejected"),
                            ("reopened", "Asked again"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "piece",
                    models.BinaryField(
                        help_text="The piece as proposed, in the codec of docs/mask_format.md"
                    ),
                ),
                ("cutoff", models.FloatField(help_text="Probability from which on pixels were proposed")),
                (
                    "annotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal_decisions",
                        to="annotations.annotation",
                    ),
                ),
                (
                    "inference_run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal_decisions",
                        to="annotations.inferencerun",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {TABLE};",
        ),
    ]
