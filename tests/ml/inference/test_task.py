"""A network is run by what it is for, and by nothing else."""

import pytest
import torch

from ml.errors import PredictionRefusedError
from ml.inference import ImageScorer, PatchScorer, Predictor
from ml.networks import build_network, pack_weights
from tests.factories.model_card import make_model_card

NETWORKS = {
    "segmentation": ("scunet", {}),
    "image_classification": ("mobilenet", {"input": "whole", "input_rows": 64, "input_columns": 64}),
    "patch_classification": ("resnet18", {}),
}
RUN_BY = {"segmentation": Predictor, "image_classification": ImageScorer, "patch_classification": PatchScorer}
COMMANDS = {
    "segmentation": "python -m ml predict",
    "image_classification": "python -m ml explain",
    "patch_classification": "python -m ml explain",
}


@pytest.mark.parametrize("task", NETWORKS)
def test_network_for_something_else_is_refused_and_the_right_command_named(task):
    torch.manual_seed(1)
    name, facts = NETWORKS[task]
    weights = pack_weights(build_network(name), make_model_card(architecture=name, task=task, **facts))

    assert RUN_BY[task](weights).card.task == task
    for other in set(RUN_BY) - {task}:
        with pytest.raises(PredictionRefusedError) as refused:
            RUN_BY[other](weights)
        assert refused.value.code == "wrong_task"
        assert COMMANDS[task] in refused.value.message
