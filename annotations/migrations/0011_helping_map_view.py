"""Remember a look at a map that helps, as a look at a model's proposal is remembered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0010_image_maps"),
    ]

    operations = [
        migrations.AddField(
            model_name="preannotationview",
            name="image_map",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="views",
                to="annotations.imagemap",
            ),
        ),
        migrations.AlterField(
            model_name="preannotationview",
            name="inference_run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="views",
                to="annotations.inferencerun",
            ),
        ),
        migrations.AddConstraint(
            model_name="preannotationview",
            constraint=models.CheckConstraint(
                name="preannotation_view_of_one_thing",
                condition=models.Q(inference_run__isnull=False, image_map__isnull=True)
                | models.Q(inference_run__isnull=True, image_map__isnull=False),
            ),
        ),
    ]
