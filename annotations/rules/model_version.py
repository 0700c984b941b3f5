"""Models: which of them a person may run."""

from django.db.models import QuerySet

from annotations.enums import ModelLabel, ModelState, ModelTask, Role
from annotations.models import ModelVersion, Reader


def model_versions_usable_by(reader: Reader) -> QuerySet[ModelVersion]:
    """Models that she may run on an image to see what they mark: what is in use, and to try out, candidates.

    Proposals are drawn and accepted as BAC, so models of another label are not among them.
    """
    states = [ModelState.ACTIVE]
    if reader.role == Role.DATA_SCIENTIST:
        states.append(ModelState.CANDIDATE)
    marking = ModelVersion.objects.filter(task=ModelTask.SEGMENTATION, label=ModelLabel.BAC)
    return marking.filter(state__in=states)
