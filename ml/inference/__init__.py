"""From a mammogram and a network to a probability for each pixel, for the image, or for its patches."""

from ml.inference.breast_image import BreastImage, breast_image
from ml.inference.choice import choose_engine, load_fast_predictor
from ml.inference.engine import Engine, TorchEngine, best_device
from ml.inference.golden import golden_image
from ml.inference.image_scorer import ImageScorer
from ml.inference.intensity import (
    PredictArguments,
    predict_arguments,
    scale_by_header,
    to_eight_bit_scale,
)
from ml.inference.patch_scorer import PatchScorer, patch_input, patch_plane
from ml.inference.predictor import Predictor, load_predictor
from ml.inference.preparation import median_filter, network_input, network_size, prepare_image, resample
from ml.inference.task import check_task
from ml.inference.tiles import inside_white_frame, is_empty_tile, tile_corners
from ml.inference.whole_image import WholeFrame, whole_frame

__all__ = [
    "BreastImage",
    "Engine",
    "ImageScorer",
    "PatchScorer",
    "PredictArguments",
    "Predictor",
    "TorchEngine",
    "WholeFrame",
    "best_device",
    "breast_image",
    "check_task",
    "choose_engine",
    "golden_image",
    "inside_white_frame",
    "is_empty_tile",
    "load_fast_predictor",
    "load_predictor",
    "median_filter",
    "network_input",
    "network_size",
    "patch_input",
    "patch_plane",
    "predict_arguments",
    "prepare_image",
    "resample",
    "scale_by_header",
    "tile_corners",
    "to_eight_bit_scale",
    "whole_frame",
]
