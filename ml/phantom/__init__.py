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
from ml.phantom.planting import PLANTING_VERSION, Planted, PlantedSegment, make_distinct, plant_segments
from ml.phantom.planting_path import random_path

__all__ = [
    "EXAM_VIEWS",
    "FORMS",
    "PHANTOM_VERSION",
    "PLANTING_VERSION",
    "UNTIDY",
    "Habits",
    "Phantom",
    "Planted",
    "PlantedSegment",
    "ThirdPartyLabel",
    "TruthClass",
    "expert_mask",
    "make_distinct",
    "make_exam",
    "make_phantom",
    "make_series",
    "plant_segments",
    "random_path",
    "third_party_label",
    "third_party_mask",
    "write_phantom_dicom",
]
