"""Find the newest images, and who was active of late, without reading the whole table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0022_re_annotation"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="mammogram",
            index=models.Index(fields=["-created_at", "-id"], name="mammogram_newest"),
        ),
        migrations.AddIndex(
            model_name="readinginterval",
            index=models.Index(fields=["started_at"], name="reading_interval_recent"),
        ),
    ]
