import io
import pickle
import struct
import zipfile
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save

from ml.errors import WeightsRefusedError
from ml.networks import (
    build_network,
    count_parameters,
    import_checkpoint,
    load_network,
    pack_weights,
)
from ml.networks.published import _published_name
from tests.factories.model_card import make_model_card

CARD = make_model_card(name="test")


@pytest.fixture
def network():
    torch.manual_seed(3)
    return build_network("scunet")


def refusal(path, content, **choices):
    path = path / "weights"
    path.write_bytes(content)
    with pytest.raises(WeightsRefusedError) as caught:
        import_checkpoint(path, **choices)
    return caught.value.code


def torch_file(value):
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


def published_state(network):
    return {f"module.{_published_name(key)}": value for key, value in network.state_dict().items()}


def test_own_weights_come_back_with_card_and_values(tmp_path, network):
    packed = pack_weights(network, CARD)
    path = tmp_path / "own.safetensors"
    path.write_bytes(packed.bytes_of_safetensors)

    imported = import_checkpoint(path)

    assert imported == packed
    assert imported.card == CARD
    loaded = load_network(imported)
    assert count_parameters(loaded) == 169_711
    assert all(torch.equal(a, b) for a, b in zip(loaded.parameters(), network.parameters(), strict=True))


def test_double_precision_pt_becomes_single_precision(tmp_path, network):
    path = tmp_path / "weights.pt"
    path.write_bytes(torch_file({"model_state_dict": published_state(network.double()), "epoch": 3}))

    imported = import_checkpoint(path, output="logit")

    assert {p.dtype for p in load_network(imported).parameters()} == {torch.float32}


def test_unknown_pt_needs_the_users_choice_of_output(tmp_path, network):
    content = torch_file(published_state(network))

    assert refusal(tmp_path, content) == "output_kind_needed"
    assert refusal(tmp_path, content, output="softmax") == "unknown_output_kind"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not weights at all",
        b"\x80\x02 broken pickle",
        b"PK\x03\x04 broken archive",
        struct.pack("<Q", 2**60) + b"{}",
        struct.pack("<Q", 2) + b"{}" + b"extra",
    ],
)
def test_other_files_are_not_a_checkpoint(tmp_path, content):
    assert refusal(tmp_path, content) == "not_a_checkpoint"


def test_truncated_pt_is_not_a_checkpoint(tmp_path, network):
    content = torch_file(published_state(network))

    assert refusal(tmp_path, content[: len(content) // 2]) == "not_a_checkpoint"


def test_missing_file_is_said_so(tmp_path):
    with pytest.raises(WeightsRefusedError) as caught:
        import_checkpoint(tmp_path / "nothing.pt")

    assert caught.value.code == "missing_file"


def test_pickle_with_code_is_refused_and_not_run(tmp_path):
    mark = tmp_path / "ran"

    class Trap:
        def __reduce__(self):
            return (mark.touch, ())

    assert refusal(tmp_path, torch_file({"state_dict": Trap()})) == "unsafe_pickle"
    assert refusal(tmp_path, pickle.dumps(Trap(), protocol=2)) in {"unsafe_pickle", "not_a_checkpoint"}
    assert not mark.exists()


def test_archive_that_unpacks_to_too_much_is_refused_before_unpacking(tmp_path, monkeypatch):
    monkeypatch.setattr("ml.networks.weights_file.MAX_BYTES", 100_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\0" * 1_000_000)

    assert len(buffer.getvalue()) < 100_000
    assert refusal(tmp_path, buffer.getvalue()) == "too_large"


def test_large_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("ml.networks.weights_file.MAX_BYTES", 10)

    assert refusal(tmp_path, b"0" * 11) == "too_large"


def test_weights_of_another_network_are_an_unknown_architecture(tmp_path, network):
    other = torch.nn.Conv2d(1, 1, 3)
    tensors = dict(list(network.state_dict().items())[1:])

    assert refusal(tmp_path, torch_file(other.state_dict()), output="logit") == "unknown_architecture"
    assert refusal(tmp_path, own_file(tensors, CARD)) == "unknown_architecture"
    assert (
        refusal(tmp_path, own_file(network.state_dict(), replace(CARD, architecture="unet")))
        == "unknown_architecture"
    )


def test_weight_of_wrong_shape_is_refused(tmp_path, network):
    state = published_state(network)
    state["module.outc.conv.weight"] = torch.zeros(1, 31, 1, 1)

    assert refusal(tmp_path, torch_file(state), output="logit") == "wrong_shapes"


def test_weight_that_is_not_finite_is_refused(tmp_path, network):
    state = network.state_dict()
    state["head.bias"] = torch.tensor([float("nan")])

    assert refusal(tmp_path, own_file(state, CARD)) == "not_finite"


def test_safetensors_without_a_card_is_refused(tmp_path, network):
    assert refusal(tmp_path, save(network.state_dict())) == "card_missing"


def test_safetensors_with_a_wrong_card_is_refused(tmp_path, network):
    assert refusal(tmp_path, own_file(network.state_dict(), replace(CARD, tile_px=100))) == "card_invalid"


def own_file(tensors, card):
    return save(tensors, metadata={"tramline_model_card": card.to_json()})


@pytest.mark.parametrize(
    "change",
    [
        {"task": "patch_classification"},
        # U-Net halves the grid four times.
        {"architecture": "unet", "tile_px": 72},
        {"architecture": "unet", "input": "whole", "input_rows": 1600, "input_columns": 1000},
    ],
)
def test_card_that_does_not_fit_its_architecture_is_refused(change, tmp_path):
    card = replace(CARD, **change)

    assert refusal(tmp_path, own_file({}, card)) == "card_invalid"
