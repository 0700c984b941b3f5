import json
from io import StringIO

import pytest
from django.core.management import call_command

from annotations.models import Mammogram
from annotations.validators.sidecar import TEMPLATE
from tests.factories.dicom_files import make_dataset, write_dicom
from tests.factories.intake import write_zip

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, int]:
    output = StringIO()
    try:
        call_command("ingest", *arguments, stdout=output, stderr=StringIO())
    except SystemExit as end:
        return output.getvalue(), int(end.code or 0)
    return output.getvalue(), 0


def test_json_gives_one_object_a_file(tmp_path):
    write_dicom(tmp_path / "a.dcm", make_dataset())
    (tmp_path / "b.txt").write_text("notes")

    output, status = run(str(tmp_path), "--json")

    stored, refused = map(json.loads, output.splitlines())
    assert status == 0
    assert {key: stored[key] for key in ("path", "outcome", "reason", "mammogram")} == {
        "path": str(tmp_path / "a.dcm"),
        "outcome": "stored",
        "reason": None,
        "mammogram": str(Mammogram.objects.get().id),
    }
    assert (refused["outcome"], refused["reason"], refused["mammogram"]) == ("refused", "not_dicom", None)
    assert set(stored) == {"path", "outcome", "reason", "mammogram", "message"}


def test_duplicate_is_success(tmp_path):
    path = str(write_dicom(tmp_path / "a.dcm", make_dataset()))
    run(path)

    output, status = run(path, "--json")

    assert status == 0
    assert json.loads(output)["outcome"] == "duplicate"


@pytest.mark.parametrize(
    ("files", "reason"),
    [({}, "archive_empty"), ({"../evil.dcm": b"evil"}, "zip_slip"), ({"a.txt": b"notes"}, "not_dicom")],
)
def test_status_tells_that_nothing_could_be_read(tmp_path, files, reason):
    output, status = run(str(write_zip(tmp_path / "a.zip", files)), "--json")

    assert status == 1
    assert json.loads(output)["reason"] == reason
    assert Mammogram.objects.count() == 0


def test_people_get_lines_and_a_sum(tmp_path):
    write_dicom(tmp_path / "a.dcm", make_dataset())
    (tmp_path / "b.txt").write_text("notes")

    output, _status = run(str(tmp_path))

    lines = output.splitlines()
    assert lines[0].split() == ["1", "stored", str(tmp_path / "a.dcm")]
    assert "(not_dicom) This is no DICOM, PNG or TIFF file." in lines[1]
    assert lines[2].startswith("2 files in ")
    assert lines[2].endswith("1 stored, 0 duplicate, 1 refused.")


def test_template_is_printed():
    assert run("--template") == (TEMPLATE, 0)


def test_no_path_is_a_wrong_call():
    assert run() == ("", 2)
