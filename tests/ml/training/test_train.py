import pytest

from ml.networks import import_checkpoint
from ml.training import train


@pytest.fixture(scope="module")
def trained(tiny_recipe):
    lines = []
    return train(tiny_recipe, lines.append), lines


def test_training_gives_weights_that_load_with_their_card(trained, tmp_path):
    weights, _ = trained
    path = tmp_path / "weights.safetensors"
    path.write_bytes(weights.bytes_of_safetensors)

    card = import_checkpoint(path).card

    assert card == weights.card
    assert card.synthetic_only
    assert card.parameters == 169_711
    assert (card.tile_px, card.pixel_spacing_mm) == (128, 0.4)
    assert set(card.evaluation) == {
        "dice",
        "precision",
        "recall",
        "length_recall",
        "false_spots_per_clean_image",
    }


def test_training_reports_a_finite_loss(trained):
    _, lines = trained

    losses = [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("step")]
    assert losses
    assert all(0 < loss < 5 for loss in losses)


def test_training_repeats_to_the_byte(trained, tiny_recipe):
    again = train(tiny_recipe, lambda _: None)

    assert again.sha256 == trained[0].sha256
