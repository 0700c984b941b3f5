"""Errors of the domain: one class per broken rule, a stable code for API clients, a message for people.

The kind (invalid, forbidden, conflict, missing) is all that the web layer needs to choose a status.
"""


class TramlineError(Exception):
    """Base of every error raised on purpose."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts
        if code is not None:
            self.code = code


class InvalidError(TramlineError):
    """What came breaks a rule of its own."""


class ForbiddenError(TramlineError):
    """The person may not do this."""

    code = "forbidden"


class ConflictError(TramlineError):
    """It was allowed in another state."""


class ThrottledError(TramlineError):
    """It came too often; the fact `retry_after_s` says how long to wait."""

    code = "throttled"


class MissingError(TramlineError):
    """It does not exist, or the person may not know that it does."""

    code = "not_found"


class WorkerUnfitError(TramlineError):
    """A model does not give on this worker what it should, so the worker is to take no work."""

    code = "worker_unfit"


class DicomRefusedError(InvalidError):
    """A DICOM file breaks a rule of the header policy; `code` names which."""

    code = "dicom_refused"


class ImageFileRefusedError(InvalidError):
    """An image file cannot be taken in; `code` names why."""

    code = "image_refused"


class SidecarRefusedError(InvalidError):
    """The CSV beside PNG and TIFF files breaks a rule; `code` names which."""

    code = "sidecar_refused"


class ArchiveRefusedError(InvalidError):
    """A zip breaks a limit; `code` names which."""

    code = "archive_refused"


class MaskRefusedError(InvalidError):
    """Bytes that should be a mask break a rule of docs/mask_format.md."""

    code = "not_a_mask"


class MaskSizeMismatchError(InvalidError):
    """A mask does not have the size of its mammogram."""

    code = "mask_size_mismatch"


class OperationRefusedError(InvalidError):
    """An operation is not well formed; `code` names why."""

    code = "operation_refused"


class StaleVersionError(ConflictError):
    """The annotation has moved on since the client last saw it."""

    code = "stale_version"


class MaskDigestMismatchError(ConflictError):
    """What the reader sees is not what is stored."""

    code = "mask_digest_mismatch"


class AnnotationSubmittedError(ConflictError):
    """A submitted annotation takes no further operation."""

    code = "annotation_submitted"


class ExamEndedError(ConflictError):
    """An exam that was skipped or withdrawn is not written to any more."""

    code = "exam_ended"


class ExamNotOpenError(ConflictError):
    """What was asked needs an exam that this reader may read now; `code` may name why she may not."""

    code = "exam_not_open"


class PlanRefusedError(InvalidError):
    """A plan cannot be met; the message says why, and what comes nearest."""

    code = "plan_cannot_be_met"


class AnswerMissingError(ConflictError):
    """An annotation cannot be submitted before the image-level question is answered."""

    code = "answer_missing"


class GuidelineUnconfirmedError(ConflictError):
    """An exam is begun only under a guideline that its reader has confirmed."""

    code = "guideline_unconfirmed"


class GateClosedError(ConflictError):
    """The first exams of a reader wait for an expert before she gets more."""

    code = "gate_closed"


class QuestionRefusedError(InvalidError):
    """A question of a campaign, or an answer to it, is not well formed; `code` names why."""

    code = "question_refused"


class CampaignSettledError(ConflictError):
    """What readers have begun with cannot be changed for the rest of them."""

    code = "campaign_settled"


class RoleRefusedError(ConflictError):
    """A role cannot change while its person reads: another would show her more than a reader may see."""

    code = "role_still_reads"


class ReviewRefusedError(ConflictError):
    """An expert's word on a reading does not fit its state; `code` names why."""

    code = "review_refused"


class CoverageIncompleteError(ConflictError):
    """The campaign wants more of the breast seen at 1:1 before an image is submitted."""

    code = "coverage_incomplete"


class ReadingBarredError(ConflictError):
    """A check of the campaign does not let a reading be submitted as it is; the facts say what and where."""

    code = "reading_barred"


class ReadingWarnedError(ConflictError):
    """A check of the campaign warns, and its reader has not seen it; the facts say what and where."""

    code = "reading_warned"


class CoverageRefusedError(InvalidError):
    """What was seen does not fit the grid of the image."""

    code = "coverage_refused"


class ReadingIntervalRefusedError(InvalidError):
    """A stretch of reading time cannot have been; `code` names why."""

    code = "reading_interval_refused"


class CommentRefusedError(InvalidError):
    """A comment breaks a rule; `code` names which."""

    code = "comment_refused"


class PreferencesRefusedError(InvalidError):
    """Preferences of a page are not well formed; `code` names why."""

    code = "preferences_refused"


class BranchRefusedError(InvalidError):
    """What should become a branch is not well formed; `code` names why."""

    code = "branch_refused"


class BranchNotMergedError(ConflictError):
    """No operation of the annotation holds what a branch is said to have been merged into."""

    code = "branch_not_merged"


class LogInRefusedError(ForbiddenError):
    """Name and password do not belong together."""

    code = "log_in_refused"


class LogInThrottledError(ThrottledError):
    """Too many wrong passwords came for this name from this address."""

    code = "log_in_throttled"


class WeightsFileRefusedError(InvalidError):
    """A weights file cannot be imported; `code` names why."""

    code = "weights_refused"


class ModelVersionExistsError(ConflictError):
    """These weights, or this name and version, are registered already."""

    code = "model_version_exists"


class TrainingRefusedError(InvalidError):
    """A network cannot be trained on this dataset version by this recipe; `code` names why."""

    code = "training_refused"


class ModelStateError(ConflictError):
    """A model version cannot go from its state into the one that was asked for; `code` names why."""

    code = "model_state"


class MeasureUndefinedError(InvalidError):
    """A measure was asked for that this image cannot give (no pixel spacing, for example)."""

    code = "measure_undefined"


class MapUndefinedError(InvalidError):
    """A map cannot be measured on this image; `code` names why."""

    code = "map_undefined"


class ImagesDifferError(InvalidError):
    """Two annotations can be compared on one image only."""

    code = "images_differ"


class CorrectionNotReadyError(ConflictError):
    """The correction has not finished, or was already applied."""

    code = "correction_not_ready"


class DatasetStillReadError(ForbiddenError):
    """A dataset holds readings of exams that this person still has to read herself."""

    code = "still_reading"


class DatasetVersionFrozenError(ConflictError):
    """A frozen version never changes."""

    code = "dataset_version_frozen"


class DatasetVersionEmptyError(ConflictError):
    """A version without a single image cannot be frozen."""

    code = "dataset_version_empty"


class WebhookRefusedError(InvalidError):
    """Nothing may be sent to this address; `code` names why."""

    code = "webhook_refused"


class TooFewReadingsError(ConflictError):
    """Readers can be compared only where two of them have read the same image."""

    code = "too_few_readings"


class TooManyReadingsError(ConflictError):
    """More people have read one image than can be compared."""

    code = "too_many_readings"


class AdjudicationRefusedError(InvalidError):
    """A word on a disputed segment breaks a rule; `code` names which."""

    code = "adjudication_refused"


class OwnReadingError(ForbiddenError):
    """Nobody decides between what she drew herself and what others drew."""

    code = "own_reading"


class NothingToUndoError(ConflictError):
    """Nothing that this person has decided can be taken back."""

    code = "nothing_to_undo"


class ReferenceNotReadyError(ConflictError):
    """A reference standard cannot be built or signed as things stand; `code` names why."""

    code = "reference_not_ready"


class SignatureRefusedError(ForbiddenError):
    """The password typed for a signature is not that of the person who signs."""

    code = "signature_refused"


class PlantingRefusedError(InvalidError):
    """Calcification cannot be planted in an image as it was asked for."""

    code = "planting_refused"


class ReferenceExamRefusedError(ConflictError):
    """An exam cannot be a reference of a campaign; `code` names why."""

    code = "reference_exam_refused"


class FeedbackClosedError(ConflictError):
    """The answer of a training exam is not shown now, or it may not be tried again; `code` names why."""

    code = "feedback_not_yet"


class LeaseLostError(ConflictError):
    """Another worker holds this run now: a late result is refused."""

    code = "lease_lost"


class RunCancelledError(ConflictError):
    """A person cancelled this run while it worked: its result is not kept."""

    code = "run_cancelled"
