import torch

from annotations.domain.content import put_content
from annotations.models import ModelVersion
from ml.networks import build_network, pack_weights

from .model_card import make_model_card
from .model_version import make_model_version

TILE_PX = 64


def make_model_with_weights(**fields: object) -> ModelVersion:
    """Make a model of random weights that really runs, on tiles small enough for a test."""
    torch.manual_seed(3)
    card = make_model_card(pixel_spacing_mm=0.07, tile_px=TILE_PX)
    weights = pack_weights(build_network("scunet"), card)
    put_content(weights.bytes_of_safetensors)
    return make_model_version(weights_sha256=weights.sha256, **fields)
