"""From a mammogram and a network to a probability for each pixel."""

from ml.inference.intensity import PredictArguments, predict_arguments, to_eight_bit_scale
from ml.inference.predictor import Predictor, load_predictor, prepare_image, resample
from ml.inference.tiles import inside_white_frame, is_empty_tile, tile_corners

__all__ = [
    "PredictArguments",
    "Predictor",
    "inside_white_frame",
    "is_empty_tile",
    "load_predictor",
    "predict_arguments",
    "prepare_image",
    "resample",
    "tile_corners",
    "to_eight_bit_scale",
]
