import subprocess
import sys
from pathlib import Path

import pytest

from annotations.domain.content import content_path, read_content
from annotations.domain.model_version import ensure_shipped_model, import_model
from annotations.errors import ModelVersionExistsError, WeightsFileRefusedError
from annotations.ml_gateway.weights import import_weights
from annotations.models import AuditEntry, ModelVersion
from tests.factories.model_version import make_weights_file

pytestmark = pytest.mark.django_db


def test_import_model_stores_weights_under_their_digest(tmp_path: Path) -> None:
    path = make_weights_file(tmp_path / "weights.safetensors", name="Tiny", version="3", cutoff=0.3)

    registration = import_model(path=path)

    model = registration.model_version
    assert registration.is_new
    assert (model.name, model.version, model.cutoff, model.synthetic_only) == ("Tiny", "3", 0.3, True)
    assert read_content(model.weights_sha256) == path.read_bytes()
    assert model.card["parameters"] == 169_711
    assert AuditEntry.objects.get().act == "register_weights"


def test_import_model_again_changes_nothing(tmp_path: Path) -> None:
    path = make_weights_file(tmp_path / "weights.safetensors")
    first = import_model(path=path).model_version

    again = import_model(path=path)

    assert (again.model_version, again.is_new) == (first, False)
    assert ModelVersion.objects.count() == 1


def test_import_model_takes_name_version_and_cutoff_from_the_call(tmp_path: Path) -> None:
    path = make_weights_file(tmp_path / "weights.safetensors")

    model = import_model(path=path, name="Other", version="9", cutoff=0.25).model_version

    assert (model.name, model.version, model.cutoff) == ("Other", "9", 0.25)
    assert model.card["cutoff"] == 0.25
    stored = import_weights(content_path(model.weights_sha256))
    assert stored.card == model.card


def test_import_model_refuses_other_weights_of_the_same_name_and_version(tmp_path: Path) -> None:
    import_model(path=make_weights_file(tmp_path / "a.safetensors", seed=1))

    with pytest.raises(ModelVersionExistsError):
        import_model(path=make_weights_file(tmp_path / "b.safetensors", seed=2))

    assert ModelVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_checkpoint"),
        (b"PK\x03\x04 not a zip", "not_a_checkpoint"),
        (b"\x89PNG\r\n\x1a\n", "not_a_checkpoint"),
        (b"\xff" * 64, "not_a_checkpoint"),
        (b"\x02\0\0\0\0\0\0\0{}", "card_missing"),
    ],
)
def test_import_model_refuses_what_is_no_checkpoint(
    tmp_path: Path, content_root: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "file.pt"
    path.write_bytes(content)

    with pytest.raises(WeightsFileRefusedError) as caught:
        import_model(path=path)

    assert caught.value.code == code
    assert not ModelVersion.objects.exists()
    assert not content_root.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cutoff": 1.5}, "card_invalid"),
        ({"cutoff": float("nan")}, "card_invalid"),
        ({"name": "x" * 101}, "card_invalid"),
        ({"name": " "}, "card_invalid"),
        ({"version": "1\x00"}, "card_invalid"),
        ({"output": "softmax"}, "unknown_output_kind"),
    ],
)
def test_import_model_refuses_a_card_that_makes_no_sense(
    tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    path = make_weights_file(tmp_path / "weights.safetensors")

    with pytest.raises(WeightsFileRefusedError) as caught:
        import_model(path=path, **changes)

    assert caught.value.code == code


def test_import_model_takes_a_published_checkpoint(shared_weights: Path) -> None:
    path = shared_weights / "scunet-emory" / "SCU_Net_512_512_best_BCE_pos_all.pt"

    model = import_model(path=path).model_version

    assert (model.card["output"], model.synthetic_only, model.architecture) == ("logit", False, "scunet")
    assert "MIT" in model.card["licence"]
    assert import_weights(content_path(model.weights_sha256)).card == model.card


def test_ensure_shipped_model_registers_once_and_reads_the_card_from_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "networks" / "checkpoints").mkdir(parents=True)
    shipped = make_weights_file(
        tmp_path / "networks" / "checkpoints" / "tramline-scunet-phantom-2.safetensors"
    )
    monkeypatch.setattr("annotations.ml_gateway.weights.files", lambda _package: tmp_path)

    first = ensure_shipped_model()

    assert first == ensure_shipped_model()
    assert first.card == import_weights(shipped).card
    shipped.unlink()
    assert ensure_shipped_model() is None


def test_registering_weights_does_not_load_torch(repository: Path) -> None:
    program = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'webapp.settings'; django.setup();"
        "import annotations.domain.model_version;"
        "from annotations.ml_gateway.weights import read_shipped_weights; read_shipped_weights();"
        "print('torch' in sys.modules)"
    )

    result = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "False"
