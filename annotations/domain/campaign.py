from collections.abc import Iterable

from django.db import transaction

from annotations.domain.audit import record_act
from annotations.enums import PreannotationPolicy
from annotations.errors import ConflictError
from annotations.models import Assignment, Campaign, Guideline, Reader, Study


@transaction.atomic
def create_campaign(
    *,
    name: str,
    actor: Reader | None,
    guideline: str = "",
    preannotation: PreannotationPolicy = PreannotationPolicy.SHOWN,
    coverage_share_required: float | None = None,
) -> Campaign:
    """Open a campaign, its guideline being version 1; `actor` is None for commands alone."""
    campaign = Campaign.objects.create(
        name=name, preannotation=preannotation, coverage_share_required=coverage_share_required
    )
    if guideline:
        Guideline.objects.create(campaign=campaign, number=1, text=guideline, author=actor)
    record_act("create_campaign", actor=actor, subject=campaign, name=name)
    return campaign


@transaction.atomic
def assign_studies(
    *, campaign: Campaign, studies: Iterable[Study], readers: Iterable[Reader], actor: Reader | None
) -> int:
    """Give every exam to every reader for the first round, all or none; return how many are new.

    What was given before stays as it is. `actor` is None for commands alone.
    """
    readers = list(readers)
    pairs = [(study, reader) for study in studies for reader in readers]
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
