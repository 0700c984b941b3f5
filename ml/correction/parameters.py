"""The choices behind a correction, and their name."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

from ml.errors import CorrectionParameterError

ALGORITHM_VERSION = "3"
LARGEST_LIMIT, LARGEST_COUNT = 1000, 65535
COUNTS = ("detector_offset", "log_counts_per_e_fold")
CHOICES = {"thickness_rule": ("excess", "mean"), "thickness_route": ("direct", "paper18keV")}


@dataclass(frozen=True, kw_only=True)
class CorrectionParameters:
    """What a component must show to be kept; the defaults were found on phantoms.

    Attributes
    ----------
    minimum_length_mm : float
        Shorter components are removed.
    thickness_rule : str
        "excess": thickness above that of the surroundings decides. "mean": mean thickness alone.
    minimum_excess_um, minimum_mean_um : float
        Least thickness of hydroxyapatite under either rule; images for processing only.
    minimum_contrast_z : float
        Least contrast in robust standard deviations of the surroundings; other images.
    minimum_area_px : int
        Smaller components are removed.
    maximum_outside_share : float
        Components with at least this share of their pixels outside the breast are removed.
    borderline_length_mm, borderline_share : float
        Within these of a limit (in mm; as a share of the thickness or contrast limit) a human decides.
    split_branches : bool
        Judge the branches of a component one by one.
    minimum_branch_mm : float
        Shorter branches are not told apart.
    smoothing_mm, element_mm : float
        Gaussian and disc of the top-hat.
    levelling_mm : float
        Standard deviation of the weights by which planes are fitted to the background, which is taken off
        before the opening of an image for processing. The published rule, "mean", takes nothing off, and
        loses calcium near the skin.
    ring_inner_mm, ring_outer_mm : float
        The surroundings begin and end at these distances from a component.
    mu_calc_per_mm, scatter_to_primary_ratio : float or None
        Instead of what the header's beam gives.
    thickness_route : str
        "direct": attenuation over that of hydroxyapatite at the beam. "paper18keV": the printed detour over a
        thickness of dense tissue with the printed constants for 18 keV, and no correction for scatter.
    detector_offset : float or None
        Counts that the detector gives without X-rays, instead of what is known of the maker.
    log_counts_per_e_fold : float or None
        Of an image on a logarithmic scale: by how many counts it changes per factor e of exposure, from the
        maker or from two exposures. Without it such an image is judged by contrast.
    """

    minimum_length_mm: float = 3.0
    thickness_rule: Literal["excess", "mean"] = "excess"
    minimum_excess_um: float = 20.0
    minimum_mean_um: float = 40.0
    minimum_contrast_z: float = 1.5
    minimum_area_px: int = 4
    maximum_outside_share: float = 0.3
    borderline_length_mm: float = 0.5
    borderline_share: float = 0.2
    split_branches: bool = True
    minimum_branch_mm: float = 3.0
    smoothing_mm: float = 0.1
    element_mm: float = 3.1
    levelling_mm: float = 2.0
    ring_inner_mm: float = 0.5
    ring_outer_mm: float = 2.5
    mu_calc_per_mm: float | None = None
    scatter_to_primary_ratio: float | None = None
    thickness_route: Literal["direct", "paper18keV"] = "direct"
    detector_offset: float | None = None
    log_counts_per_e_fold: float | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that no image could be measured with."""
        for name, value in asdict(self).items():
            largest = LARGEST_COUNT if name in COUNTS else LARGEST_LIMIT
            if isinstance(value, int | float) and not 0 <= value <= largest:
                raise CorrectionParameterError(f"{name} is {value}; give a number from 0 to {largest}.")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise CorrectionParameterError(
                    f"{name} is {getattr(self, name)!r}; give {' or '.join(choices)}."
                )
        if self.ring_outer_mm <= self.ring_inner_mm:
            raise CorrectionParameterError(
                "The ring must end farther out than it begins; "
                f"got {self.ring_inner_mm} to {self.ring_outer_mm} mm."
            )
        for name in ("element_mm", "levelling_mm", "mu_calc_per_mm", "log_counts_per_e_fold"):
            if getattr(self, name) == 0:
                raise CorrectionParameterError(f"{name} is 0; give a number above 0.")


DEFAULT_PARAMETERS = CorrectionParameters()

# The published rule: whole components, mean thickness. The published constants are for one energy of 18 keV.
# It takes no slope off the background, and so loses true calcium near the skin.
PUBLISHED_PARAMETERS = CorrectionParameters(thickness_rule="mean", split_branches=False)


def parameters_sha256(parameters: CorrectionParameters) -> str:
    """Name a set of parameters by its content.

    Parameters
    ----------
    parameters : CorrectionParameters
        Any.

    Returns
    -------
    sha256 : str
        64 lower-case hexadecimal digits; covers the version of the algorithm as well.
    """
    content = {"algorithm_version": ALGORITHM_VERSION, "parameters": asdict(parameters)}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
