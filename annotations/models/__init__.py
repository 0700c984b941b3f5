"""One noun, one file; all of them by name from here."""

from .adjudication import AdjudicationDecision, AdjudicationLease, AdjudicationRequest
from .agreement import AgreementReport, AgreementRun, PairComparison, ReadingPair, SegmentVotes
from .annotation import Annotation, AnnotationOperation, AnnotationSnapshot
from .annotation_branch import AnnotationBranch, BranchDecision, BranchOperation
from .assignment import Assignment
from .audit import AuditEntry
from .base import AppendOnlyRecord, Record
from .campaign import Campaign, Guideline
from .campaign_question import CampaignQuestion, ExamAnswer, QuestionEnd
from .campaign_reader import CampaignReader
from .comment import Comment, CommentEvent, CommentMention
from .consensus import Consensus, ConsensusRun
from .correction_batch import CorrectionBatch, CorrectionBatchItem
from .correction_run import CorrectionComponent, CorrectionDecision, CorrectionRun
from .coverage import BreastArea, CoverageRecord
from .dataset import Dataset, DatasetItem, DatasetVersion
from .disagreement import ConsensusSegment, Disagreement, DisagreementVersion
from .exam_review import ExamReview, ReviewedImage
from .exam_withdrawal import ExamReinstatement, ExamWithdrawal
from .guideline_confirmation import GuidelineConfirmation
from .image_map import ImageMap, MapRun
from .image_orientation import ImageOrientation
from .inference_batch import InferenceBatch, InferenceBatchItem
from .inference_run import InferenceRun
from .mammogram import Mammogram
from .model_comparison import ModelComparison, ModelComparisonReport
from .model_version import ModelStateChange, ModelVersion
from .notice import EmailChoice, NoticeAttempt, NoticeDelivery, Webhook
from .patient import Patient
from .planted_copy import PlantedCopy
from .planting_run import PlantingRun
from .pool_slot import PoolSlot
from .preannotation_view import PreannotationView
from .proposal_decision import ProposalDecision
from .re_annotation import ReAnnotation, ReAnnotationRun
from .reader import Reader
from .reader_preferences import ReaderPreferences
from .reading_check import CampaignCheck, CheckAcknowledgement
from .reading_interval import ReadingInterval
from .reading_length import ReadingLength
from .reading_plan import ReadingPlan
from .reference_exam import ReferenceExam, ReferenceLabel, ReferenceScore
from .reference_standard import ReferenceImage, ReferenceStandard
from .run import MAX_ATTEMPTS, Run
from .sign_off import SignOff
from .study import Study
from .training_run import TrainingRun
from .view_statement import ViewStatement

__all__ = [
    "MAX_ATTEMPTS",
    "AdjudicationDecision",
    "AdjudicationLease",
    "AdjudicationRequest",
    "AgreementReport",
    "AgreementRun",
    "Annotation",
    "AnnotationBranch",
    "AnnotationOperation",
    "AnnotationSnapshot",
    "AppendOnlyRecord",
    "Assignment",
    "AuditEntry",
    "BranchDecision",
    "BranchOperation",
    "BreastArea",
    "Campaign",
    "CampaignCheck",
    "CampaignQuestion",
    "CampaignReader",
    "CheckAcknowledgement",
    "Comment",
    "CommentEvent",
    "CommentMention",
    "Consensus",
    "ConsensusRun",
    "ConsensusSegment",
    "CorrectionBatch",
    "CorrectionBatchItem",
    "CorrectionComponent",
    "CorrectionDecision",
    "CorrectionRun",
    "CoverageRecord",
    "Dataset",
    "DatasetItem",
    "DatasetVersion",
    "Disagreement",
    "DisagreementVersion",
    "EmailChoice",
    "ExamAnswer",
    "ExamReinstatement",
    "ExamReview",
    "ExamWithdrawal",
    "Guideline",
    "GuidelineConfirmation",
    "ImageMap",
    "ImageOrientation",
    "InferenceBatch",
    "InferenceBatchItem",
    "InferenceRun",
    "Mammogram",
    "MapRun",
    "ModelComparison",
    "ModelComparisonReport",
    "ModelStateChange",
    "ModelVersion",
    "NoticeAttempt",
    "NoticeDelivery",
    "PairComparison",
    "Patient",
    "PlantedCopy",
    "PlantingRun",
    "PoolSlot",
    "PreannotationView",
    "ProposalDecision",
    "QuestionEnd",
    "ReAnnotation",
    "ReAnnotationRun",
    "Reader",
    "ReaderPreferences",
    "ReadingInterval",
    "ReadingLength",
    "ReadingPair",
    "ReadingPlan",
    "Record",
    "ReferenceExam",
    "ReferenceImage",
    "ReferenceLabel",
    "ReferenceScore",
    "ReferenceStandard",
    "ReviewedImage",
    "Run",
    "SegmentVotes",
    "SignOff",
    "Study",
    "TrainingRun",
    "ViewStatement",
    "Webhook",
]
