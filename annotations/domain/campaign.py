from collections.abc import Iterable, Sequence

from django.db import transaction

from annotations.domain.audit import record_act
from annotations.domain.planted_twin import closed_readings, twins_among
from annotations.enums import CampaignPurpose, ConsensusRule, Label, PreannotationPolicy
from annotations.errors import ConflictError, OperationRefusedError
from annotations.models import Annotation, Assignment, Campaign, CampaignReader, Guideline, Reader, Study


@transaction.atomic
def create_campaign(
    *,
    name: str,
    actor: Reader | None,
    guideline: str = "",
    purpose: str = CampaignPurpose.READING,
    labels: Sequence[str] = tuple(Label.values),
    preannotation: str = PreannotationPolicy.SHOWN,
    shows_priors: bool = True,
    gate_exams: int = 0,
    coverage_share_required: float | None = None,
    consensus_rule: str = ConsensusRule.MAJORITY,
) -> Campaign:
    """Open a campaign, its guideline being version 1; `actor` is None for commands alone."""
    campaign = Campaign.objects.create(
        name=name,
        purpose=purpose,
        labels=list(labels),
        preannotation=preannotation,
        shows_priors=shows_priors,
        gate_exams=gate_exams,
        coverage_share_required=coverage_share_required,
        consensus_rule=consensus_rule,
    )
    if guideline:
        Guideline.objects.create(campaign=campaign, number=1, text=guideline, author=actor)
    record_act("create_campaign", actor=actor, subject=campaign, name=name)
    return campaign


def reading_behind(annotation: Annotation) -> Assignment | None:
    """Return the exam that a label was read for, also where an expert made it from a reader's."""
    link: Annotation | None = annotation
    while link is not None:
        if link.assignment is not None:
            return link.assignment
        link = link.derived_from
    return None


def campaign_of(annotation: Annotation) -> Campaign | None:
    assignment = reading_behind(annotation)
    return assignment.campaign if assignment else None


def check_label(annotation: Annotation, label: str) -> None:
    """Refuse strokes of a label that the campaign does not ask for."""
    campaign = campaign_of(annotation)
    if campaign is not None and label not in campaign.labels:
        names = " and ".join(Label(each).label.lower() for each in campaign.labels)
        raise OperationRefusedError(
            f"{campaign.name} labels {names} alone; {Label(label).label.lower()} is not taken here.",
            code="label_not_asked",
        )


def join(campaign: Campaign, readers: Iterable[Reader]) -> None:
    """Let people read in a campaign; who is in it already stays, who left comes back."""
    readers = list(readers)
    CampaignReader.objects.bulk_create(
        [CampaignReader(campaign=campaign, reader=reader) for reader in readers], ignore_conflicts=True
    )
    campaign.readers.filter(reader__in=readers).update(left_at=None)


@transaction.atomic
def assign_studies(
    *, campaign: Campaign, studies: Iterable[Study], readers: Iterable[Reader], actor: Reader | None
) -> int:
    """Give every exam to every reader for the first round, all or none; return how many are new.

    What was given before stays as it is. `actor` is None for commands alone.
    """
    studies, readers = list(studies), list(readers)
    join(campaign, readers)
    pairs = [(study, reader) for study in studies for reader in readers]
    exams = [study.id for study in studies]
    if twins_among(exams) or closed_readings(exams, [reader.id for reader in readers]):
        raise ConflictError(
            "Not given: one of these readers has, had or would get a planted copy beside the exam that it "
            "was made from, or two copies of it. Choose other exams or other readers.",
            code="twin_had_before",
        )
    return sum(_assign(campaign, study, reader, actor=actor) for study, reader in pairs)


def _assign(campaign: Campaign, study: Study, reader: Reader, *, actor: Reader | None) -> bool:
    if campaign.preannotation == PreannotationPolicy.RANDOMISED:
        raise ConflictError(
            "This campaign draws by lot for which exams the model's proposal is shown; give its exams out "
            "with a plan.",
            code="plan_required",
        )
    assignment, is_new = Assignment.objects.get_or_create(
        campaign=campaign,
        study=study,
        reader=reader,
        round=1,
        defaults={"shows_preannotation": campaign.preannotation == PreannotationPolicy.SHOWN},
    )
    if is_new:
        record_act("assign_study", actor=actor, subject=assignment, reader=reader.pseudonym)
    return is_new
