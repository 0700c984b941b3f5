import torch

from annotations.domain.content import put_content
from annotations.models import ModelVersion
from ml.networks import ModelCard, build_network, pack_weights

from .model_version import make_model_version

TILE_PX = 64


def make_model_with_weights(**fields: object) -> ModelVersion:
    """Make a model of random weights that really runs, on tiles small enough for a test."""
    torch.manual_seed(3)
    card = ModelCard(
        name="random",
        version="1",
        architecture="scunet",
        output="logit",
        mean=0.4,
        standard_deviation=0.2,
        pixel_spacing_mm=0.07,
        cutoff=0.5,
        training_data="none",
        synthetic_only=True,
        source="made in a test",
        licence="MIT",
        parameters=169_711,
        tile_px=TILE_PX,
        overlap_px=16,
    )
    weights = pack_weights(build_network("scunet"), card)
    put_content(weights.bytes_of_safetensors)
    return make_model_version(weights_sha256=weights.sha256, **fields)
