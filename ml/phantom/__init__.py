"""Digital mammograms with known calcification, and simulated annotators."""

from ml.phantom.annotators import expert_mask, third_party_mask
from ml.phantom.dicom_file import write_phantom_dicom
from ml.phantom.phantom import PHANTOM_VERSION, Phantom, make_phantom

__all__ = [
    "PHANTOM_VERSION",
    "Phantom",
    "expert_mask",
    "make_phantom",
    "third_party_mask",
    "write_phantom_dicom",
]
