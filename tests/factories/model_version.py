import hashlib
from pathlib import Path

from annotations.domain.model_state import active_model, change_state
from annotations.enums import ModelState
from annotations.models import ModelVersion
from tests.factories.numbering import NUMBERS


def make_model_version(**fields: object) -> ModelVersion:
    """Make the row of a phantom-trained SCU-Net whose weights file does not exist.

    Without a `state` it is active where no other is, as the first model of a site.
    """
    number = next(NUMBERS)
    card = {
        "name": f"SCU-Net {number}",
        "version": "1",
        "architecture": "scunet",
        "output": "logit",
        "training_data": "phantoms",
        "source": "made in a test",
        "licence": "MIT",
        "parameters": 169_711,
        "pixel_spacing_mm": 0.07,
        "evaluation": {"dice": 0.8},
    }
    defaults = {
        "name": card["name"],
        "version": card["version"],
        "architecture": card["architecture"],
        "weights_sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "card": card,
        "cutoff": 0.5,
        "synthetic_only": True,
    }
    state = fields.pop("state", None)
    model_version = ModelVersion.objects.create(**{**defaults, **fields})
    change_state(model_version, ModelState.CANDIDATE, actor=None, reason="made in a test")
    if state is None and active_model(task=model_version.task, label=model_version.label) is None:
        state = ModelState.ACTIVE
    if state not in (None, ModelState.CANDIDATE):
        change_state(model_version, state, actor=None, reason="made in a test")
    return model_version


def make_weights_file(path: Path, *, seed: int = 1, **card_fields: object) -> Path:
    """Write a SCU-Net with fresh weights as safetensors; `card_fields` replace fields of its card."""
    import torch  # noqa: PLC0415 - two seconds that tests without weights need not wait

    from ml import networks  # noqa: PLC0415 - as torch

    torch.manual_seed(seed)
    network = networks.build_network("scunet")
    fields = {
        "name": "Fresh SCU-Net",
        "version": "1",
        "architecture": "scunet",
        "output": "logit",
        "mean": 0.3,
        "standard_deviation": 0.2,
        "pixel_spacing_mm": 0.07,
        "cutoff": 0.5,
        "training_data": "none: fresh weights",
        "synthetic_only": True,
        "source": "made in a test",
        "licence": "MIT",
        "parameters": networks.count_parameters(network),
    }
    card = networks.ModelCard(**{**fields, **card_fields})
    path.write_bytes(networks.pack_weights(network, card).bytes_of_safetensors)
    return path
