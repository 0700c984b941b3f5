"""From a mammogram and a network to a probability for each pixel."""

from ml.inference.choice import choose_engine, load_fast_predictor
from ml.inference.engine import Engine, TorchEngine, best_device
from ml.inference.golden import golden_image
from ml.inference.intensity import PredictArguments, predict_arguments, to_eight_bit_scale
from ml.inference.predictor import Predictor, load_predictor
from ml.inference.preparation import median_filter, prepare_image, resample
from ml.inference.tiles import inside_white_frame, is_empty_tile, tile_corners
from ml.inference.whole_image import WholeFrame, whole_frame

__all__ = [
    "Engine",
    "PredictArguments",
    "Predictor",
    "TorchEngine",
    "WholeFrame",
    "best_device",
    "choose_engine",
    "golden_image",
    "inside_white_frame",
    "is_empty_tile",
    "load_fast_predictor",
    "load_predictor",
    "median_filter",
    "predict_arguments",
    "prepare_image",
    "resample",
    "tile_corners",
    "to_eight_bit_scale",
    "whole_frame",
]
