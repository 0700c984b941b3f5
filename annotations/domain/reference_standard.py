"""The reference standard of a campaign: the replay of what its readers agreed on and its experts decided.

See docs/decisions/0011-reference-standard.md for what counts, and for what two replays share.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.campaign_reading import readings
from annotations.domain.consensus import lock_campaign
from annotations.domain.disagreement import (
    DECIDING,
    current_consensuses,
    standing_decisions,
    waiting_segments,
)
from annotations.domain.image_comparison import FEWEST_READINGS, count_images_to_compare
from annotations.enums import (
    AdjudicationChoice,
    AlgorithmType,
    Answer,
    Label,
    OperationKind,
    Question,
    ReadingState,
)
from annotations.errors import ReferenceNotReadyError
from annotations.ml_gateway.consensus import settle
from annotations.ml_gateway.masks import MaskBytes, compact_mask
from annotations.models import (
    AdjudicationDecision,
    Annotation,
    AnnotationOperation,
    AnnotationSnapshot,
    Campaign,
    Consensus,
    ConsensusSegment,
    Reader,
    ReferenceImage,
    ReferenceStandard,
)

LabelMasks = Mapping[str, MaskBytes]


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far the records of a campaign count."""

    consensus_sequence: int
    decision_sequence: int


@transaction.atomic
def build_reference(*, campaign: Campaign, reader: Reader) -> tuple[ReferenceStandard, bool]:
    """Write the next version and say True, or return the last and say False where nothing was added since.

    Locks the campaign. Images with a segment that waits for an expert are left out and counted.
    """
    campaign = lock_campaign(campaign)
    if count_images_to_compare(campaign):
        raise ReferenceNotReadyError(
            "Readings have come or gone since disagreements were looked for. Look for them again, then build "
            "the reference standard.",
            code="consensus_outdated",
        )
    last = campaign.reference_standards.order_by("-number").first()
    if last is not None and not is_behind(last):
        return last, False
    waiting = set(waiting_segments(campaign).order_by().values_list("mammogram_id", flat=True))
    position = _position_now(campaign)
    settled = final_masks(campaign, position)
    masks = {mammogram: found for mammogram, found in settled.items() if mammogram not in waiting}
    if not masks:
        raise ReferenceNotReadyError(_why_nothing_is_settled(len(settled)), code="nothing_settled")
    reference = ReferenceStandard.objects.create(
        campaign=campaign,
        number=last.number + 1 if last else 1,
        built_by=reader,
        images_waiting=len(waiting),
        content_sha256=content_digest(masks),
        **vars(position),
    )
    _write_images(reference, masks, last)
    record_act(
        "build_reference", actor=reader, subject=reference, images=len(masks), sha256=reference.content_sha256
    )
    return reference, True


def _why_nothing_is_settled(compared: int) -> str:
    if not compared:
        return (
            f"No version was built: no image was read by {FEWEST_READINGS} readers yet. Build it when exams "
            "have been read more than once."
        )
    images = "the 1 compared image has" if compared == 1 else f"all {compared} compared images have"
    return (
        f"No version was built: {images} a segment that waits for an expert. Resolve the segments of "
        "at least one image on the page Adjudication, then build."
    )


def is_behind(reference: ReferenceStandard) -> bool:
    """Whether a consensus or a decision came after those that this version was built from."""
    decisions = AdjudicationDecision.objects.filter(
        campaign=reference.campaign,
        choice__in=[*DECIDING, AdjudicationChoice.UNDO],
        is_late=False,
        sequence__gt=reference.decision_sequence,
    )
    consensuses = Consensus.objects.filter(
        campaign=reference.campaign, sequence__gt=reference.consensus_sequence
    )
    return decisions.exists() or consensuses.exists()


def final_masks(campaign: Campaign, position: Position) -> dict[UUID, dict[str, MaskBytes]]:
    """Replay the records up to a position: the final masks of every image that two readers have read.

    A decision takes the place of whatever the rule made of its segment; an undecided segment stays as the
    rule left it.
    """
    consensuses = list(
        current_consensuses(campaign, up_to=position.consensus_sequence).select_related("mammogram")
    )
    segments = _decided_segments(consensuses, up_to=position.decision_sequence)
    masks: dict[UUID, dict[str, MaskBytes]] = defaultdict(dict)
    for consensus in consensuses:
        if len(consensus.readings) >= FEWEST_READINGS:
            masks[consensus.mammogram_id][consensus.label] = settle(
                bytes(consensus.mask), segments.get(consensus.id, []), mammogram=consensus.mammogram
            )
    return dict(masks)


def _decided_segments(
    consensuses: Iterable[Consensus], *, up_to: int
) -> dict[UUID, list[tuple[bytes, bytes]]]:
    """Return what was decided on the segments of each consensus: (segment, what is kept of it)."""
    found = ConsensusSegment.objects.filter(consensus__in=[consensus.id for consensus in consensuses])
    decisions = dict(
        standing_decisions(up_to=up_to)
        .filter(disagreement__in=found.values("disagreement"))
        .values_list("disagreement_id", "mask")
    )
    decided = found.filter(disagreement__in=decisions).values_list(
        "consensus_id", "disagreement_id", "disagreement__mask"
    )
    segments: dict[UUID, list[tuple[bytes, bytes]]] = defaultdict(list)
    for consensus, disagreement, mask in decided:
        segments[consensus].append((bytes(mask), bytes(decisions[disagreement] or b"")))
    return segments


def content_digest(masks: Mapping[UUID, LabelMasks]) -> str:
    """Return the SHA-256 of a reference standard: one line for each image and label, in the order of ids."""
    lines = [
        f"{mammogram} {label} {masks[mammogram][label].sha256}"
        for mammogram in sorted(masks)
        for label in sorted(masks[mammogram])
    ]
    return hashlib.sha256("\n".join(["tramline-reference-1", *lines, ""]).encode()).hexdigest()


def is_reproduced(reference: ReferenceStandard) -> bool:
    """Build a version once more from the records alone, and hold it to its digest and to what is stored."""
    images = dict(reference.images.values_list("mammogram_id", "annotation_id"))
    position = Position(
        consensus_sequence=reference.consensus_sequence, decision_sequence=reference.decision_sequence
    )
    replayed = final_masks(reference.campaign, position)
    masks = {mammogram: replayed[mammogram] for mammogram in images if mammogram in replayed}
    stored = _stored_digests(images.values())
    return (
        masks.keys() == images.keys()
        and content_digest(masks) == reference.content_sha256
        and all(_digests(masks[mammogram]) == stored[annotation] for mammogram, annotation in images.items())
    )


def _position_now(campaign: Campaign) -> Position:
    consensuses = campaign.consensuses.aggregate(last=Max("sequence"))
    decisions = campaign.adjudication_decisions.aggregate(last=Max("sequence"))
    return Position(consensus_sequence=consensuses["last"] or 0, decision_sequence=decisions["last"] or 0)


def _digests(masks: LabelMasks) -> dict[str, str]:
    return {label: mask.sha256 for label, mask in masks.items()}


def _stored_digests(annotations: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    digests: dict[UUID, dict[str, str]] = defaultdict(dict)
    snapshots = AnnotationSnapshot.objects.filter(annotation__in=list(annotations))
    for annotation, label, sha256 in snapshots.values_list("annotation_id", "label", "sha256"):
        digests[annotation][label] = sha256
    return digests


def _write_images(
    reference: ReferenceStandard, masks: Mapping[UUID, LabelMasks], last: ReferenceStandard | None
) -> None:
    """Name an annotation for each image: that of the version before where its masks are the same."""
    before = dict(last.images.values_list("mammogram_id", "annotation_id")) if last else {}
    stored = _stored_digests(before.values())
    same = {
        mammogram: annotation
        for mammogram, annotation in before.items()
        if mammogram in masks and stored[annotation] == _digests(masks[mammogram])
    }
    fresh = _write_annotations(
        reference, {mammogram: found for mammogram, found in masks.items() if mammogram not in same}
    )
    ReferenceImage.objects.bulk_create(
        [
            ReferenceImage(reference=reference, mammogram_id=mammogram, annotation_id=annotation)
            for mammogram, annotation in {**same, **fresh}.items()
        ]
    )


def _write_annotations(reference: ReferenceStandard, masks: Mapping[UUID, LabelMasks]) -> dict[UUID, UUID]:
    """Write final masks as submitted annotations of their own: they replace nobody's reading."""
    helped = _images_read_with_help(reference.campaign)
    annotations = {
        mammogram: Annotation(
            mammogram_id=mammogram,
            reader=reference.built_by,
            algorithm_type=AlgorithmType.SEMIAUTOMATIC,
            state=ReadingState.SUBMITTED,
            submitted_at=timezone.now(),
            preannotation_shown=mammogram in helped,
        )
        for mammogram in masks
    }
    operations, snapshots = [], []
    for mammogram, annotation in annotations.items():
        rows = _operations(annotation, masks[mammogram], reference)
        annotation.version = len(rows)
        operations += rows
        snapshots += _snapshots(annotation, masks[mammogram])
    Annotation.objects.bulk_create(annotations.values())
    AnnotationOperation.objects.bulk_create(operations)
    AnnotationSnapshot.objects.bulk_create(snapshots)
    return {mammogram: annotation.id for mammogram, annotation in annotations.items()}


def _images_read_with_help(campaign: Campaign) -> set[UUID]:
    """Whoever builds on a reading has seen what its reader saw."""
    return set(
        readings(campaign).filter(preannotation_shown=True).order_by().values_list("mammogram_id", flat=True)
    )


def _operations(
    annotation: Annotation, masks: LabelMasks, reference: ReferenceStandard
) -> list[AnnotationOperation]:
    """Write one patch for each label that is there, and the answer that follows from the masks."""
    details = {"reference_standard": str(reference.id)}
    answer = Answer.YES if masks[Label.BAC].area_px else Answer.NO
    drafts: list[dict[str, object]] = [
        {"kind": OperationKind.MASK, "label": label, "patch": compact_mask(masks[label].data)}
        for label in sorted(masks)
        if masks[label].area_px
    ]
    drafts.append({"kind": OperationKind.ANSWER, "question": Question.BAC_PRESENT, "answer": answer})
    return [
        AnnotationOperation(
            annotation=annotation, sequence=sequence, made_at=timezone.now(), details=details, **draft
        )
        for sequence, draft in enumerate(drafts, start=1)
    ]


def _snapshots(annotation: Annotation, masks: LabelMasks) -> list[AnnotationSnapshot]:
    return [
        AnnotationSnapshot(
            annotation=annotation,
            version=annotation.version,
            label=label,
            mask=compact_mask(mask.data),
            sha256=mask.sha256,
            area_px=mask.area_px,
        )
        for label, mask in masks.items()
    ]
