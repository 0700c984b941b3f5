"""Where training images and their labels come from."""

from ml.training.source.dataset import DatasetSource
from ml.training.source.example import Example, Listing, Source
from ml.training.source.phantoms import PhantomSource

__all__ = ["DatasetSource", "Example", "Listing", "PhantomSource", "Source"]
