"""How strictly a campaign holds its checks, and what they say of a reading that is about to be submitted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from annotations.domain.audit import record_act
from annotations.domain.reading_check_rules import MOST_PLACES, RULES, CheckedReading, Doubt
from annotations.enums import CheckStrictness, ReadingCheck
from annotations.errors import InvalidError, ReadingBarredError, ReadingWarnedError
from annotations.ml_gateway.masks import MaskBytes
from annotations.models import Annotation, Campaign, CampaignCheck, CheckAcknowledgement, Reader

LARGEST_LIMIT = 1000


@dataclass(frozen=True)
class HeldCheck:
    """How a campaign holds one check now."""

    name: ReadingCheck
    strictness: CheckStrictness
    limit: int | None


@dataclass(frozen=True)
class CheckObjection:
    """One thing that a check says of a reading."""

    check: HeldCheck
    doubt: Doubt

    @property
    def facts(self) -> dict[str, object]:
        """As it travels: what, how grave, and where to look."""
        place = self.doubt.place
        return {
            "check": str(self.check.name),
            "strictness": str(self.check.strictness),
            "text": self.doubt.text,
            "x_px": place.x_px if place else None,
            "y_px": place.y_px if place else None,
        }


def held_checks(campaign: Campaign) -> list[HeldCheck]:
    """Say of every check how the campaign holds it; one that nobody has spoken of is off."""
    said = {row.check_name: row for row in campaign.checks.order_by("sequence")}
    return [_held(name, said.get(name)) for name in RULES]


def _held(name: ReadingCheck, said: CampaignCheck | None) -> HeldCheck:
    if said is None:
        return HeldCheck(name, CheckStrictness.OFF, RULES[name].usual_limit)
    return HeldCheck(name, CheckStrictness(said.strictness), said.limit)


@transaction.atomic
def hold_checks(*, campaign: Campaign, checks: Collection[HeldCheck], actor: Reader) -> int:
    """Hold checks like this from now on; return how many of them were held otherwise before.

    Readings that were submitted before stay as they are.
    """
    Campaign.objects.select_for_update().get(id=campaign.id)
    before = {check.name: check for check in held_checks(campaign)}
    changed = [check for check in checks if check != before[check.name]]
    for check in changed:
        _check_limit(check)
    last = campaign.checks.aggregate(last=Max("sequence"))["last"] or 0
    for sequence, check in enumerate(changed, start=last + 1):
        CampaignCheck.objects.create(
            campaign=campaign,
            sequence=sequence,
            check_name=check.name,
            strictness=check.strictness,
            limit=check.limit,
            author=actor,
        )
        record_act(
            "hold_check",
            actor=actor,
            subject=campaign,
            check=check.name,
            strictness=check.strictness,
            limit=check.limit,
        )
    return len(changed)


def _check_limit(check: HeldCheck) -> None:
    wants_limit = RULES[check.name].usual_limit is not None
    if wants_limit != (check.limit is not None):
        wanted = "needs a number" if wants_limit else "takes no number"
        raise InvalidError(f"The check “{check.name.label}” {wanted}.", code="check_limit_wrong")
    if check.limit is not None and not 1 <= check.limit <= LARGEST_LIMIT:
        raise InvalidError(
            f"The check “{check.name.label}” takes a number from 1 to {LARGEST_LIMIT}, not {check.limit}.",
            code="check_limit_wrong",
        )


def objections(reading: CheckedReading, checks: Collection[HeldCheck]) -> list[CheckObjection]:
    """Give all that the checks which are on say of a reading, what bars it first."""
    found = [
        CheckObjection(check, doubt)
        for check in checks
        if check.strictness != CheckStrictness.OFF
        for doubt in RULES[check.name].check(reading, check.limit or 0)
    ]
    return sorted(found, key=lambda objection: objection.check.strictness != CheckStrictness.BAR)


def check_reading(
    annotation: Annotation,
    *,
    masks: Mapping[str, MaskBytes],
    answer: str | None,
    findings: Sequence[Mapping[str, object]],
    acknowledged: Collection[str],
) -> None:
    """Refuse a submission that a check of its campaign bars, or warns of and its reader has not yet seen.

    `acknowledged` are the checks of which she was warned; what these say now is stored, once it is submitted.
    Call inside the transaction that submits.
    """
    if annotation.assignment is None:
        return
    checks = held_checks(annotation.assignment.campaign)
    if all(check.strictness == CheckStrictness.OFF for check in checks):
        return
    reading = CheckedReading(
        mammogram=annotation.mammogram,
        masks={label: mask.data for label, mask in masks.items()},
        areas_px={label: mask.area_px for label, mask in masks.items()},
        bac_answer=answer,
        findings=findings,
    )
    found = objections(reading, checks)
    _refuse(found, acknowledged)
    _acknowledge(annotation, found)


def _refuse(found: Sequence[CheckObjection], acknowledged: Collection[str]) -> None:
    told = [objection.facts for objection in found[:MOST_PLACES]]
    if any(objection.check.strictness == CheckStrictness.BAR for objection in found):
        raise ReadingBarredError(
            "A rule of this campaign does not let this image be submitted as it is. Change what is listed, "
            "then submit.",
            objections=told,
            count=len(found),
        )
    if any(objection.check.name not in acknowledged for objection in found):
        raise ReadingWarnedError(
            "Look at what is listed. Change it, or submit it as it is.",
            objections=told,
            count=len(found),
        )


def _acknowledge(annotation: Annotation, found: Sequence[CheckObjection]) -> None:
    CheckAcknowledgement.objects.bulk_create(
        [
            CheckAcknowledgement(
                annotation=annotation,
                check_name=objection.check.name,
                text=objection.doubt.text,
                x_px=objection.doubt.place.x_px if objection.doubt.place else None,
                y_px=objection.doubt.place.y_px if objection.doubt.place else None,
            )
            for objection in found
        ]
    )
