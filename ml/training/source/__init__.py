"""Where training images and their labels come from."""

from ml.training.source.dataset import DatasetSource
from ml.training.source.example import Example, Finding, Listing, Source
from ml.training.source.phantoms import PhantomSource

__all__ = ["DatasetSource", "Example", "Finding", "Listing", "PhantomSource", "Source"]
