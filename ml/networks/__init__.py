"""Networks, their weights and model cards."""

from ml.networks.builder import ARCHITECTURES, build_network, count_parameters
from ml.networks.checkpoint import (
    SHIPPED_CHECKPOINT,
    ImportedWeights,
    import_checkpoint,
    load_network,
    pack_weights,
)
from ml.networks.encoder_weights import load_encoder_weights
from ml.networks.image_classifiers import ImageClassifier
from ml.networks.model_card import ModelCard
from ml.networks.scunet import ScuNet

__all__ = [
    "ARCHITECTURES",
    "SHIPPED_CHECKPOINT",
    "ImageClassifier",
    "ImportedWeights",
    "ModelCard",
    "ScuNet",
    "build_network",
    "count_parameters",
    "import_checkpoint",
    "load_encoder_weights",
    "load_network",
    "pack_weights",
]
