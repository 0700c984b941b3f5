"""Fewer images without what is learnt, where it is rare."""

import math
from collections.abc import Sequence

import numpy as np

from ml.training.source import Listing


def under_sample(
    listings: Sequence[Listing], label: str, positive_share: float, *, seed: int
) -> tuple[Listing, ...]:
    """Leave out images without `label`, by lot, until so many of the rest have it.

    Parameters
    ----------
    listings : sequence of Listing
        Images to train on.
    label : str
        What is learnt.
    positive_share : float
        Of the images that stay, between 0 and 1.
    seed : int
        Of the lot.

    Returns
    -------
    tuple of Listing
        In the same order: all images with the label, and as many without as the share lets in, at least one;
        all of them where the share is reached anyway.
    """
    without = [k for k, listing in enumerate(listings) if not listing.present[label]]
    with_label = len(listings) - len(without)
    wanted = max(1, math.floor(with_label * (1 - positive_share) / positive_share + 1e-9))
    if wanted >= len(without):
        return tuple(listings)
    dropped = set(np.random.default_rng([seed, 30]).permutation(without)[wanted:].tolist())
    return tuple(listing for k, listing in enumerate(listings) if k not in dropped)
