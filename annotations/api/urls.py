"""Addresses of the API; each file of this package contributes its own."""

from django.urls import URLPattern, path
from drf_spectacular.views import SpectacularAPIView

from annotations.api.adjudication import (
    AdjudicationDecisionsView,
    AdjudicationQueueView,
    AdjudicationUndoView,
    DisagreementCropView,
)
from annotations.api.annotation_operations import AnnotationOperationsView
from annotations.api.annotations import AnnotationSubmitView, AnnotationView
from annotations.api.assignments import AssignmentAnnotationsView, AssignmentListView
from annotations.api.branches import AnnotationBranchesView, BranchDecisionsView
from annotations.api.comments import CommentEventsView, CommentsView
from annotations.api.comparisons import ComparisonView
from annotations.api.correction_runs import (
    CorrectionApplyView,
    CorrectionDecisionsView,
    CorrectionRequestView,
    CorrectionRunView,
)
from annotations.api.coverage import CoverageView
from annotations.api.datasets import (
    DatasetListView,
    DatasetPreviewView,
    DatasetVersionArchiveView,
    DatasetVersionFreezeView,
    DatasetVersionListView,
    DatasetVersionView,
)
from annotations.api.exam_answers import ExamAnswersView
from annotations.api.exam_leases import ExamLeaseView
from annotations.api.hanging import HangingView, ViewStatementsView
from annotations.api.image_maps import ImageMapPixelsView, MammogramMapView
from annotations.api.inference_runs import (
    InferenceRunCancelView,
    InferenceRunProbabilityView,
    InferenceRunView,
    MammogramInferenceRunsView,
)
from annotations.api.mammograms import MammogramListView, MammogramPixelsView, MammogramView
from annotations.api.model_versions import ModelVersionListView
from annotations.api.proposal_decisions import ProposalDecisionsView
from annotations.api.provenance import ProvenanceView
from annotations.api.reader_preferences import PreferencesView
from annotations.api.reading_intervals import ReadingIntervalsView
from annotations.api.session import JournalKeyView, SessionLogInView, SessionView
from annotations.api.thumbnails import ThumbnailView
from annotations.api.training_feedback import TrainingFeedbackView
from annotations.api.uploads import UploadsView, UploadTemplateView

urlpatterns: list[URLPattern] = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("mammograms/<uuid:mammogram_id>/thumbnail/", ThumbnailView.as_view(), name="api-thumbnail"),
    path(
        "annotations/<uuid:annotation_id>/correction-runs/",
        CorrectionRequestView.as_view(),
        name="api-correction-request",
    ),
    path("correction-runs/<uuid:run_id>/", CorrectionRunView.as_view(), name="api-correction-run"),
    path(
        "correction-runs/<uuid:run_id>/decisions/",
        CorrectionDecisionsView.as_view(),
        name="api-correction-decisions",
    ),
    path("correction-runs/<uuid:run_id>/apply/", CorrectionApplyView.as_view(), name="api-correction-apply"),
    path(
        "campaigns/<uuid:campaign_id>/adjudication/queue/",
        AdjudicationQueueView.as_view(),
        name="api-adjudication-queue",
    ),
    path(
        "campaigns/<uuid:campaign_id>/adjudication/undo/",
        AdjudicationUndoView.as_view(),
        name="api-adjudication-undo",
    ),
    path(
        "disagreements/<uuid:disagreement_id>/decisions/",
        AdjudicationDecisionsView.as_view(),
        name="api-adjudication-decisions",
    ),
    path(
        "disagreements/<uuid:disagreement_id>/crop/",
        DisagreementCropView.as_view(),
        name="api-disagreement-crop",
    ),
    path("comparisons/", ComparisonView.as_view(), name="api-comparison"),
    path("assignments/", AssignmentListView.as_view(), name="api-assignments"),
    path(
        "assignments/<uuid:assignment_id>/annotations/",
        AssignmentAnnotationsView.as_view(),
        name="api-assignment-annotations",
    ),
    path("assignments/<uuid:assignment_id>/lease/", ExamLeaseView.as_view(), name="api-exam-lease"),
    path(
        "assignments/<uuid:assignment_id>/feedback/",
        TrainingFeedbackView.as_view(),
        name="api-training-feedback",
    ),
    path(
        "assignments/<uuid:assignment_id>/exam-answers/",
        ExamAnswersView.as_view(),
        name="api-exam-answers",
    ),
    path("annotations/<uuid:annotation_id>/", AnnotationView.as_view(), name="api-annotation"),
    path(
        "annotations/<uuid:annotation_id>/operations/",
        AnnotationOperationsView.as_view(),
        name="api-annotation-operations",
    ),
    path(
        "annotations/<uuid:annotation_id>/provenance/",
        ProvenanceView.as_view(),
        name="api-annotation-provenance",
    ),
    path(
        "annotations/<uuid:annotation_id>/submit/",
        AnnotationSubmitView.as_view(),
        name="api-annotation-submit",
    ),
    path(
        "annotations/<uuid:annotation_id>/reading-intervals/",
        ReadingIntervalsView.as_view(),
        name="api-reading-intervals",
    ),
    path("annotations/<uuid:annotation_id>/coverage/", CoverageView.as_view(), name="api-coverage"),
    path("annotations/<uuid:annotation_id>/comments/", CommentsView.as_view(), name="api-comments"),
    path(
        "annotations/<uuid:annotation_id>/proposal-decisions/",
        ProposalDecisionsView.as_view(),
        name="api-proposal-decisions",
    ),
    path("comments/<uuid:comment_id>/events/", CommentEventsView.as_view(), name="api-comment-events"),
    path("me/preferences/", PreferencesView.as_view(), name="api-preferences"),
    path(
        "annotations/<uuid:annotation_id>/branches/",
        AnnotationBranchesView.as_view(),
        name="api-annotation-branches",
    ),
    path("branches/<uuid:branch_id>/decisions/", BranchDecisionsView.as_view(), name="api-branch-decisions"),
    path("session/", SessionView.as_view(), name="api-session"),
    path("session/log-in/", SessionLogInView.as_view(), name="api-session-log-in"),
    path("session/journal-key/", JournalKeyView.as_view(), name="api-journal-key"),
    path("mammograms/", MammogramListView.as_view(), name="api-mammograms"),
    path("mammograms/<uuid:mammogram_id>/", MammogramView.as_view(), name="api-mammogram"),
    path("mammograms/<uuid:mammogram_id>/hanging/", HangingView.as_view(), name="api-mammogram-hanging"),
    path(
        "mammograms/<uuid:mammogram_id>/view-statements/",
        ViewStatementsView.as_view(),
        name="api-view-statements",
    ),
    path(
        "mammograms/<uuid:mammogram_id>/pixels/", MammogramPixelsView.as_view(), name="api-mammogram-pixels"
    ),
    path(
        "mammograms/<uuid:mammogram_id>/maps/<str:kind>/",
        MammogramMapView.as_view(),
        name="api-mammogram-map",
    ),
    path("maps/<uuid:map_id>/pixels/", ImageMapPixelsView.as_view(), name="api-image-map-pixels"),
    path(
        "mammograms/<uuid:mammogram_id>/inference-runs/",
        MammogramInferenceRunsView.as_view(),
        name="api-mammogram-inference-runs",
    ),
    path("uploads/", UploadsView.as_view(), name="api-uploads"),
    path("uploads/template/", UploadTemplateView.as_view(), name="api-upload-template"),
    path("model-versions/", ModelVersionListView.as_view(), name="api-model-versions"),
    path("inference-runs/<uuid:run_id>/", InferenceRunView.as_view(), name="api-inference-run"),
    path(
        "inference-runs/<uuid:run_id>/cancel/",
        InferenceRunCancelView.as_view(),
        name="api-inference-run-cancel",
    ),
    path(
        "inference-runs/<uuid:run_id>/probability/",
        InferenceRunProbabilityView.as_view(),
        name="api-inference-run-probability",
    ),
    path("datasets/", DatasetListView.as_view(), name="api-datasets"),
    path("datasets/preview/", DatasetPreviewView.as_view(), name="api-dataset-preview"),
    path("datasets/<slug:name>/versions/", DatasetVersionListView.as_view(), name="api-dataset-versions"),
    path(
        "datasets/<slug:name>/versions/<int:number>/",
        DatasetVersionView.as_view(),
        name="api-dataset-version",
    ),
    path(
        "datasets/<slug:name>/versions/<int:number>/freeze/",
        DatasetVersionFreezeView.as_view(),
        name="api-dataset-version-freeze",
    ),
    path(
        "datasets/<slug:name>/versions/<int:number>/archive/",
        DatasetVersionArchiveView.as_view(),
        name="api-dataset-version-archive",
    ),
]
