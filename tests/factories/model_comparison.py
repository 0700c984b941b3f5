from annotations.models import Annotation, DatasetVersion, ModelComparison, ModelComparisonReport

from .model_version import make_model_version
from .reader import make_reader


def make_model_comparison(version: DatasetVersion, reading: Annotation) -> ModelComparison:
    """Make a finished comparison over one reading, as if a worker had done it."""
    scores = {"dice": 0.5, "dice_l_sym": 0.6, "area_reference_px": 86, "area_candidate_px": 90}
    case = {
        "item": 1,
        "annotation": str(reading.id),
        "patient": reading.mammogram.study.patient.code,
        "view": reading.mammogram.view,
        "first": scores,
        "second": {**scores, "dice": 0.4},
    }
    run = ModelComparison.objects.create(
        first=make_model_version(),
        second=make_model_version(),
        dataset_version=version,
        requested_by=make_reader("data_scientist"),
        state="succeeded",
        done=1,
        total=1,
        cases=[case],
    )
    figure = {"n_images": 1, "first": None, "second": None, "difference": None, "test": None}
    ModelComparisonReport.objects.create(
        run=run,
        figures={"dice": figure, "dice_l_sym": figure},
        cases=[case],
        definitions={"dice": "overlap", "dice_l_sym": "overlap of lines"},
    )
    return run
