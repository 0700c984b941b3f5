import numpy as np
import pytest
import torch

from ml.networks import import_checkpoint, load_network

FOLDER = "scunet-emory"
NAMES = (
    "SCU_Net_512_512_best_BCE_pos_all",
    "SCUNet_dice_512_512_best",
    "SCUNet_dice_512_512_best_nosigmoid",
)

# Stored results name the weights they came from by these.
DIGESTS = (
    "0365599971fd55a0273176f3459a93c2e1300a2ebde70f8786417a3c4cdc24a3",
    "bd7388a5c92e53540e5110edc1241c1af22432298d2b3e336610787bbe12c2e7",
    "37dc99e92fe845989b54d91365e0a2472e0e57020de2c559fd5b328ddf88c5d7",
)


@pytest.mark.parametrize("name", NAMES)
def test_published_weights_give_the_output_of_their_authors_network(shared_weights, name):
    folder = shared_weights / FOLDER
    weights = import_checkpoint(folder / f"{name}.pt")
    card = weights.card
    patch = np.load(folder / "parity_patch_uint8.npy").astype(np.float32)
    expected = np.load(folder / f"parity_raw_output_{name}.npy").squeeze()
    image = torch.from_numpy((patch / 255 - card.mean) / card.standard_deviation).expand(1, 3, 512, 512)

    with torch.inference_mode():
        output = load_network(weights)(image)[0, 0].numpy()

    assert np.abs(output - expected).max() <= 1e-4 * (expected.max() - expected.min())


def test_known_checkpoints_say_how_their_output_is_read(shared_weights):
    cards = [import_checkpoint(shared_weights / FOLDER / f"{name}.pt").card for name in NAMES]

    assert [card.output for card in cards] == ["logit", "probability", "probability"]
    assert {card.licence for card in cards} == {"MIT, (c) 2021 Xiaoyuan Guo"}
    assert {card.synthetic_only for card in cards} == {False}
    assert {card.parameters for card in cards} == {169_711}


def test_import_is_the_same_to_the_byte_when_repeated(shared_weights):
    path = shared_weights / FOLDER / f"{NAMES[0]}.pt"

    first, second = import_checkpoint(path), import_checkpoint(path)

    assert first == second


def test_users_choice_of_output_wins_over_the_known_one(shared_weights):
    path = shared_weights / FOLDER / f"{NAMES[0]}.pt"

    assert import_checkpoint(path, output="probability").card.output == "probability"


def test_import_gives_the_digests_that_it_always_gave(shared_weights):
    imported = [import_checkpoint(shared_weights / FOLDER / f"{name}.pt") for name in NAMES]

    assert tuple(weights.sha256 for weights in imported) == DIGESTS
