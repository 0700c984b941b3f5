import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotations.models import AuditEntry, Mammogram, Patient, Study
from annotations.validators.sidecar import TEMPLATE
from tests.factories.dicom_files import make_dataset, write_dicom, write_jpeg2000_bomb, write_truncated
from tests.factories.intake import write_picture, write_table, write_zip
from tests.factories.reader import make_reader

ADDRESS = "/api/uploads/"
TOKEN = "a" * 32

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Invalid value:UserWarning")]


@pytest.fixture
def client_of_administrator() -> Client:
    client = Client()
    client.force_login(make_reader("administrator").user)
    return client


def upload(client: Client, *paths: Path) -> list[dict[str, str | None]]:
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    response = client.post(ADDRESS, {"files": files})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


def test_upload_is_stored_and_told(client_of_administrator, tmp_path):
    (line,) = upload(client_of_administrator, write_dicom(tmp_path / "image.dcm", make_dataset()))

    assert (line["path"], line["outcome"], line["reason"]) == ("image.dcm", "stored", None)
    assert line["mammogram"] == str(Mammogram.objects.get().id)
    assert AuditEntry.objects.get(act="ingest").actor is not None


def test_picture_is_uploaded_together_with_its_table(client_of_administrator, tmp_path):
    picture = write_picture(tmp_path / "cc.png")
    table = write_table(tmp_path / "images.csv", "cc.png,P1,exam 1,R,CC,0.05,")

    (line,) = upload(client_of_administrator, picture, table)

    assert line["outcome"] == "stored"


BAD_UPLOADS = {
    "not_dicom": lambda path: path.write_bytes(b"hello" * 100),
    "truncated": lambda path: write_truncated(path, kept_share=0.5),
    "wrong_sop_class": lambda path: write_dicom(path, make_dataset(SOPClassUID="1.2.840.10008.5.1.4.1.1.2")),
    "size_mismatch": lambda path: write_dicom(path, make_dataset(Rows=300)),
    "size_mismatch of a bomb": write_jpeg2000_bomb,
    "pixel_spacing_invalid": lambda path: write_dicom(path, make_dataset(ImagerPixelSpacing=["nan", "nan"])),
    "pixel_spacing_invalid by zero": lambda path: write_dicom(path, make_dataset(ImagerPixelSpacing=[0, 0])),
    "archive_empty": lambda path: write_zip(path, {}),
    "zip_slip": lambda path: write_zip(path, {"../../evil.dcm": b"evil"}),
    "sidecar_column_missing": lambda path: write_table(
        path.rename(path.with_suffix(".csv")), header="file,patient"
    ),
}


@pytest.mark.parametrize("case", BAD_UPLOADS)
def test_bad_upload_is_answered_with_its_reason_and_leaves_nothing(
    client_of_administrator, tmp_path, content_root, case
):
    path = tmp_path / "upload"
    path.touch()
    BAD_UPLOADS[case](path)
    (uploaded,) = tmp_path.glob("upload*")
    entries = AuditEntry.objects.count()

    (line,) = upload(client_of_administrator, uploaded)

    assert (line["outcome"], line["reason"], line["mammogram"]) == ("refused", case.split()[0], None)
    assert line["message"].endswith("Nothing was stored.")
    counts = [model.objects.count() for model in (Patient, Study, Mammogram)]
    assert counts == [0, 0, 0]
    assert AuditEntry.objects.count() == entries
    assert [path for path in content_root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("role", "status"),
    [("reader", 403), ("adjudicator", 403), ("data_scientist", 200), ("administrator", 200)],
)
def test_only_those_who_take_images_in_may_upload(tmp_path, role, status):
    client = Client()
    client.force_login(make_reader(role).user)
    file = SimpleUploadedFile("a.txt", b"notes")

    response = client.post(ADDRESS, {"files": [file]})

    answer = json.loads(b"".join(response))
    assert response.status_code == status
    assert (answer.get("code"), answer.get("reason")) == (
        ("forbidden", None) if status == 403 else (None, "not_dicom")
    )


def test_stranger_may_not_upload():
    assert Client().post(ADDRESS, {"files": [SimpleUploadedFile("a.txt", b"notes")]}).status_code == 403


def test_upload_without_files_is_refused(client_of_administrator):
    response = client_of_administrator.post(ADDRESS, {"other": "field"})

    assert response.status_code == 400
    assert response.json()["code"] == "no_files"


def test_body_that_is_no_form_is_refused(client_of_administrator):
    response = client_of_administrator.post(ADDRESS, b"{}", content_type="application/json")

    assert response.status_code == 415


class UnreadBody:
    """A request's body that nobody may receive before it is known who sends it and how long it is."""

    def read(self, *_arguments: object) -> bytes:
        pytest.fail("the body was read")

    readline = read


UNREAD_UPLOADS = {
    # Role (None: a stranger), CSRF token in the header, announced length, answer.
    "stranger": (None, TOKEN, "629145600", 403, "not_authenticated"),
    "role that takes in nothing": ("reader", TOKEN, "629145600", 403, "forbidden"),
    "no token": ("administrator", "", "1000", 403, "permission_denied"),
    "wrong token": ("administrator", "b" * 32, "1000", 403, "permission_denied"),
    "too long": ("administrator", TOKEN, str(257 * 1024**2), 413, "upload_too_large"),
    "chunked, of no stated length": ("administrator", TOKEN, "", 411, "length_required"),
}


@pytest.mark.parametrize("case", UNREAD_UPLOADS)
def test_upload_is_refused_unread(case):
    role, token, announced_bytes, status, code = UNREAD_UPLOADS[case]
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = TOKEN
    if role:
        client.force_login(make_reader(role).user)

    response = client.generic(
        "POST",
        ADDRESS,
        b"unread",
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": token} if token else {},
        **{"CONTENT_LENGTH": announced_bytes, "wsgi.input": UnreadBody()},
    )

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_upload_with_its_token_in_the_header_is_taken_in(tmp_path):
    client = Client(enforce_csrf_checks=True, headers={"X-CSRFToken": TOKEN})
    client.cookies["csrftoken"] = TOKEN
    client.force_login(make_reader("administrator").user)

    (line,) = upload(client, write_dicom(tmp_path / "image.dcm", make_dataset()))

    assert line["outcome"] == "stored"


def test_template_can_be_downloaded(client_of_administrator):
    response = client_of_administrator.get("/api/uploads/template/")

    assert response.content.decode() == TEMPLATE
    assert response["Content-Disposition"] == 'attachment; filename="images.csv"'
