"""How much calcification an image, an exam and a series of exams show."""

from ml.quantify.calcium import calcium_mg, calcium_mg_of_hydroxyapatite, mass_category
from ml.quantify.calibration import BeamKey, Calibration
from ml.quantify.calibration_fit import Step, fit_calibration
from ml.quantify.definitions import DEFINITIONS, QUANTITIES_VERSION, UNDEFINED_REASONS
from ml.quantify.quantities import Quantities, quantify
from ml.quantify.scores import intensity_scores

__all__ = [
    "DEFINITIONS",
    "QUANTITIES_VERSION",
    "UNDEFINED_REASONS",
    "BeamKey",
    "Calibration",
    "Quantities",
    "Step",
    "calcium_mg",
    "calcium_mg_of_hydroxyapatite",
    "fit_calibration",
    "intensity_scores",
    "mass_category",
    "quantify",
]
