from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.models import ModelVersion
from tests.factories.model_version import make_weights_file

pytestmark = pytest.mark.django_db


def _import(*arguments: object) -> str:
    output = StringIO()
    call_command("import_model", *(str(argument) for argument in arguments), stdout=output)
    return output.getvalue()


def test_import_model_prints_name_cutoff_and_digest(tmp_path: Path) -> None:
    path = make_weights_file(tmp_path / "weights.safetensors")

    output = _import(path, "--name", "Own", "--version", "2", "--cutoff", "0.4")

    model = ModelVersion.objects.get()
    assert output.splitlines() == [
        f"Registered: Own 2, cut-off 0.4, weights {model.weights_sha256}",
        "It is a candidate: activate it on the page Models, or here with --activate REASON.",
    ]


def test_import_model_puts_a_model_to_use_with_a_reason(tmp_path: Path) -> None:
    path = make_weights_file(tmp_path / "weights.safetensors")

    output = _import(path, "--activate", "the first of this site")

    model = ModelVersion.objects.get()
    assert model.state == "active"
    assert model.state_changes.get(number=2).reason == "the first of this site"
    assert len(output.splitlines()) == 1


def test_import_model_twice_says_so_and_ends_well(tmp_path: Path) -> None:
    path = make_weights_file(tmp_path / "weights.safetensors")
    _import(path)

    assert _import(path).startswith("Already registered: Fresh SCU-Net 1")


def test_import_model_refuses_a_taken_name_and_version(tmp_path: Path) -> None:
    path = make_weights_file(tmp_path / "weights.safetensors")
    _import(path)

    with pytest.raises(CommandError, match=r"another version\. \[model_version_exists\]"):
        _import(path, "--cutoff", "0.2")


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "missing_file"), (b"hello", "not_a_checkpoint"), (b"\x02\0\0\0\0\0\0\0{}", "card_missing")],
)
def test_import_model_ends_with_the_reason_code(tmp_path: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "weights.pt"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=rf"\[{code}\]") as caught:
        _import(path)

    assert caught.value.returncode == 1
    assert not ModelVersion.objects.exists()


def test_import_model_takes_every_published_checkpoint(shared_weights: Path) -> None:
    for path in sorted((shared_weights / "scunet-emory").glob("*.pt")):
        _import(path)

    outputs = sorted(model.card["output"] for model in ModelVersion.objects.all())
    assert outputs == ["logit", "probability", "probability"]
