"""Training recipes."""

from ml.training.config import Recipe, read_recipe
from ml.training.train import train

__all__ = ["Recipe", "read_recipe", "train"]
