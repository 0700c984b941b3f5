"""Let a person say how often she is told of submitted exams."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0023_list_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='emailchoice',
            name='pace',
            field=models.CharField(choices=[('hour', 'At most once an hour for each campaign'), ('day', 'Once a day for each campaign, in the morning')], default='hour', help_text='How often she is told of exams that were submitted', max_length=8),
        ),
    ]
