"""Numbers of one image, made up."""

from ml.quantify import Quantities

DEFINITION = {
    "version": 1,
    "made_of": "mask",
    "cutoff": 0.5,
    "least_probability": None,
    "threshold_x": 100.0,
    "is_threshold_included": False,
    "include_pectoral": False,
    "mapping_id": "stored-8-bit",
    "magnification": None,
}


def make_quantities(*, tam=100, breast_area_px=1_000_000, mass_mg=10.0, undefined=None, **definition):
    """Make quantities with a TAM, a breast area and a mass of known interval and limit."""
    has_mass = mass_mg is not None
    return Quantities(
        pm=200.0,
        am=200,
        sim=20_000,
        tam=tam,
        tsim=11_000,
        length_px=60.0,
        length_mm=6.0,
        area_px=200,
        area_mm2=2.0,
        breast_area_px=breast_area_px,
        breast_area_mm2=None if breast_area_px is None else breast_area_px / 100,
        mass_mg=mass_mg,
        mass_interval_mg=(mass_mg - 2, mass_mg + 2) if has_mass else None,
        mass_detection_limit_mg=0.3 if has_mass else None,
        mass_category="(0, 20]" if has_mass else None,
        mass_terms_mg={},
        calibration="physics" if has_mass else "none",
        calibration_reason="",
        flags=(),
        undefined=undefined or {},
        definition={**DEFINITION, **definition},
    )
