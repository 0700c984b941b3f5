from annotations.models import DatasetVersion, TrainingRun

from .reader import make_reader

CURVE = [
    {"epoch": 1, "training_loss": 0.9, "validation_loss": 0.95, "learning_rate": 0.001},
    {"epoch": 2, "training_loss": 0.6, "validation_loss": 0.7, "learning_rate": 0.001},
    {"epoch": 3, "training_loss": 0.5, "validation_loss": 0.8, "learning_rate": 0.001},
]


def make_training_run(version: DatasetVersion, **fields: object) -> TrainingRun:
    """Make a run with a curve of three epochs that no worker has been told of."""
    asked = {
        "recipe": "segment_try_out",
        "config": "recipe: segment  # of a test",
        "seed": 7,
        "total": 5,
        "curve": CURVE,
        "requested_by": make_reader("data_scientist"),
    }
    return TrainingRun.objects.create(dataset_version=version, **{**asked, **fields})
