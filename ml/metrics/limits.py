"""Which sizes of pixels and which tolerances a measure takes: those that an image of a breast can have."""

from collections.abc import Iterable
from numbers import Real

from ml.errors import MetricParameterError

# Our own limits: scanned film has 0.02 mm and more, a picture reduced to a thumbnail about 2 mm.
SPACING_MM = (0.005, 5.0)
TOLERANCE = {"mm": 1000.0, "px": 100_000.0}


def check_spacing(spacing: tuple[float, float] | None) -> None:
    """Refuse a pixel spacing that no image has.

    Parameters
    ----------
    spacing : tuple of float or None
        (row, column) spacing in mm; None where it is not known.

    Raises
    ------
    MetricParameterError
        Unless it is None or two numbers from 0.005 to 5 mm.
    """
    if spacing is None:
        return
    low, high = SPACING_MM
    sides = list(spacing) if isinstance(spacing, Iterable) else [spacing]
    if len(sides) != 2 or not all(isinstance(side, Real) and low <= side <= high for side in sides):
        raise MetricParameterError(
            f"The pixel spacing {spacing!r} mm is not that of an image; give two numbers from {low} to "
            f"{high:g}, row and column, or none where it is not known."
        )


def check_tolerance(tolerance: float | None, unit: str) -> None:
    """Refuse a tolerance that is no distance within an image.

    Parameters
    ----------
    tolerance : float or None
        None where it is not given.
    unit : {"mm", "px"}
        What it is given in.

    Raises
    ------
    MetricParameterError
        Unless it is None or from 0 to 1000 mm, or 100,000 px.
    """
    highest = TOLERANCE[unit]
    if tolerance is not None and not (isinstance(tolerance, Real) and 0 <= tolerance <= highest):
        raise MetricParameterError(
            f"The tolerance {tolerance!r} {unit} is not a distance within an image; give 0 to {highest:g}."
        )
