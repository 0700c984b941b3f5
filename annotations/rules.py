"""Who may see and do what: predicates, and querysets from which every list and every lookup starts.

A reader knows the images assigned to her, earlier exams of these patients as pictures, and only her own
annotations. An adjudicator sees all
submitted annotations. A data scientist sees submitted annotations under pseudonyms and all datasets.
An administrator takes images in and manages people; masks are not shown to her by default.
Whoever still has an exam to read, in whatever role, is blind to what others made of it.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.enums import (
    AssignmentState,
    CampaignPurpose,
    MapKind,
    ModelLabel,
    ModelState,
    ModelTask,
    PreannotationPolicy,
    ReadingState,
    ReviewValue,
    Role,
)
from annotations.models import (
    AgreementReport,
    Annotation,
    AnnotationBranch,
    Assignment,
    Campaign,
    CampaignReader,
    Comment,
    CorrectionRun,
    Disagreement,
    ExamReview,
    ImageMap,
    InferenceRun,
    Mammogram,
    ModelVersion,
    PoolSlot,
    Reader,
    ReadingPair,
    ReviewedImage,
    Study,
)

EXPERTS = (Role.ADJUDICATOR, Role.DATA_SCIENTIST)
# Both point at what the reader is asked to find.
HELPING_MAPS = (MapKind.CALCIFICATION_THICKNESS, MapKind.HEATMAP)


def is_expert(reader: Reader) -> bool:
    return reader.role in EXPERTS


def can_take_in(reader: Reader) -> bool:
    return reader.role in (Role.ADMINISTRATOR, Role.DATA_SCIENTIST)


def can_manage_campaigns(reader: Reader) -> bool:
    """Only an administrator: whoever gives out exams knows which name is behind which pseudonym."""
    return reader.role == Role.ADMINISTRATOR


def can_work_on_campaigns(reader: Reader) -> bool:
    """Whoever has more to do with a campaign than to read its exams."""
    return reader.role != Role.READER


def campaigns_visible_to(reader: Reader) -> QuerySet[Campaign]:
    """Campaigns by name: for a reader those in which she reads."""
    return campaigns_read_by(reader) if reader.role == Role.READER else Campaign.objects.all()


def campaigns_read_by(reader: Reader) -> QuerySet[Campaign]:
    """Campaigns that gave her exams, or that she has joined to take some from their pool."""
    given = assignments_visible_to(reader).filter(campaign=OuterRef("pk"))
    joined = CampaignReader.objects.filter(campaign=OuterRef("pk"), reader=reader, left_at=None)
    return Campaign.objects.filter(Exists(given) | Exists(joined))


def reads_in(reader: Reader, campaign: Campaign) -> bool:
    return campaigns_read_by(reader).filter(pk=campaign.pk).exists()


def can_see_results(reader: Reader, campaign: Campaign) -> bool:
    """Figures of what readers made; whoever has, or may get, an exam of the campaign to read learns none."""
    return campaigns_with_results_for(reader).filter(pk=campaign.pk).exists()


def campaigns_with_results_for(reader: Reader) -> QuerySet[Campaign]:
    if reader.role == Role.READER:
        return Campaign.objects.none()
    still_reads = unfinished(assignments_visible_to(reader)).filter(campaign=OuterRef("pk"))
    may_get = _slots_open_to(reader).filter(campaign=OuterRef("pk"))
    return Campaign.objects.exclude(Exists(still_reads)).exclude(Exists(may_get))


def _slots_open_to(reader: Reader) -> QuerySet[PoolSlot]:
    """Readings that a pool may still give her, of exams that she has not had.

    Whatever her role: one day she may read again, and is blind only to what she was never shown.
    """
    joined = CampaignReader.objects.filter(reader=reader, left_at=None).values("campaign")
    had = Assignment.objects.filter(
        campaign=OuterRef("campaign"), study=OuterRef("study"), reader=reader
    ).exclude(state=AssignmentState.WITHDRAWN)
    return _slots_to_come().filter(~Exists(had), campaign__in=joined)


def _members_to_get(study: UUID) -> QuerySet[CampaignReader]:
    """The same, asked of one exam: who of the pools that hold it may still be given it."""
    slots = _slots_to_come().filter(campaign=OuterRef("campaign"), study=study)
    had = Assignment.objects.filter(
        campaign=OuterRef("campaign"), study=study, reader=OuterRef("reader")
    ).exclude(state=AssignmentState.WITHDRAWN)
    return CampaignReader.objects.filter(Exists(slots), ~Exists(had), left_at=None)


def _slots_to_come() -> QuerySet[PoolSlot]:
    """Readings that pools of open campaigns may give out, today or when what is held comes back."""
    free = Q(assignment=None) | Q(assignment__state=AssignmentState.OPEN)
    return PoolSlot.objects.filter(free, closed_at=None, campaign__closed_at=None)


def can_adjudicate(reader: Reader, campaign: Campaign) -> bool:
    """Look at what readers of a campaign made, and decide: an adjudicator who has none of it left to read."""
    return reader.role == Role.ADJUDICATOR and can_see_results(reader, campaign)


def campaigns_adjudicated_by(reader: Reader) -> QuerySet[Campaign]:
    if reader.role != Role.ADJUDICATOR:
        return Campaign.objects.none()
    return campaigns_with_results_for(reader)


def disagreements_visible_to(reader: Reader) -> QuerySet[Disagreement]:
    """What readers drew differently, but for exams that the expert still reads, in whatever campaign."""
    return Disagreement.objects.filter(campaign__in=campaigns_adjudicated_by(reader)).exclude(
        mammogram__study__in=studies_still_read_by(reader)
    )


def can_send_to_adjudication(reader: Reader, campaign: Campaign) -> bool:
    """Put images before an expert: the expert herself, and the lead, who does not decide on them."""
    return reader.role in (Role.ADJUDICATOR, Role.ADMINISTRATOR) and can_see_results(reader, campaign)


def reading_pairs_visible_to(reader: Reader) -> QuerySet[ReadingPair]:
    """Comparisons in campaigns whose results she may see, but of exams that she still reads anywhere."""
    return ReadingPair.objects.filter(campaign__in=campaigns_with_results_for(reader)).exclude(
        first__mammogram__study__in=studies_still_read_by(reader)
    )


def agreement_reports_visible_to(reader: Reader) -> QuerySet[AgreementReport]:
    """Figures under pseudonyms, of campaigns whose results she may see."""
    return AgreementReport.objects.filter(campaign__in=campaigns_with_results_for(reader))


def can_manage_models(reader: Reader) -> bool:
    return reader.role in (Role.ADMINISTRATOR, Role.DATA_SCIENTIST)


def model_versions_usable_by(reader: Reader) -> QuerySet[ModelVersion]:
    """Models that she may run on an image to see what they mark: what is in use, and to try out, candidates.

    Proposals are drawn and accepted as BAC, so models of another label are not among them.
    """
    states = [ModelState.ACTIVE]
    if reader.role == Role.DATA_SCIENTIST:
        states.append(ModelState.CANDIDATE)
    marking = ModelVersion.objects.filter(task=ModelTask.SEGMENTATION, label=ModelLabel.BAC)
    return marking.filter(state__in=states)


def can_manage_datasets(reader: Reader) -> bool:
    return reader.role == Role.DATA_SCIENTIST


def can_compare(reader: Reader) -> bool:
    return is_expert(reader)


def can_decide_corrections(reader: Reader) -> bool:
    return reader.role in (Role.READER, Role.ADJUDICATOR)


def assignments_visible_to(reader: Reader) -> QuerySet[Assignment]:
    return Assignment.objects.filter(reader=reader)


def studies_still_read_by(reader: Reader) -> QuerySet[Study, UUID]:
    """Exams on which she is blind to what others made of them: hers to read, and what a pool may give her."""
    given = unfinished(assignments_visible_to(reader)).values("study")
    to_come = _slots_open_to(reader).values("study")
    return Study.objects.filter(Q(id__in=given) | Q(id__in=to_come)).values_list("id", flat=True)


def unfinished(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what is open, what has an image that came after it was submitted, and what an expert sent back.

    What was skipped or withdrawn is over, whatever of it was read.
    """
    submitted = Annotation.objects.filter(
        assignment=OuterRef(OuterRef("pk")),
        mammogram=OuterRef("pk"),
        derived_from__isnull=True,
        state=ReadingState.SUBMITTED,
    )
    unread = Mammogram.objects.filter(study=OuterRef("study")).exclude(Exists(submitted))
    return assignments.filter(
        Q(state=AssignmentState.OPEN)
        | Q(state=AssignmentState.SUBMITTED) & (Exists(unread) | Exists(copies_to_go_on_with()))
    )


def returned(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what an expert sent back, and its reader has not submitted again."""
    return assignments.filter(Exists(copies_to_go_on_with()), state=AssignmentState.SUBMITTED)


def to_repeat(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what its reader has ended and is to read once more: until then she is blind to what she made."""
    later = Assignment.objects.filter(
        campaign=OuterRef("campaign"),
        study=OuterRef("study"),
        reader=OuterRef("reader"),
        round__gt=OuterRef("round"),
    )
    return assignments.exclude(state=AssignmentState.OPEN).filter(Exists(unfinished(later)))


def campaigns_repeated_by(reader: Reader) -> QuerySet[Assignment, UUID]:
    """Campaigns in which she reads some exams twice; no list offers her own labels, or it told which."""
    return assignments_visible_to(reader).filter(round__gt=1).values_list("campaign", flat=True)


def exams_shown_again_to(reader: Reader) -> QuerySet[Assignment]:
    """Exams whose own labels and answers open to her: none that she repeats.

    Where some come back to her unasked, none that she has ended: what stayed closed would tell which. In
    training she asks for a further try herself.
    """
    own = assignments_visible_to(reader)
    unasked = campaigns_repeated_by(reader).exclude(campaign__purpose=CampaignPurpose.TRAINING)
    ended = own.exclude(state=AssignmentState.OPEN).filter(campaign__in=unasked)
    return own.exclude(id__in=to_repeat(own).values("id")).exclude(id__in=ended.values("id"))


def copies_to_go_on_with(assignment: str = "pk") -> QuerySet[ReviewedImage]:
    """Open copies of an assignment by its last review; a word that was taken back asks for nothing.

    `assignment` is its field in the rows that are asked about.
    """
    later = ExamReview.objects.filter(
        assignment=OuterRef("review__assignment"), sequence__gt=OuterRef("review__sequence")
    )
    return ReviewedImage.objects.filter(
        ~Exists(later),
        review__assignment=OuterRef(assignment),
        review__value=ReviewValue.RETURNED,
        result__state=ReadingState.OPEN,
    )


def exams_reviewable_by(reader: Reader) -> QuerySet[Assignment]:
    """Readings on which an expert may say her word: of others, where she reads no more.

    An exam that she still has to read for another campaign is not among them.
    """
    if reader.role != Role.ADJUDICATOR:
        return Assignment.objects.none()
    return (
        Assignment.objects.filter(
            state=AssignmentState.SUBMITTED, campaign__in=campaigns_with_results_for(reader)
        )
        .exclude(reader=reader)
        .exclude(study__in=studies_still_read_by(reader))
    )


def mammograms_visible_to(reader: Reader) -> QuerySet[Mammogram]:
    """Images as pictures: for a reader those of her exams, and those of the same patients' earlier ones.

    Earlier exams belong to reading, unless a campaign leaves them out; a later one would tell how it went on.
    Where a date is missing nobody can say which came first, and the exam is shown. What a person or a model
    made of other exams does not belong to reading: see `mammograms_read_by`, and the rules of annotations and
    of runs.
    """
    if reader.role != Role.READER:
        return Mammogram.objects.all()
    given = assignments_visible_to(reader).filter(study__patient=OuterRef("study__patient"))
    is_undated = Q(study__shifted_day__isnull=True)
    is_later = Q(study__shifted_day__gt=OuterRef("study__shifted_day"))
    looks_back = given.filter(campaign__shows_priors=True)
    leaves_out = given.filter(campaign__shows_priors=False, state=AssignmentState.OPEN)
    is_earlier = Exists(looks_back.filter(is_undated | is_later)) | is_undated & Exists(looks_back)
    return Mammogram.objects.filter(
        Exists(given.filter(study=OuterRef("study"))) | is_earlier & ~Exists(leaves_out)
    )


def can_see_priors(reader: Reader, study: Study) -> bool:
    """Whether earlier exams are shown beside this one: not while she reads it for a campaign without them."""
    shown = set(
        assignments_visible_to(reader).filter(study=study).values_list("campaign__shows_priors", "state")
    )
    return not shown or (
        any(is_shown for is_shown, _state in shown) and (False, AssignmentState.OPEN) not in shown
    )


def mammograms_read_by(reader: Reader) -> QuerySet[Mammogram]:
    """Images on which she may do more than look: for a reader those of the exams that she was given."""
    if reader.role != Role.READER:
        return Mammogram.objects.all()
    return Mammogram.objects.filter(study__in=assignments_visible_to(reader).values("study"))


def can_state_view(reader: Reader, mammogram: Mammogram) -> bool:
    """Breast and view are told from the picture by those who read it."""
    if reader.role == Role.ADJUDICATOR:
        return True
    return reader.role == Role.READER and mammograms_read_by(reader).filter(pk=mammogram.pk).exists()


def annotations_visible_to(reader: Reader) -> QuerySet[Annotation]:
    """Own annotations but those of exams she is to repeat, and for experts everybody's submitted ones.

    An expert is blind to exams that she still reads, or may be given from a pool.
    """
    own = Q(reader=reader) & ~_is_repeated(to_repeat(assignments_visible_to(reader)))
    if not is_expert(reader):
        return Annotation.objects.filter(own)
    is_blind = Q(mammogram__study__in=studies_still_read_by(reader))
    return Annotation.objects.filter(own | Q(state=ReadingState.SUBMITTED) & ~is_blind)


def _is_repeated(repeated: QuerySet[Assignment]) -> Q:
    """Tell of an annotation whether it belongs to one of these readings, or was made of one by correction.

    What is still to be drawn, on a new image or on a copy that came back, is not hidden.
    """
    is_submitted = Q(assignment__in=repeated.values("id"), state=ReadingState.SUBMITTED)
    return is_submitted | Q(assignment=None, mammogram__study__in=repeated.values("study"))


def people_who_may_see(annotation: Annotation) -> QuerySet[Reader]:
    """Everybody to whom `annotations_visible_to` gives this annotation: whom its comments may call."""
    own = Q(id__in=_its_reader(annotation))
    if annotation.state != ReadingState.SUBMITTED:
        return Reader.objects.filter(own)
    study = annotation.mammogram.study_id
    reads = unfinished(Assignment.objects.filter(study=study)).values("reader")
    is_blind = Q(id__in=reads) | Q(id__in=_members_to_get(study).values("reader"))
    return Reader.objects.filter(own | Q(role__in=EXPERTS) & ~is_blind)


def _its_reader(annotation: Annotation) -> list[UUID]:
    """Name who made an annotation; nobody while she is to repeat the exam."""
    repeated = to_repeat(Assignment.objects.filter(reader=annotation.reader_id))
    is_hidden = Annotation.objects.filter(_is_repeated(repeated), id=annotation.id).exists()
    return [] if is_hidden else [annotation.reader_id]


def comments_visible_to(reader: Reader) -> QuerySet[Comment]:
    """Comments on visible annotations: whoever is blind to a label is blind to what is said of it."""
    return Comment.objects.filter(annotation__in=annotations_visible_to(reader))


def branches_visible_to(reader: Reader) -> QuerySet[AnnotationBranch]:
    return AnnotationBranch.objects.filter(annotation__in=annotations_visible_to(reader))


def can_decide_branch(reader: Reader, annotation: Annotation) -> bool:
    """Whoever drew it; of what was submitted also an adjudicator, who is the next to look at it."""
    if annotation.reader_id == reader.id:
        return True
    return reader.role == Role.ADJUDICATOR and annotation.state == ReadingState.SUBMITTED


def inference_runs_visible_to(reader: Reader) -> QuerySet[InferenceRun]:
    """Runs on images that she reads; hidden where she reads, or as a reader has read, without a model."""
    return InferenceRun.objects.filter(mammogram__in=mammograms_read_by(reader)).exclude(
        mammogram__study__in=_studies_read_blind_by(reader)
    )


def mammograms_mapped_for(reader: Reader, kind: MapKind) -> QuerySet[Mammogram]:
    """Images of which a person may ask for a map: one that helps to find only where she reads."""
    return mammograms_read_by(reader) if kind in HELPING_MAPS else mammograms_visible_to(reader)


def image_maps_visible_to(reader: Reader) -> QuerySet[ImageMap]:
    """Maps over visible images; those that help to find only where she reads, and reads with help."""
    is_help = Q(kind__in=HELPING_MAPS)
    blind = _studies_read_blind_by(reader)
    may_be_helped = Q(mammogram__in=mammograms_read_by(reader)) & ~Q(mammogram__study__in=blind)
    return ImageMap.objects.filter(~is_help | may_be_helped, mammogram__in=mammograms_visible_to(reader))


def can_preannotate(reader: Reader, mammogram: Mammogram) -> bool:
    return not _studies_read_blind_by(reader).filter(id=mammogram.study_id).exists()


def is_blind_for_another_campaign(reader: Reader, mammogram: Mammogram) -> bool:
    """Whether a reading of hers shows the proposal, and one of the same exam elsewhere has to hide it."""
    return _shown_to(reader).filter(study=mammogram.study_id).exists()


def kept_blind(hidden: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep readings without a model that hide the proposal of their exam in every campaign.

    Those to be read still, and all of a campaign in which exams come back to their reader unasked: a proposal
    that stayed closed would tell which.
    """
    come_back = Assignment.objects.filter(
        campaign=OuterRef("campaign"), reader=OuterRef("reader"), round__gt=1
    ).exclude(campaign__purpose=CampaignPurpose.TRAINING)
    return hidden.filter(Q(id__in=unfinished(hidden).values("id")) | Exists(come_back))


def _shown_to(reader: Reader) -> QuerySet[Assignment]:
    active = (AssignmentState.OPEN, AssignmentState.SUBMITTED)
    return assignments_visible_to(reader).filter(shows_preannotation=True, state__in=active)


def _studies_read_blind_by(reader: Reader) -> QuerySet[Study, UUID]:
    """Exams read with pre-annotation hidden: an expert sees the runs again once she has submitted.

    A reader does not, unless a lot shows them to her elsewhere: it could not be kept otherwise.
    """
    given = assignments_visible_to(reader).filter(shows_preannotation=False)
    if reader.role == Role.READER:
        by_lot = _shown_to(reader).filter(campaign__preannotation=PreannotationPolicy.RANDOMISED)
        was_blind = Q(id__in=given.values("study")) & ~Q(id__in=by_lot.values("study"))
        is_blind = Q(id__in=kept_blind(given).values("study")) | was_blind
    else:
        to_come = _slots_open_to(reader).filter(shows_preannotation=False)
        is_blind = Q(id__in=unfinished(given).values("study")) | Q(id__in=to_come.values("study"))
    return Study.objects.filter(is_blind).values_list("id", flat=True)


def correction_runs_visible_to(reader: Reader) -> QuerySet[CorrectionRun]:
    """Runs on visible annotations; a reader does not learn who else corrects hers."""
    runs = CorrectionRun.objects.filter(annotation__in=annotations_visible_to(reader))
    return runs if is_expert(reader) else runs.filter(requested_by=reader)
