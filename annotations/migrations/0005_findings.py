"""Let an operation carry a finding, and name the tools of the reading room."""

from django.db import migrations, models

TOOLS = [
    ("brush", "Brush"),
    ("eraser", "Eraser"),
    ("polyline", "Line"),
    ("follow", "Vessel follower"),
    ("tube", "Line with the width of the image"),
    ("join", "Join"),
    ("split", "Split"),
    ("fill", "Fill"),
    ("lasso", "Lasso"),
    ("reclassify", "Change of label"),
    ("trim", "Trim"),
    ("undo", "Undo"),
    ("redo", "Redo"),
    ("accept_prediction", "Accept prediction"),
    ("accept_correction", "Accept correction"),
    ("merge", "Merge of a branch"),
    ("restore", "Return to an earlier state"),
    ("clear", "Clear"),
    ("correction", "Label correction"),
]


class Migration(migrations.Migration):
    dependencies = [("annotations", "0004_decision_sequence")]

    operations = [
        migrations.RemoveConstraint(model_name="annotationoperation", name="operation_is_mask_or_answer"),
        migrations.AddField(
            model_name="annotationoperation",
            name="finding",
            field=models.JSONField(help_text="A finding as it is from here on, or its removal", null=True),
        ),
        migrations.AlterField(
            model_name="annotationoperation",
            name="kind",
            field=models.CharField(
                choices=[("mask", "Mask"), ("answer", "Answer"), ("finding", "Finding")], max_length=8
            ),
        ),
        migrations.AlterField(
            model_name="annotationoperation",
            name="tool",
            field=models.CharField(blank=True, choices=TOOLS, max_length=32),
        ),
        migrations.AddConstraint(
            model_name="annotationoperation",
            constraint=models.CheckConstraint(
                condition=models.Q(kind="mask", patch__isnull=False, finding__isnull=True)
                & ~models.Q(label="")
                | models.Q(kind="answer", patch__isnull=True, finding__isnull=True) & ~models.Q(answer="")
                | models.Q(kind="finding", patch__isnull=True, finding__isnull=False) & models.Q(answer=""),
                name="operation_is_of_one_kind",
            ),
        ),
    ]
