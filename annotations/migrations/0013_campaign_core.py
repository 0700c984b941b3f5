"""Say of a campaign how it is read: versions of the guideline, help by lot, order, dates, and how exams end."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


TABLE = "annotations_guideline"


def carry_over(apps, _schema_editor):
    """Keep what was said of campaigns so far: the guideline as version 1, and whether models were shown."""
    campaigns = apps.get_model("annotations", "Campaign")
    guidelines = apps.get_model("annotations", "Guideline")
    assignments = apps.get_model("annotations", "Assignment")
    campaigns.objects.filter(shows_preannotation=False).update(preannotation="hidden")
    assignments.objects.filter(campaign__shows_preannotation=False).update(shows_preannotation=False)
    guidelines.objects.bulk_create(
        guidelines(campaign=campaign, number=1, text=campaign.guideline)
        for campaign in campaigns.objects.exclude(guideline="")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0012_comment_without_mirror"),
    ]

    operations = [
        migrations.CreateModel(
            name="Guideline",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("number", models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign")),
                ("text", models.TextField()),
            ],
            options={
                "ordering": ["campaign", "number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="assignment",
            name="assignment_submitted_has_time",
        ),
        migrations.AddField(
            model_name="assignment",
            name="batch",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="assignment",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="end_reason",
            field=models.TextField(blank=True, help_text="Why it was skipped or withdrawn"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="ended_at",
            field=models.DateTimeField(help_text="When it was skipped or withdrawn", null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="grade",
            field=models.CharField(
                blank=True, choices=[("easy", "Easy"), ("medium", "Medium"), ("hard", "Hard")], max_length=8
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="opens_on",
            field=models.DateField(help_text="Not given out before: the wash-out of a repeat", null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="position",
            field=models.PositiveIntegerField(default=0, help_text="Place in this reader's own random order"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="priority",
            field=models.SmallIntegerField(default=0, help_text="Higher is read first"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="shows_preannotation",
            field=models.BooleanField(
                default=True, help_text="Whether its reader may see a model's proposal before she submits"
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="closed_at",
            field=models.DateTimeField(help_text="From then on nothing is given out", null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="gate_exams",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="Exams of each reader that an expert reviews before she gets more; 0: none",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="preannotation",
            field=models.CharField(
                choices=[
                    ("shown", "Shown"),
                    ("hidden", "Hidden"),
                    ("randomised", "Shown for a random half of the exams"),
                ],
                default="shown",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("reading", "Reading"),
                    ("training", "Training, with the answer shown after each exam"),
                ],
                default="reading",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="shows_priors",
            field=models.BooleanField(
                default=True, help_text="Whether readers may look at the patient's earlier exams"
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("submitted", "Submitted"),
                    ("skipped", "Skipped by the reader"),
                    ("withdrawn", "Withdrawn by the lead"),
                ],
                default="open",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="guideline",
            name="author",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="guidelines",
                to="annotations.reader",
            ),
        ),
        migrations.AddField(
            model_name="guideline",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="guidelines",
                to="annotations.campaign",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="guideline",
            field=models.ForeignKey(
                help_text="The version that its reader had confirmed when she began",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="annotations.guideline",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["reader", "state", "-priority", "position"], name="assignment_next"),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["campaign", "state"], name="assignment_board"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "submitted"), ("submitted_at__isnull", False)),
                    models.Q(models.Q(("state", "submitted"), _negated=True), ("submitted_at__isnull", True)),
                    _connector="OR",
                ),
                name="assignment_submitted_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("end_reason", ""), ("ended_at__isnull", True), ("state__in", ["open", "submitted"])
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["skipped", "withdrawn"]),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="assignment_end_has_time_and_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="guideline",
            constraint=models.UniqueConstraint(fields=("campaign", "number"), name="guideline_numbered_once"),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        # Rows with foreign keys were just written; the table cannot change before these are checked.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="campaign",
            name="guideline",
        ),
        migrations.RemoveField(
            model_name="campaign",
            name="shows_preannotation",
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();",
            f"DROP TRIGGER written_once ON {TABLE};",
        ),
    ]
