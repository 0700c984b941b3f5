"""Number decisions in their order within a run: a clock can be set back, a number cannot."""

from django.db import migrations, models

# The trigger guards people's words, not the number that is given to them here.
NUMBER_EXISTING = """
ALTER TABLE annotations_correctiondecision DISABLE TRIGGER written_once;
UPDATE annotations_correctiondecision SET sequence = ordered.number
FROM (
    SELECT decision.id, row_number() OVER (
        PARTITION BY component.run_id ORDER BY decision.created_at, decision.id
    ) AS number
    FROM annotations_correctiondecision decision
    JOIN annotations_correctioncomponent component ON component.id = decision.component_id
) ordered
WHERE ordered.id = annotations_correctiondecision.id;
ALTER TABLE annotations_correctiondecision ENABLE TRIGGER written_once;
"""


class Migration(migrations.Migration):
    dependencies = [("annotations", "0003_preannotation_view")]

    operations = [
        migrations.AddField(
            model_name="correctiondecision",
            name="sequence",
            field=models.PositiveIntegerField(
                default=0, help_text="1, 2, 3 … within the run; clocks can go back"
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(NUMBER_EXISTING, migrations.RunSQL.noop),
        migrations.AlterModelOptions(
            name="correctiondecision", options={"ordering": ["component", "sequence"]}
        ),
        migrations.AddConstraint(
            model_name="correctiondecision",
            constraint=models.UniqueConstraint(
                fields=["component", "sequence"], name="correction_decision_in_order"
            ),
        ),
    ]
