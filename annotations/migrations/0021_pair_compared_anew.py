"""Compare readings anew where definitions change or the size of a pixel becomes known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0020_agreement"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="readingpair",
            name="reading_pair_once",
        ),
        migrations.RemoveIndex(
            model_name="readingpair",
            name="pair_of_campaign",
        ),
        migrations.RemoveField(
            model_name="readingpair",
            name="definition_version",
        ),
        migrations.AddIndex(
            model_name="readingpair",
            index=models.Index(fields=["campaign", "label"], name="pair_of_campaign"),
        ),
        migrations.AddConstraint(
            model_name="readingpair",
            constraint=models.UniqueConstraint(
                fields=("first", "second", "label", "comparison"), name="reading_pair_once"
            ),
        ),
    ]
