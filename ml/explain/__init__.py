"""Why a network answers as it does, how far its answers can be trusted, and on which images."""

from ml.explain.calibration import bin_table, calibration_error, reliability_points
from ml.explain.domain import OutOfDomain, image_statistics, is_out_of_domain, training_statistics
from ml.explain.grad_cam import HeatmapScorer, grad_cam
from ml.explain.length_proxy import LengthProxy, choose_heatmap_cutoff, estimate_length, rank_agreement
from ml.explain.overlay import overlay
from ml.explain.patch_grid import PatchGrid, patch_grid

__all__ = [
    "HeatmapScorer",
    "LengthProxy",
    "OutOfDomain",
    "PatchGrid",
    "bin_table",
    "calibration_error",
    "choose_heatmap_cutoff",
    "estimate_length",
    "grad_cam",
    "image_statistics",
    "is_out_of_domain",
    "overlay",
    "patch_grid",
    "rank_agreement",
    "reliability_points",
    "training_statistics",
]
