"""What an image classifier says of images, and which lengths its heatmaps point at."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml.errors import StatisticsInputError
from ml.explain import HeatmapScorer, choose_heatmap_cutoff, estimate_length, rank_agreement
from ml.masks import from_dense, kulpa_length_mm, skeleton
from ml.networks import ModelCard
from ml.physics import pixel_size_of
from ml.training.figures import Scored, with_interval
from ml.training.source import Listing, Source


@dataclass
class Explained:
    """Answers for images, and of those that have the label and a measured length their heatmaps."""

    scored: Scored = field(default_factory=Scored)
    heatmaps: list[NDArray[np.uint8]] = field(default_factory=list)
    probabilities: list[float] = field(default_factory=list)
    spacings_mm: list[tuple[float, float]] = field(default_factory=list)
    lengths_mm: list[float] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)

    def best_heatmap_cutoff(self) -> float:
        """Return the one of the largest rank correlation, 0 where too few lengths are known."""
        try:
            return choose_heatmap_cutoff(self.heatmaps, self.spacings_mm, self.lengths_mm).cutoff
        except StatisticsInputError:
            return 0.0

    def estimated_mm(self, card: ModelCard) -> list[float]:
        """Return the length that each heatmap points at; 0 where the answer is no."""
        measured = zip(self.heatmaps, self.spacings_mm, self.probabilities, strict=True)
        return [
            estimate_length(
                heatmap, spacing, cutoff=card.heatmap_cutoff or None, is_positive=probability >= card.cutoff
            ).length_by_area_mm
            or 0.0
            for heatmap, spacing, probability in measured
        ]

    def figures(self, card: ModelCard) -> dict[str, float]:
        """Return those of the answers, and "length_spearman" of the "measured_lengths"."""
        estimated = self.estimated_mm(card)
        agreement = with_interval(
            "length_spearman",
            lambda drawn: rank_agreement([estimated[k] for k in drawn], [self.lengths_mm[k] for k in drawn]),
            self.patients,
        )
        return self.scored.figures(card.cutoff) | agreement | {"measured_lengths": float(len(estimated))}


def explain_all(scorer: HeatmapScorer, source: Source, listings: Iterable[Listing]) -> Explained:
    """Answer as in use, at each image's own pixels.

    Parameters
    ----------
    scorer : HeatmapScorer
        As it will be used.
    source : Source
        Where the images come from.
    listings : iterable of Listing
        Each with a yes or no for the card's label.

    Returns
    -------
    Explained
    """
    found, label = Explained(), scorer.card.label
    for listing in listings:
        example = source.read(listing)
        probability, heatmap = scorer.explain(example.pixels, example.acquisition)
        found.scored.add(listing.patient_id, probability, truth=listing.present[label])
        spacing_mm = pixel_size_of(example.acquisition).spacing_mm
        if spacing_mm and label in example.masks and example.masks[label].any():
            found.heatmaps.append(heatmap)
            found.probabilities.append(probability)
            found.spacings_mm.append(spacing_mm)
            found.lengths_mm.append(kulpa_length_mm(skeleton(from_dense(example.masks[label])), spacing_mm))
            found.patients.append(listing.patient_id)
    return found
