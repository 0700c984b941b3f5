"""How two centre lines are held against each other: within which distance, and of which masks."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.errors import MetricParameterError, PixelSpacingMissingError
from ml.masks import Runs, is_within, prune_spurs, skeleton
from ml.metrics.definitions import (
    DEFINITIONS_VERSION,
    EMPTY_RULE,
    LENGTH_MEASURE,
    OBLONG_PIXELS,
    SURFACE_MEASURE,
)
from ml.metrics.limits import check_spacing, check_tolerance
from ml.metrics.tracks import MERGE_RADIUS_MM, merge_tracks

DEFAULT_TOLERANCE_MM = 1.05  # half the width of a vessel, 2.1 mm
# Parts of a definition that belong to an image, not to the rule by which many are compared.
OF_ONE_IMAGE = ("pixel_spacing_mm", "length_note")


class Traced(NamedTuple):
    """A mask as its centre line is taken from it, and the centre line."""

    mask: Runs
    line: NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Matching:
    """The rule by which a point of one centre line lies near another centre line.

    Attributes
    ----------
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing, each from 0.005 to 5 mm; None where it is not known.
    tolerance_mm, tolerance_px : float or None
        Points match within this distance, inclusive, up to 1000 mm or 100,000 px. At most one is given;
        without either it is 1.05 mm.
    merge_tracks : bool
        Join the two walls of one vessel before thinning (see `ml.metrics.tracks`).

    Raises
    ------
    MetricParameterError
        If the spacing is not that of an image, the tolerance is no distance within one, or both kinds of
        tolerance are given.
    PixelSpacingMissingError
        If tracks are to be merged and the spacing is not known.
    """

    pixel_spacing_mm: tuple[float, float] | None
    tolerance_mm: float | None = None
    tolerance_px: float | None = None
    merge_tracks: bool = False

    def __post_init__(self) -> None:
        check_spacing(self.pixel_spacing_mm)
        if self.tolerance_mm is not None and self.tolerance_px is not None:
            raise MetricParameterError("The tolerance is given in mm and in pixels; give one of the two.")
        check_tolerance(self.tolerance_mm, "mm")
        check_tolerance(self.tolerance_px, "px")
        if self.tolerance_mm is None and self.tolerance_px is None:
            object.__setattr__(self, "tolerance_mm", DEFAULT_TOLERANCE_MM)
        if self.merge_tracks and self.pixel_spacing_mm is None:
            raise PixelSpacingMissingError(
                f"Tracks are merged with a disc of {MERGE_RADIUS_MM} mm radius, and the size of a pixel is "
                "not known; give the pixel spacing or do not merge."
            )

    @property
    def is_defined(self) -> bool:
        """Tell whether points can be matched: a tolerance in mm needs the size of a pixel."""
        return self.tolerance_px is not None or self.pixel_spacing_mm is not None

    def traced(self, mask: Runs) -> Traced:
        """Take the centre line of a mask.

        Parameters
        ----------
        mask : Runs
            Any mask.

        Returns
        -------
        traced : Traced
            Of the mask as it came, or with merged tracks; then without the spurs to its corners, of which the
            square ends of merged tracks have two each.
        """
        if not self.merge_tracks or self.pixel_spacing_mm is None:
            return Traced(mask, skeleton(mask))
        merged = merge_tracks(mask, self.pixel_spacing_mm)
        return Traced(merged, prune_spurs(merged, skeleton(merged)))

    def is_near(self, points: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Tell which points of one centre line lie near another.

        Parameters
        ----------
        points, others : ndarray of int, shape (k, 2) and (m, 2)
            (row, column) of each pixel.

        Returns
        -------
        is_near : ndarray of bool, shape (k,)
            All False where there are no others.

        Raises
        ------
        PixelSpacingMissingError
            If the tolerance is in mm and the spacing is not known.
        """
        reach, spacing = self._reach()
        return is_within(points, others, reach_mm=reach, pixel_spacing_mm=spacing)

    def definition(self) -> dict[str, Any]:
        """Return the choices behind every number that rests on this rule, for people and machines to read."""
        spacing = self.pixel_spacing_mm
        return {
            "version": DEFINITIONS_VERSION,
            "tolerance_mm": self.tolerance_mm,
            "tolerance_px": self.tolerance_px,
            "connectivity": 8,
            "empty_rule": EMPTY_RULE,
            "merge_tracks": self.merge_tracks,
            "merge_radius_mm": MERGE_RADIUS_MM if self.merge_tracks else None,
            "prune_spurs": self.merge_tracks,
            "length_measure": LENGTH_MEASURE,
            "length_note": None if spacing is None or spacing[0] == spacing[1] else OBLONG_PIXELS,
            "surface_measure": SURFACE_MEASURE,
            "pixel_spacing_mm": None if spacing is None else list(spacing),
        }

    def shared_definition(self) -> dict[str, Any]:
        """Return the choices that images of any size of pixel share."""
        return {name: choice for name, choice in self.definition().items() if name not in OF_ONE_IMAGE}

    def _reach(self) -> tuple[float, tuple[float, float]]:
        if self.tolerance_px is not None:
            return self.tolerance_px, (1.0, 1.0)
        if self.pixel_spacing_mm is None or self.tolerance_mm is None:
            raise PixelSpacingMissingError(
                f"A tolerance of {self.tolerance_mm} mm needs the size of a pixel, which is not known; give "
                "the pixel spacing, or the tolerance in pixels."
            )
        return self.tolerance_mm, self.pixel_spacing_mm
