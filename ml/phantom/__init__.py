"""Digital mammograms with known calcification, and simulated annotators."""

from ml.phantom.annotators import (
    UNTIDY,
    Habits,
    ThirdPartyLabel,
    expert_mask,
    third_party_label,
    third_party_mask,
)
from ml.phantom.class_map import TruthClass
from ml.phantom.dicom_file import write_phantom_dicom
from ml.phantom.exam import EXAM_VIEWS, make_exam, make_series
from ml.phantom.forms import FORMS
from ml.phantom.phantom import PHANTOM_VERSION, Phantom, make_phantom

__all__ = [
    "EXAM_VIEWS",
    "FORMS",
    "PHANTOM_VERSION",
    "UNTIDY",
    "Habits",
    "Phantom",
    "ThirdPartyLabel",
    "TruthClass",
    "expert_mask",
    "make_exam",
    "make_phantom",
    "make_series",
    "third_party_label",
    "third_party_mask",
    "write_phantom_dicom",
]
