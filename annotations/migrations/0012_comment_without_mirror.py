"""Leave out of a comment which way round its image hung: every page hangs it by itself."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0011_helping_map_view"),
    ]

    operations = [
        migrations.RemoveField(model_name="comment", name="is_mirrored"),
    ]
