"""Signatures: who stands for what, when, and in what sense; each names the digest of what was signed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.campaign_reading import readings
from annotations.domain.log_in_throttle import begin_log_in, end_log_in
from annotations.domain.reference_standard import is_behind, is_reproduced
from annotations.enums import SignOffMeaning
from annotations.errors import ReferenceNotReadyError, SignatureRefusedError
from annotations.models import AnnotationSnapshot, Campaign, Reader, ReferenceStandard, SignOff


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs, with the password typed again and the address it came from."""

    reader: Reader
    password: str
    address: str = ""


def sign_off(
    *, campaign: Campaign, reference: ReferenceStandard | None, signer: Signer, meaning: SignOffMeaning
) -> SignOff:
    """Put a signature under a reference standard or, without one, under all results of a campaign.

    A reference standard is built once more first: nobody signs what its records do not give.
    """
    _check_password(signer)
    if reference is None:
        sha256 = results_digest(campaign)
    elif is_behind(reference):
        raise ReferenceNotReadyError(
            "Decisions or readings have come since this version was built. Build the next one and sign that.",
            code="reference_outdated",
        )
    elif not is_reproduced(reference):
        raise ReferenceNotReadyError(
            "This version cannot be built again from its records as they are now. It was not signed; tell "
            "your administrator.",
            code="reference_not_reproduced",
        )
    else:
        sha256 = reference.content_sha256
    with transaction.atomic():
        signature = SignOff.objects.create(
            campaign=campaign,
            reference=reference,
            reader=signer.reader,
            name=signer.reader.user.get_username(),
            meaning=meaning,
            sha256=sha256,
        )
        record_act(
            "sign_off", actor=signer.reader, subject=reference or campaign, meaning=meaning, sha256=sha256
        )
    return signature


def _check_password(signer: Signer) -> None:
    """Hold the password to the same brake on guessing as a log-in."""
    name = signer.reader.user.get_username()
    begin_log_in(name=name, address=signer.address, now=timezone.now())
    if not signer.reader.user.check_password(signer.password):
        raise SignatureRefusedError(
            "This is not your password, so nothing was signed. Check capital letters and try again."
        )
    end_log_in(name=name, address=signer.address)


def results_digest(campaign: Campaign) -> str:
    """Return the SHA-256 of all that a campaign holds: readings with their masks, consensuses, decisions."""
    submitted = readings(campaign).order_by("id")
    snapshots = AnnotationSnapshot.objects.filter(annotation__in=submitted.values("id")).order_by(
        "annotation", "version", "label"
    )
    lists = {
        "reading": submitted.values_list("id", "version"),
        "mask": snapshots.values_list("annotation", "version", "label", "sha256"),
        "consensus": campaign.consensuses.order_by("sequence").values_list(
            "sequence", "mammogram", "label", "sha256"
        ),
        "decision": campaign.adjudication_decisions.order_by("sequence").values_list(
            "sequence", "disagreement", "choice", "letter", "is_late", "undoes"
        ),
    }
    digest = hashlib.sha256(b"tramline-results-1\n")
    for name, rows in lists.items():
        for row in rows:
            digest.update(" ".join([name, *map(str, row)]).encode() + b"\n")
    return digest.hexdigest()


def current_digests(campaign: Campaign, signatures: Iterable[SignOff]) -> set[str]:
    """Give the digests of what there is now: a signature that names one of them still holds.

    Each is computed once for all signatures, that of all results only where one of them asks for it.
    """
    newest = campaign.reference_standards.order_by("-number").first()
    digests = set() if newest is None or is_behind(newest) else {newest.content_sha256}
    if any(signature.reference_id is None for signature in signatures):
        digests.add(results_digest(campaign))
    return digests
