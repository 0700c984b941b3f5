"""Tasks of the worker: ids in, one domain function called. Importing this package registers them all."""

from . import (
    agreement,
    consensus,
    correction,
    correction_batch,
    image_map,
    inference,
    inference_batch,
    model_comparison,
    notice,
    planting,
    re_annotation,
    reading_measure,
    sweep,
    training,
)

__all__ = [
    "agreement",
    "consensus",
    "correction",
    "correction_batch",
    "image_map",
    "inference",
    "inference_batch",
    "model_comparison",
    "notice",
    "planting",
    "re_annotation",
    "reading_measure",
    "sweep",
    "training",
]
