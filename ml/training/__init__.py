"""Training recipes."""

from ml.training.config import Recipe, read_recipe
from ml.training.run_recipe import run_recipe
from ml.training.train import train
from ml.training.world import World, open_world

__all__ = ["Recipe", "World", "open_world", "read_recipe", "run_recipe", "train"]
