"""The closed vocabularies of the domain; values are stored, so they never change meaning."""

from django.db.models import TextChoices


class Role(TextChoices):
    READER = "reader", "Reader"
    ADJUDICATOR = "adjudicator", "Adjudicator"
    DATA_SCIENTIST = "data_scientist", "Data scientist"
    ADMINISTRATOR = "administrator", "Administrator"


class Label(TextChoices):
    BAC = "bac", "Breast arterial calcification"
    MICROCALCIFICATION = "microcalcification", "Microcalcification"


class AlgorithmType(TextChoices):
    """Segment Algorithm Type (0062,0008)."""

    MANUAL = "MANUAL", "Manual"
    SEMIAUTOMATIC = "SEMIAUTOMATIC", "Semi-automatic"
    AUTOMATIC = "AUTOMATIC", "Automatic"


class ReadingState(TextChoices):
    """Of an assignment and of an annotation."""

    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Submitted"


class AssignmentState(TextChoices):
    """Of an exam given to a reader; what was skipped or withdrawn is never read under this assignment."""

    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Submitted"
    SKIPPED = "skipped", "Skipped by the reader"
    WITHDRAWN = "withdrawn", "Withdrawn by the lead"


class CampaignPurpose(TextChoices):
    READING = "reading", "Reading"
    TRAINING = "training", "Training, with the answer shown after each exam"


class PreannotationPolicy(TextChoices):
    """Whether readers of a campaign may see what a model found before they submit."""

    SHOWN = "shown", "Shown"
    HIDDEN = "hidden", "Hidden"
    RANDOMISED = "randomised", "Shown for a random half of the exams"


class Grade(TextChoices):
    """How hard an exam was to read, in the reader's words."""

    EASY = "easy", "Easy"
    MEDIUM = "medium", "Medium"
    HARD = "hard", "Hard"


class OperationKind(TextChoices):
    MASK = "mask", "Mask"
    ANSWER = "answer", "Answer"
    FINDING = "finding", "Finding"


class Tool(TextChoices):
    BRUSH = "brush", "Brush"
    ERASER = "eraser", "Eraser"
    POLYLINE = "polyline", "Line"
    FOLLOW = "follow", "Vessel follower"
    TUBE = "tube", "Line with the width of the image"
    JOIN = "join", "Join"
    SPLIT = "split", "Split"
    FILL = "fill", "Fill"
    LASSO = "lasso", "Lasso"
    RECLASSIFY = "reclassify", "Change of label"
    TRIM = "trim", "Trim"
    UNDO = "undo", "Undo"
    REDO = "redo", "Redo"
    ACCEPT_PREDICTION = "accept_prediction", "Accept prediction"
    ACCEPT_CORRECTION = "accept_correction", "Accept correction"
    MERGE = "merge", "Merge of a branch"
    RESTORE = "restore", "Return to an earlier state"
    CLEAR = "clear", "Clear"
    CORRECTION = "correction", "Label correction"


class FindingShape(TextChoices):
    DOT = "dot", "Single microcalcification"
    GROUP = "group", "Group of microcalcifications"


class BranchReason(TextChoices):
    """Why changes stand beside their annotation instead of in it."""

    OVERLAP = "overlap", "Overlaps what was changed elsewhere meanwhile"
    LATE = "late", "Came after the annotation was submitted"


class BranchDecisionValue(TextChoices):
    MERGED = "merged", "Merged"
    LEFT_ASIDE = "left_aside", "Left aside"


class ProposalDecisionValue(TextChoices):
    """A reader's word on a piece that a model proposed; reopened: she wants to be asked again."""

    ACCEPTED = "accepted", "Accepted"
    TRIMMED = "trimmed", "A part of it accepted"
    REJECTED = "rejected", "Rejected"
    REOPENED = "reopened", "Asked again"


class Question(TextChoices):
    BAC_PRESENT = "bac_present", "Is BAC present?"


class QuestionScope(TextChoices):
    IMAGE = "image", "About each image"
    EXAM = "exam", "About the exam"


class Answer(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNCERTAIN = "uncertain", "Uncertain"


class Assessment(TextChoices):
    """Of a dot or a group of microcalcifications, by the reader."""

    BENIGN = "benign", "Benign"
    MALIGNANT = "malignant", "Malignant"
    UNKNOWN = "unknown", "Unknown"


class Histology(TextChoices):
    """What the tissue of a finding was, where it is known; "" is not recorded.

    Fine enough for the pathology columns of the public sets: CBIS-DDSM (benign without callback, benign,
    malignant), EMBED (invasive, not invasive, high risk, borderline, benign) and CMMD (benign, malignant).
    """

    NOT_DONE = "not_done", "No biopsy"
    BENIGN_WITHOUT_CALLBACK = "benign_without_callback", "Benign without recall"
    BENIGN = "benign", "Benign tissue"
    HIGH_RISK = "high_risk", "Atypia or other high-risk lesion"
    DCIS = "dcis", "Carcinoma in situ (DCIS)"
    INVASIVE = "invasive", "Invasive carcinoma"
    MALIGNANT = "malignant", "Malignant, kind not known"


class RunState(TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    DEAD = "dead", "Given up"


class ModelState(TextChoices):
    """Where a model version stands; of one task and label one at most is active."""

    CANDIDATE = "candidate", "Candidate"
    ACTIVE = "active", "Active"
    RETIRED = "retired", "Retired"


class ModelTask(TextChoices):
    """What one output of a network stands for."""

    SEGMENTATION = "segmentation", "Marks pixels"
    IMAGE_CLASSIFICATION = "image_classification", "Judges whole images"
    PATCH_CLASSIFICATION = "patch_classification", "Judges patches"


class ModelLabel(TextChoices):
    """What a high probability says is there."""

    BAC = "bac", "Breast arterial calcification"
    MICROCALCIFICATION = "microcalcification", "Microcalcification"
    MALIGNANT = "malignant", "Malignant microcalcification"


class MapKind(TextChoices):
    DENSITY = "density", "Density"
    CALCIFICATION_THICKNESS = "calcification_thickness", "Thickness of calcification"
    HEATMAP = "heatmap", "Heatmap of a classifier"


class MapState(TextChoices):
    """What there is of a map, as it is told; never stored."""

    READY = "ready", "Ready"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Being measured"
    ABSENT = "absent", "Not measured yet"
    UNDEFINED = "undefined", "Not possible for this image"
    FAILED = "failed", "Could not be measured"


class CorrectionDecisionValue(TextChoices):
    """What the algorithm proposes for a component."""

    KEEP = "keep", "Keep"
    REMOVE = "remove", "Remove"
    BORDERLINE = "borderline", "Borderline"


class CommentEventKind(TextChoices):
    REPLY = "reply", "Reply"
    RESOLVE = "resolve", "Resolve"
    REOPEN = "reopen", "Open again"


class ReviewValue(TextChoices):
    """An expert's word on a whole reading."""

    ACCEPTED = "accepted", "Accepted"
    RETURNED = "returned", "Sent back to its reader"
    REOPENED = "reopened", "Opened again: the word before is taken back"


class ExamState(TextChoices):
    """Where the reading of an exam stands on its way through a campaign; told, never stored."""

    LATER = "later", "Opens later"
    WAITING = "waiting", "Waits for its reader"
    IN_PROGRESS = "in_progress", "In progress"
    RETURNED = "returned", "Back with its reader"
    IN_REVIEW = "in_review", "In review"
    SUBMITTED = "submitted", "Submitted, others still read it"
    IN_ADJUDICATION = "in_adjudication", "In adjudication"
    DONE = "done", "Done"
    SKIPPED = "skipped", "Skipped"
    WITHDRAWN = "withdrawn", "Withdrawn"


class NoticeEvent(TextChoices):
    """A hand-over: somebody else can go on now."""

    EXAM_SUBMITTED = "exam_submitted", "An exam was submitted and waits for a review"
    REVIEW_RETURNED = "review_returned", "A reviewed exam came back to its reader"
    GATE_OPENED = "gate_opened", "All first exams of a reader are reviewed; the rest is open"
    BATCH_DONE = "batch_done", "The last exam of a batch was read"
    CAMPAIGN_DONE = "campaign_done", "The last exam of a campaign was read"
    ADJUDICATION_WAITING = "adjudication_waiting", "Disagreements wait to be resolved"


class EmailPace(TextChoices):
    """How often a person is told by e-mail of exams that were submitted."""

    HOUR = "hour", "At most once an hour for each campaign"
    DAY = "day", "Once a day for each campaign, in the morning"


class DeliveryState(TextChoices):
    """Of a notice on its way."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"


class ConsensusRule(TextChoices):
    """When a segment that some readers marked and others did not counts; what is tied goes to an expert."""

    MAJORITY = "majority", "More than half of the readers"
    STAPLE = "staple", "STAPLE: readers weighed by how far each is to be trusted"
    UNANIMOUS = "unanimous", "All readers; whatever one of them left out goes to an expert"


class SegmentOutcome(TextChoices):
    """What the rule of the campaign makes of a segment on which readers disagree."""

    KEPT = "kept", "Kept by the rule"
    LEFT_OUT = "left_out", "Left out by the rule"
    TIED = "tied", "Tied: an expert decides"


class AdjudicationChoice(TextChoices):
    """An expert's word on a disputed segment."""

    READER = "reader", "As one reader drew it"
    BOTH = "both", "As all together drew it"
    NEITHER = "neither", "Nothing there"
    REDRAW = "redraw", "Drawn anew"
    DISCUSS = "discuss", "To be discussed"
    UNDO = "undo", "Taken back"


class SignOffMeaning(TextChoices):
    """What a signature stands for."""

    REVIEWED = "reviewed", "Reviewed"
    APPROVED = "approved_as_reference", "Approved as reference"


class ReadingCheck(TextChoices):
    """A rule that a reading is held to before it is submitted."""

    LABELS_TOUCH = "labels_touch", "A BAC label touches no microcalcification label"
    EMPTY_BUT_YES = "empty_but_yes", "Where the answer is yes, something is labelled as BAC"
    LABELLED_BUT_NO = "labelled_but_no", "Where the answer is no, nothing is labelled as BAC"
    OUTSIDE_BREAST = "outside_breast", "No label lies outside the breast"
    SMALL_GROUP = "small_group", "A group holds at least so many microcalcifications"
    TINY_PIECE = "tiny_piece", "A piece of BAC has at least so many pixels"


class CheckStrictness(TextChoices):
    """What becomes of a reading that breaks a check."""

    OFF = "off", "Off"
    WARN = "warn", "Warn"
    BAR = "bar", "Bar"


class ReferenceKind(TextChoices):
    """How the answer of a reference exam is known."""

    PLANTED = "planted", "Calcification of known length planted in a copy"
    EXPERT = "expert", "Read by an expert"
    KNOWN = "known", "Known from how the image was made"


class DatasetVersionState(TextChoices):
    DRAFT = "draft", "Draft"
    FROZEN = "frozen", "Frozen"
