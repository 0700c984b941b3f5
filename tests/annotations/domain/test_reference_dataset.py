"""From readers who disagree to files on a disk: the labels of a frozen version are those that were signed."""

import json
import uuid

import numpy as np
import pytest
from PIL import Image

from annotations.domain.adjudication import AdjudicationDraft, decide_segment
from annotations.domain.dataset_export import export_dataset_version
from annotations.domain.disagreement import waiting_segments
from annotations.domain.reference_standard import build_reference
from annotations.domain.sign_off import Signer, current_digests, sign_off
from annotations.enums import SignOffMeaning
from annotations.models import AnnotationSnapshot
from ml import masks
from tests.factories.consensus import find_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.dataset import make_dataset_version
from tests.factories.operations import make_patch
from tests.factories.reader import PASSWORD, make_reader

pytestmark = pytest.mark.django_db

AGREED, DISPUTED, REDRAWN = make_square(4, 4, 12), make_square(40, 4, 8), make_square(42, 6, 3)


def _signed_reference(readings):
    """Let an expert draw the one disputed segment anew, build the reference standard, and sign it."""
    campaign, expert = readings[0].assignment.campaign, make_reader("adjudicator")
    find_disagreements(campaign)
    draft = AdjudicationDraft(id=uuid.uuid4(), choice="redraw", mask=make_patch(REDRAWN))
    decide_segment(segment=waiting_segments(campaign).get(), reader=expert, draft=draft)
    reference, _ = build_reference(campaign=campaign, reader=expert)
    signature = sign_off(
        campaign=campaign,
        reference=reference,
        signer=Signer(reader=expert, password=PASSWORD),
        meaning=SignOffMeaning.APPROVED,
    )
    assert signature.sha256 in current_digests(campaign, [signature])
    return reference


def _exported(version, folder):
    """Read the masks of an export back: {(annotation, label): boolean array}."""
    export_dataset_version(version=version, folder=folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    return {
        (item["annotation"]["annotation"], label): np.asarray(Image.open(folder / facts["file"])) == 255
        for item in manifest["items"]
        for label, facts in item["masks"].items()
    }


def test_a_version_of_reference_labels_holds_what_was_signed_byte_for_byte(tmp_path):
    readings = make_readings([{"bac": AGREED | DISPUTED}, {"bac": AGREED}])
    make_readings([{"bac": AGREED}, {"bac": AGREED}])  # of another campaign
    reference = _signed_reference(readings)
    name = reference.campaign.name

    version = make_dataset_version(frozen=True, which="reference", campaign=name)
    files = _exported(version, tmp_path / "out")

    (annotation,) = reference.images.values_list("annotation", flat=True)
    snapshots = {each.label: each for each in AnnotationSnapshot.objects.filter(annotation=annotation)}
    assert files.keys() == {(str(annotation), label) for label in snapshots}
    for (_, label), drawn in files.items():
        stored = masks.decode(bytes(snapshots[label].mask), versions=(1, 2))
        assert masks.encode(masks.from_dense(drawn)) == masks.encode(stored)
    assert np.array_equal(files[str(annotation), "bac"], AGREED | REDRAWN)


def test_a_frozen_version_stays_when_the_reference_standard_moves_on(tmp_path):
    readings = make_readings([{"bac": AGREED | DISPUTED}, {"bac": AGREED}])
    reference = _signed_reference(readings)
    campaign = reference.campaign
    frozen = make_dataset_version(frozen=True, which="reference", campaign=campaign.name)

    make_readings([{"bac": AGREED}] * 2, campaign=campaign)
    find_disagreements(campaign)
    build_reference(campaign=campaign, reader=reference.built_by)
    later = make_dataset_version(frozen=True, which="reference", campaign=campaign.name)

    assert len(_exported(frozen, tmp_path / "first")) == 2
    assert len(_exported(later, tmp_path / "second")) == 4
