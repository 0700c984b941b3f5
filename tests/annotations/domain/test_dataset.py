import hashlib
import json

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations.domain.annotation import submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.dataset import (
    change_dataset_filter,
    content_digest,
    create_dataset,
    create_dataset_version,
    find_dataset_version,
    freeze_dataset_version,
    item_records,
)
from annotations.enums import AlgorithmType, Tool
from annotations.errors import (
    DatasetVersionEmptyError,
    DatasetVersionFrozenError,
    MissingError,
    TramlineError,
)
from annotations.models import (
    Annotation,
    AnnotationOperation,
    AuditEntry,
    CorrectionRun,
    DatasetItem,
    DatasetVersion,
    InferenceRun,
    Patient,
)
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.dataset import make_dataset, make_dataset_version
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.model_version import make_model_version
from tests.factories.operations import make_finding
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def _stroke() -> np.ndarray:
    mask = np.zeros((64, 48), bool)
    mask[10:14, 5:30] = True
    return mask


@pytest.mark.parametrize(
    "name", ["", "BAC", "a b", "-a", "a/b", "..", "a@1", "a\x00", "x" * 65, "\u00e4", "a\n"]
)
def test_create_dataset_refuses_names_that_make_no_good_file_name(name: str) -> None:
    with pytest.raises(TramlineError) as caught:
        create_dataset(name=name, reader=make_reader("data_scientist"))

    assert caught.value.code == "dataset_name_refused"


def test_create_dataset_refuses_a_taken_name() -> None:
    dataset = make_dataset()

    with pytest.raises(TramlineError) as caught:
        make_dataset(dataset.name)

    assert caught.value.code == "dataset_name_taken"


def test_create_dataset_version_numbers_the_versions_of_each_dataset() -> None:
    dataset, other = make_dataset(), make_dataset()

    numbers = [make_dataset_version(dataset).number, make_dataset_version(dataset).number]

    assert numbers == [1, 2]
    assert make_dataset_version(other).number == 1


@pytest.mark.parametrize(
    ("keys", "code"),
    [({"readers": ["R9"]}, "unknown_reader"), ({"campaign": "none such"}, "unknown_campaign")],
)
def test_create_dataset_version_refuses_names_that_do_not_exist(keys: dict[str, object], code: str) -> None:
    with pytest.raises(TramlineError) as caught:
        create_dataset_version(dataset=make_dataset(), filter=keys, reader=make_reader("data_scientist"))

    assert caught.value.code == code
    assert not DatasetVersion.objects.exists()


def test_freeze_writes_the_record_of_each_item() -> None:
    image = make_mammogram(pixel_spacing_mm=(0.07, 0.07), pixel_spacing_source="ImagerPixelSpacing")
    annotation = make_annotation(image, labels={"bac": _stroke()}, answer="yes", submitted=True)

    version = make_dataset_version(frozen=True)

    (record,) = item_records(version)
    runs = masks.from_dense(_stroke())
    assert record["patient"] == image.study.patient.code
    assert record["split"] in ("train", "validation", "test")
    assert record["image"]["pixel_spacing_mm"] == [0.07, 0.07]
    assert record["image"]["pixel_spacing_source"] == "ImagerPixelSpacing"
    assert record["image"]["pixels_sha256"] == image.pixels_sha256
    assert record["masks"]["bac"] == {
        "file": f"masks/{image.pixels_sha256[:16]}_{annotation.id.hex[:12]}_bac.png",
        "runs_sha256": masks.digest(runs),
        "area_px": 100,
    }
    assert record["masks"]["microcalcification"]["area_px"] == 0
    assert record["annotation"] == {
        "annotation": str(annotation.id),
        "version": 2,
        "reader": annotation.reader.pseudonym,
        "campaign": annotation.assignment.campaign.name,
        "round": 1,
        "guideline": None,
        "algorithm_type": "MANUAL",
        "derived_from": [],
        "preannotation_shown": False,
        "answers": {"bac_present": "yes"},
        "exam_answers": {},
        "created_at": annotation.created_at.isoformat(),
        "submitted_at": annotation.submitted_at.isoformat(),
    }
    assert (record["predictions"], record["corrections"], record["findings"]) == ([], [], [])


def test_freeze_tells_the_findings_as_last_told() -> None:
    annotation = make_annotation(answer="yes")
    first, gone = make_finding(), make_finding()
    changed = make_finding(id=first.finding["id"], assessment="malignant")
    removal = make_finding(id=gone.finding["id"], removed=True)
    append_operations(
        annotation=annotation,
        reader=annotation.reader,
        base_version=1,
        operations=[first, gone, changed, removal],
    )
    submit_annotation(annotation=annotation, reader=annotation.reader, version=5)

    version = make_dataset_version(frozen=True)

    assert [record["findings"] for record in item_records(version)] == [[changed.finding]]


def test_freeze_keeps_the_labels_that_were_asked_for() -> None:
    make_annotation(labels={"bac": _stroke()}, submitted=True)

    version = make_dataset_version(frozen=True, labels=["bac"])

    assert [set(record["masks"]) for record in item_records(version)] == [{"bac"}]


def test_freeze_tells_model_and_correction_behind_an_item() -> None:
    origin = make_annotation(labels={"bac": _stroke()}, submitted=True)
    model = make_model_version()
    run = InferenceRun.objects.create(
        mammogram=origin.mammogram, model_version=model, requested_by=origin.reader, state="succeeded"
    )
    AnnotationOperation.objects.create(
        annotation=origin, sequence=9, kind="mask", label="bac", tool=Tool.ACCEPT_PREDICTION,
        patch=masks.encode(masks.empty(64, 48)), details={"inference_run": str(run.id), "cutoff": 0.4},
        made_at=timezone.now(),
    )  # fmt: skip
    Annotation.objects.filter(id=origin.id).update(preannotation_shown=True)
    corrected = Annotation.objects.create(
        mammogram=origin.mammogram, reader=origin.reader, derived_from=origin,
        algorithm_type=AlgorithmType.SEMIAUTOMATIC, state="submitted", submitted_at=timezone.now(),
    )  # fmt: skip
    correction = CorrectionRun.objects.create(
        annotation=origin, annotation_version=2, requested_by=origin.reader, mode="physical",
        algorithm_version="1", parameters_sha256="ab" * 32, result=corrected, state="succeeded",
    )  # fmt: skip

    (record,) = item_records(make_dataset_version(frozen=True))

    assert record["annotation"]["annotation"] == str(corrected.id)
    assert record["annotation"]["derived_from"] == [str(origin.id)]
    assert record["annotation"]["campaign"] == origin.assignment.campaign.name
    assert record["annotation"]["preannotation_shown"] is True
    assert record["annotation"]["answers"] == {"bac_present": "yes"}
    assert record["predictions"] == [
        {
            "annotation": str(origin.id),
            "label": "bac",
            "inference_run": str(run.id),
            "model": model.name,
            "model_version": model.version,
            "weights_sha256": model.weights_sha256,
            "synthetic_only": True,
            "cutoff": 0.4,
        }
    ]
    assert record["corrections"] == [
        {
            "annotation": str(corrected.id),
            "label": "bac",
            "correction_run": str(correction.id),
            "algorithm_version": "1",
            "mode": "physical",
            "parameters_sha256": "ab" * 32,
        }
    ]


def test_freeze_never_puts_one_patient_into_two_splits() -> None:
    for number in range(20):
        study_of = Patient.objects.create(code=f"Q{number}")
        for _ in range(2):
            make_annotation(make_mammogram(study=make_study(study_of)), submitted=True)

    records = item_records(make_dataset_version(frozen=True))

    splits: dict[str, set[str]] = {}
    for record in records:
        splits.setdefault(record["patient"], set()).add(record["split"])
    assert len(records) == 40
    assert all(len(split) == 1 for split in splits.values())
    assert len(set().union(*splits.values())) > 1


def test_content_digest_is_that_of_canonical_json() -> None:
    make_annotation(
        make_mammogram(attributes={"KVP": 1e22, "x": 1.0, "small": 1e-9, "n": "\u00e4"}), submitted=True
    )
    version = make_dataset_version(frozen=True)

    records = item_records(version)

    text = json.dumps(records, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert version.content_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert version.content_sha256 == content_digest(records)


def test_equal_content_has_equal_digest_in_two_versions() -> None:
    make_annotation(submitted=True)

    assert (
        make_dataset_version(frozen=True).content_sha256 == make_dataset_version(frozen=True).content_sha256
    )


def test_freeze_refuses_an_empty_version() -> None:
    version = make_dataset_version()

    with pytest.raises(DatasetVersionEmptyError):
        freeze_dataset_version(version=version, reader=make_reader("data_scientist"))

    version.refresh_from_db()
    assert version.state == "draft"


def test_frozen_version_refuses_every_change_in_the_domain() -> None:
    make_annotation(submitted=True)
    version = make_dataset_version(frozen=True)
    reader = make_reader("data_scientist")

    with pytest.raises(DatasetVersionFrozenError):
        freeze_dataset_version(version=version, reader=reader)
    with pytest.raises(DatasetVersionFrozenError):
        change_dataset_filter(version=version, filter={}, reader=reader)


def test_frozen_version_refuses_every_change_in_the_database() -> None:
    make_annotation(submitted=True)
    version = make_dataset_version(frozen=True)
    other = make_annotation(submitted=True)
    changes = [
        lambda: DatasetVersion.objects.filter(id=version.id).update(notes="changed"),
        lambda: DatasetVersion.objects.filter(id=version.id).update(state="draft", frozen_at=None),
        lambda: DatasetVersion.objects.filter(id=version.id).delete(),
        lambda: DatasetItem.objects.filter(version=version).update(number=7),
        lambda: DatasetItem.objects.filter(version=version)._raw_delete("default"),
        lambda: DatasetItem.objects.create(
            version=version, annotation=other, annotation_version=1, number=2, record={}
        ),
    ]

    for change in changes:
        with pytest.raises((IntegrityError, TypeError)), transaction.atomic():
            change()

    assert len(item_records(version)) == 1


def test_later_readings_do_not_reach_a_frozen_version() -> None:
    make_annotation(submitted=True)
    version = make_dataset_version(frozen=True)
    before = item_records(version)

    make_annotation(submitted=True)

    assert item_records(version) == before


def test_change_dataset_filter_changes_a_draft_only_where_the_filter_is_good() -> None:
    version = make_dataset_version()
    reader = make_reader("data_scientist")

    with pytest.raises(TramlineError):
        change_dataset_filter(version=version, filter={"which": "some"}, reader=reader)
    changed = change_dataset_filter(version=version, filter={"which": "all"}, reader=reader)

    assert changed.filter["which"] == "all"


def test_freezing_leaves_an_audit_entry_with_the_digest() -> None:
    make_annotation(submitted=True)
    reader = make_reader("data_scientist")

    version = make_dataset_version(reader=reader, frozen=True)

    entry = AuditEntry.objects.get(act="freeze_dataset_version")
    assert (entry.actor, entry.details["content_sha256"]) == (reader, version.content_sha256)


@pytest.mark.parametrize("count", [1, 3])
def test_freeze_takes_as_many_queries_for_many_items_as_for_one(
    count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        make_annotation(labels={"bac": _stroke(), "microcalcification": _stroke()}, submitted=True)
    version = make_dataset_version()
    reader = make_reader("data_scientist")

    with django_assert_num_queries(15):
        freeze_dataset_version(version=version, reader=reader)


def test_find_dataset_version_says_what_there_is_instead() -> None:
    version = make_dataset_version()

    assert find_dataset_version(name=version.dataset.name, number=1) == version
    with pytest.raises(MissingError, match="has 1"):
        find_dataset_version(name=version.dataset.name, number=10**30)
    with pytest.raises(MissingError, match="no dataset"):
        find_dataset_version(name="none", number=1)
