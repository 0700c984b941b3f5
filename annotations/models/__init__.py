"""One noun, one file; all of them by name from here."""

from .annotation import Annotation, AnnotationOperation, AnnotationSnapshot
from .annotation_branch import AnnotationBranch, BranchDecision, BranchOperation
from .assignment import Assignment
from .audit import AuditEntry
from .base import AppendOnlyRecord, Record
from .campaign import Campaign
from .correction_run import CorrectionComponent, CorrectionDecision, CorrectionRun
from .dataset import Dataset, DatasetItem, DatasetVersion
from .inference_run import InferenceRun
from .mammogram import Mammogram
from .model_version import ModelVersion
from .patient import Patient
from .preannotation_view import PreannotationView
from .reader import Reader
from .run import MAX_ATTEMPTS, Run
from .study import Study

__all__ = [
    "MAX_ATTEMPTS",
    "Annotation",
    "AnnotationBranch",
    "AnnotationOperation",
    "AnnotationSnapshot",
    "AppendOnlyRecord",
    "Assignment",
    "AuditEntry",
    "BranchDecision",
    "BranchOperation",
    "Campaign",
    "CorrectionComponent",
    "CorrectionDecision",
    "CorrectionRun",
    "Dataset",
    "DatasetItem",
    "DatasetVersion",
    "InferenceRun",
    "Mammogram",
    "ModelVersion",
    "Patient",
    "PreannotationView",
    "Reader",
    "Record",
    "Run",
    "Study",
]
