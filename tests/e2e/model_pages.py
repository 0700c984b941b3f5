"""What the pages of models show: a model with its card, a training, a comparison, a batch."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotations.models import Annotation, DatasetVersion, Reader


def make_model_pages(
    people: "Mapping[str, Reader]", reading: "Annotation", version: "DatasetVersion"
) -> dict[str, str]:
    """Write them; give the addresses by the names that the test of accessibility has for them."""
    from annotations.models import InferenceBatch, InferenceBatchItem  # noqa: PLC0415 - Django first
    from tests.factories.inference_run import make_inference_run  # noqa: PLC0415 - Django first
    from tests.factories.model_comparison import make_model_comparison  # noqa: PLC0415 - Django first
    from tests.factories.model_version import make_model_version  # noqa: PLC0415 - Django first
    from tests.factories.training_run import make_training_run  # noqa: PLC0415 - Django first

    model = make_model_version()
    batch = InferenceBatch.objects.create(
        campaign=reading.assignment.campaign, model_version=model, requested_by=people["administrator"]
    )
    InferenceBatchItem.objects.create(
        batch=batch, run=make_inference_run(reading.mammogram, model_version=model)
    )
    return {
        "model": f"/models/{model.id}/",
        "model over a campaign": f"/models/batches/{batch.id}/",
        "training": f"/models/training/{make_training_run(version).id}/",
        "comparison of models": f"/models/compare/{make_model_comparison(version, reading).id}/",
    }
