"""Keep how exams were given out, who reads in a campaign, and readings that wait for whoever comes."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

TABLE = "annotations_readingplan"
# Whoever has exams of a campaign reads in it.
JOIN_READERS = """
    INSERT INTO annotations_campaignreader (id, campaign_id, reader_id, created_at)
    SELECT gen_random_uuid(), campaign_id, reader_id, min(created_at)
    FROM annotations_assignment GROUP BY campaign_id, reader_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0014_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadingPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("seed", models.PositiveBigIntegerField()),
                ("parameters", models.JSONField(help_text="As docs/campaigns.md lists them")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reading_plans",
                        to="annotations.reader",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="annotations.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "created_at"],
            },
        ),
        migrations.AddField(
            model_name="assignment",
            name="plan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="annotations.readingplan",
            ),
        ),
        migrations.CreateModel(
            name="CampaignReader",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readers",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns_read",
                        to="annotations.reader",
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "reader"), name="campaign_reader_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PoolSlot",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("number", models.PositiveSmallIntegerField(help_text="1, 2, 3 … within the exam")),
                ("position", models.PositiveIntegerField(help_text="Random place in the pool")),
                ("priority", models.SmallIntegerField(default=0, help_text="Higher is read first")),
                ("due_on", models.DateField(null=True)),
                ("shows_preannotation", models.BooleanField(default=True)),
                ("lease_until", models.DateTimeField(null=True)),
                (
                    "closed_at",
                    models.DateTimeField(
                        help_text="From then on it is not given out: exam withdrawn", null=True
                    ),
                ),
                (
                    "assignment",
                    models.OneToOneField(
                        help_text="Who has it",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pool_slot",
                        to="annotations.assignment",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pool_slots",
                        to="annotations.campaign",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pool_slots",
                        to="annotations.study",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pool_slots",
                        to="annotations.readingplan",
                    ),
                ),
            ],
            options={
                "ordering": ["-priority", "due_on", "position"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("assignment__isnull", True), ("closed_at__isnull", True)),
                        fields=["campaign", "-priority", "due_on", "position"],
                        name="pool_slot_free",
                    ),
                    models.Index(
                        condition=models.Q(("assignment__isnull", False)),
                        fields=["lease_until"],
                        name="pool_slot_lease",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "study", "number"), name="pool_slot_numbered_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("assignment__isnull", True), ("lease_until__isnull", True)),
                            models.Q(("assignment__isnull", False), ("lease_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="pool_slot_taken_has_lease",
                    ),
                ],
            },
        ),
        migrations.RunSQL(JOIN_READERS, migrations.RunSQL.noop),
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {TABLE};",
        ),
    ]
