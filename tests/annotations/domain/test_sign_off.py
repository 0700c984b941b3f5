import uuid

import pytest
from django.core.cache import cache

from annotations.domain.adjudication import AdjudicationDraft, decide_segment, undo_last
from annotations.domain.disagreement import waiting_segments
from annotations.domain.reference_standard import build_reference
from annotations.domain.sign_off import Signer, current_digests, results_digest, sign_off
from annotations.enums import SignOffMeaning
from annotations.errors import LogInThrottledError, ReferenceNotReadyError, SignatureRefusedError
from annotations.models import AuditEntry, SignOff
from tests.factories.consensus import find_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.reader import PASSWORD, make_reader

pytestmark = pytest.mark.django_db

AGREED, DISPUTED = make_square(4, 4, 12), make_square(40, 4, 8)


@pytest.fixture(autouse=True)
def _no_attempts_before():
    cache.clear()


def is_current(signature):
    return signature.sha256 in current_digests(signature.campaign, [signature])


def make_campaign_with_reference():
    readings = make_readings([{"bac": AGREED | DISPUTED}, {"bac": AGREED}])
    campaign, expert = readings[0].assignment.campaign, make_reader("adjudicator")
    find_disagreements(campaign)
    decide(waiting_segments(campaign).get(), expert, "both")
    reference, _ = build_reference(campaign=campaign, reader=expert)
    return campaign, reference, expert


def decide(segment, reader, choice):
    draft = AdjudicationDraft(id=uuid.uuid4(), choice=choice)
    return decide_segment(segment=segment, reader=reader, draft=draft)


def sign(campaign, reference, expert, password=PASSWORD):
    return sign_off(
        campaign=campaign,
        reference=reference,
        signer=Signer(reader=expert, password=password),
        meaning=SignOffMeaning.APPROVED,
    )


def test_a_signature_names_who_what_and_in_which_sense():
    campaign, reference, expert = make_campaign_with_reference()

    signature = sign(campaign, reference, expert)

    assert (signature.reader, signature.name) == (expert, expert.user.get_username())
    assert signature.meaning == "approved_as_reference"
    assert signature.sha256 == reference.content_sha256
    assert is_current(signature)
    assert AuditEntry.objects.get(act="sign_off").details["sha256"] == reference.content_sha256


def test_a_wrong_password_signs_nothing_and_the_sixth_has_to_wait():
    campaign, reference, expert = make_campaign_with_reference()

    for _ in range(5):
        with pytest.raises(SignatureRefusedError, match="not your password"):
            sign(campaign, reference, expert, password="another")
    with pytest.raises(LogInThrottledError):
        sign(campaign, reference, expert)

    assert not SignOff.objects.exists()


def test_a_version_that_is_behind_is_not_signed():
    campaign, reference, expert = make_campaign_with_reference()
    undo_last(campaign=campaign, reader=expert, undo_id=uuid.uuid4())

    with pytest.raises(ReferenceNotReadyError) as refusal:
        sign(campaign, reference, expert)

    assert refusal.value.code == "reference_outdated"


def test_a_later_decision_makes_a_signature_out_of_date_and_its_undo_with_a_new_version_not():
    campaign, reference, expert = make_campaign_with_reference()
    signature = sign(campaign, reference, expert)
    undo_last(campaign=campaign, reader=expert, undo_id=uuid.uuid4())
    states = [is_current(signature)]

    decide(waiting_segments(campaign).get(), expert, "neither")
    build_reference(campaign=campaign, reader=expert)
    states.append(is_current(signature))
    undo_last(campaign=campaign, reader=expert, undo_id=uuid.uuid4())
    decide(waiting_segments(campaign).get(), expert, "both")
    build_reference(campaign=campaign, reader=expert)
    states.append(is_current(signature))

    assert states == [False, False, True]


def test_a_signature_under_all_results_holds_until_a_reading_or_a_decision_comes():
    campaign, _, expert = make_campaign_with_reference()
    signature = sign(campaign, None, expert)
    before = results_digest(campaign)
    states = [is_current(signature)]

    make_readings([{}], campaign=campaign)
    states.append(is_current(signature))

    assert states == [True, False]
    assert results_digest(campaign) != before
