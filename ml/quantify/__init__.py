"""How much calcification an image, an exam and a series of exams show."""

from ml.quantify.calcium import calcium_mg, calcium_mg_of_hydroxyapatite, mass_category
from ml.quantify.calibration import BeamKey, Calibration
from ml.quantify.calibration_fit import Step, fit_calibration
from ml.quantify.cohort import CohortSlope, Repeatability, cohort_slope, repeatability
from ml.quantify.definitions import DEFINITIONS, QUANTITIES_VERSION, UNDEFINED_REASONS
from ml.quantify.exam import ExamMass, ExamScore, exam_mass, exam_score
from ml.quantify.longitudinal import Progression, Reading, Segment, progression
from ml.quantify.pooling import PooledScores, check_poolable, pool
from ml.quantify.quantities import Quantities, quantify
from ml.quantify.scores import IntensityScores, intensity_scores
from ml.quantify.views import ChosenViews, ViewReading, choose_views

__all__ = [
    "DEFINITIONS",
    "QUANTITIES_VERSION",
    "UNDEFINED_REASONS",
    "BeamKey",
    "Calibration",
    "ChosenViews",
    "CohortSlope",
    "ExamMass",
    "ExamScore",
    "IntensityScores",
    "PooledScores",
    "Progression",
    "Quantities",
    "Reading",
    "Repeatability",
    "Segment",
    "Step",
    "ViewReading",
    "calcium_mg",
    "calcium_mg_of_hydroxyapatite",
    "check_poolable",
    "choose_views",
    "cohort_slope",
    "exam_mass",
    "exam_score",
    "fit_calibration",
    "intensity_scores",
    "mass_category",
    "pool",
    "progression",
    "quantify",
    "repeatability",
]
