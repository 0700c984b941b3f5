"""Tasks of the worker: ids in, one domain function called. Importing this package registers them all."""

from . import correction, image_map, inference, notice, sweep

__all__ = ["correction", "image_map", "inference", "notice", "sweep"]
