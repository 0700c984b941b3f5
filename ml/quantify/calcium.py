"""From attenuation to milligrams of calcium, and the six categories of its mass."""

from typing import Literal

from ml.physics.mineral import CALCIUM_MG_PER_MM3, CALCIUM_SHARE

MassCategory = Literal["0", "(0, 20]", "(20, 40]", "(40, 60]", "(60, 80]", "> 80"]
CATEGORIES: tuple[MassCategory, ...] = ("0", "(0, 20]", "(20, 40]", "(40, 60]", "(60, 80]", "> 80")
CATEGORY_WIDTH_MG = 20.0


def calcium_mg(thickness_mm: float, area_mm2: float) -> float:
    """Return the calcium in a layer of hydroxyapatite.

    Parameters
    ----------
    thickness_mm : float
        Mean thickness of hydroxyapatite along the ray.
    area_mm2 : float
        Its area.

    Returns
    -------
    mass_mg : float
        1.2605 mg for each cubic millimetre: 3.16 mg of hydroxyapatite, of which 39.89 % is calcium.
    """
    return CALCIUM_MG_PER_MM3 * thickness_mm * area_mm2


def calcium_mg_of_hydroxyapatite(mass_mg: float) -> float:
    """Return the calcium in a mass of hydroxyapatite, as phantoms are labelled.

    Parameters
    ----------
    mass_mg : float
        Hydroxyapatite.

    Returns
    -------
    calcium_mg : float
        39.89 % of it.
    """
    return CALCIUM_SHARE * mass_mg


def mass_category(mass_mg: float | None, *, detection_limit_mg: float | None) -> MassCategory | None:
    """Put a mass of calcium into one of six categories.

    Parameters
    ----------
    mass_mg : float or None
        Of an image, a breast or an exam.
    detection_limit_mg : float or None
        A smaller mass counts as 0; None where there is no limit.

    Returns
    -------
    category : str or None
        "0", "(0, 20]", "(20, 40]", "(40, 60]", "(60, 80]" or "> 80"; None for an unknown mass. That an edge
        belongs to the category below it is our own choice, the published categories do not say.
    """
    if mass_mg is None:
        return None
    if mass_mg <= 0 or (detection_limit_mg is not None and mass_mg < detection_limit_mg):
        return "0"
    above = sum(mass_mg > CATEGORY_WIDTH_MG * step for step in range(1, len(CATEGORIES) - 1))
    return CATEGORIES[1 + above]
