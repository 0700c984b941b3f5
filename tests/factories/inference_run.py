import numpy as np

from annotations.domain.content import put_content
from annotations.enums import RunState
from annotations.models import InferenceRun, Mammogram, ModelVersion, Reader
from ml import masks

from .mammogram import make_mammogram
from .model_version import make_model_version
from .reader import make_reader


def make_inference_run(
    mammogram: Mammogram | None = None,
    *,
    model_version: ModelVersion | None = None,
    requested_by: Reader | None = None,
    state: str = RunState.QUEUED,
    **fields: object,
) -> InferenceRun:
    """Make a run in a state; a succeeded one has a stored probability map, 0 everywhere but one corner."""
    mammogram = mammogram or make_mammogram()
    if state == RunState.SUCCEEDED:
        fields.setdefault("probability_sha256", _put_probability(mammogram))
    return InferenceRun.objects.create(
        mammogram=mammogram,
        model_version=model_version or make_model_version(),
        requested_by=requested_by or make_reader(),
        state=state,
        **fields,
    )


def _put_probability(mammogram: Mammogram) -> str:
    certain = np.zeros((mammogram.rows, mammogram.columns), dtype=bool)
    certain[:2, :2] = True
    return put_content(masks.to_png(masks.from_dense(certain)))
