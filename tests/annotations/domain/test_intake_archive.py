import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.domain import intake_archive
from annotations.domain.intake_archive import unpack_archive
from annotations.errors import ArchiveRefusedError
from tests.factories.intake import write_zip, write_zip_with_link, zip_bytes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "unpacked"
    path.mkdir()
    return path


def refusal_code(archive: Path, folder: Path) -> str:
    with pytest.raises(ArchiveRefusedError) as refusal:
        list(unpack_archive(archive, folder))
    return refusal.value.code


def test_files_come_out_under_numbers_with_their_names_beside(tmp_path, folder):
    archive = write_zip(
        tmp_path / "a.zip", {"exam/a.dcm": b"first", "b.dcm": b"second", ".hidden": b"no", "d/": b""}
    )

    members = list(unpack_archive(archive, folder))

    assert [(str(name), place.name, place.read_bytes()) for name, place in members] == [
        ("exam/a.dcm", "0", b"first"),
        ("b.dcm", "1", b"second"),
    ]


@pytest.mark.parametrize("files", [{}, {"folder/": b""}, {".DS_Store": b"x"}])
def test_zip_without_files_is_refused(tmp_path, folder, files):
    assert refusal_code(write_zip(tmp_path / "a.zip", files), folder) == "archive_empty"


@pytest.mark.parametrize(
    "name", ["../evil.dcm", "a/../../evil.dcm", "/etc/evil.dcm", "..\\evil.dcm", "C:\\evil.dcm"]
)
def test_zip_slip_is_refused_as_a_whole(tmp_path, folder, name):
    archive = write_zip(tmp_path / "a.zip", {"good.dcm": b"good", name: b"evil"})

    assert refusal_code(archive, folder) == "zip_slip"
    assert list(folder.iterdir()) == []
    assert not (tmp_path / "evil.dcm").exists()


def test_link_is_refused(tmp_path, folder):
    assert refusal_code(write_zip_with_link(tmp_path / "a.zip"), folder) == "archive_link"


def test_nested_zip_is_refused(tmp_path, folder):
    archive = write_zip(tmp_path / "a.zip", {"inner.dcm": zip_bytes({"a.dcm": b"a"})})

    assert refusal_code(archive, folder) == "archive_nested"


def test_too_many_files_are_refused(tmp_path, folder):
    archive = write_zip(tmp_path / "a.zip", {f"{number}": b"" for number in range(2001)})

    assert refusal_code(archive, folder) == "archive_too_many_files"


def test_endless_directory_is_refused_before_it_is_read(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(intake_archive, "DIRECTORY_LIMIT_BYTES", 1000)
    archive = write_zip(tmp_path / "a.zip", {f"{number}": b"" for number in range(100)})

    assert refusal_code(archive, folder) == "archive_too_many_files"


def test_bomb_is_stopped_while_it_inflates_whatever_its_header_says(tmp_path, folder):
    archive = write_zip(tmp_path / "bomb.zip", {"zeros.dcm": bytes(80 * 1024**2)})
    content = bytearray(archive.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    lying = tmp_path / "lying.zip"
    lying.write_bytes(content)

    assert refusal_code(archive, folder) == "archive_too_large"
    assert refusal_code(lying, folder) in {"archive_too_large", "archive_unreadable"}


@pytest.mark.parametrize("kept", [4, 30, 100])
def test_damaged_zip_is_refused(tmp_path, folder, kept):
    archive = write_zip(tmp_path / "a.zip", {"a.dcm": bytes(range(256)) * 10})
    archive.write_bytes(archive.read_bytes()[:kept])

    assert refusal_code(archive, folder) == "archive_unreadable"


def test_flipped_byte_is_found_by_its_checksum(tmp_path, folder):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as stored:
        stored.writestr("a.dcm", b"A" * 1000)
    content = archive.read_bytes()
    archive.write_bytes(content.replace(b"AAAA", b"AABA", 1))

    assert refusal_code(archive, folder) == "archive_unreadable"


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_compression_that_names_its_own_memory_is_refused_unread(tmp_path, folder, compression):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w", compression) as packed:
        packed.writestr("a.dcm", b"A" * 1000)

    assert refusal_code(archive, folder) == "archive_compression_refused"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("flag", [1 << 0, 1 << 6])
def test_encrypted_zip_is_refused(tmp_path, folder, flag):
    archive = write_zip(tmp_path / "a.zip", {"a.dcm": b"A" * 1000})
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= flag
    archive.write_bytes(content)

    assert refusal_code(archive, folder) == "archive_encrypted"


@given(cuts=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_bytes_are_refused_or_harmless(tmp_path_factory, cuts):
    folder = tmp_path_factory.mktemp("zip")
    archive = write_zip(folder / "a.zip", {"a.dcm": bytes(range(256)), "b.dcm": b"B" * 100})
    content = bytearray(archive.read_bytes())
    for place, value in cuts:
        content[place % len(content)] = value
    archive.write_bytes(content)
    (folder / "unpacked").mkdir()

    with suppress(ArchiveRefusedError):
        list(unpack_archive(archive, folder / "unpacked"))
