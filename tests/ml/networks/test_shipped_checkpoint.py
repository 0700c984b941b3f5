import numpy as np
import pytest

from ml.inference import load_predictor, predict_arguments
from ml.networks import SHIPPED_CHECKPOINT, import_checkpoint
from ml.phantom import expert_mask, make_phantom


@pytest.fixture(scope="module")
def predictor():
    return load_predictor(SHIPPED_CHECKPOINT)


def marks(predictor, phantom):
    arguments = predict_arguments(phantom.presentation, phantom.presentation_acquisition)
    return predictor.predict(phantom.presentation, **arguments) > predictor.card.cutoff * 255


def test_shipped_checkpoint_is_small_and_says_what_it_is(predictor):
    assert SHIPPED_CHECKPOINT.stat().st_size < 2_000_000
    assert predictor.card.synthetic_only
    assert predictor.card.parameters == 169_711
    assert predictor.card.recipe == "scunet_phantom"
    assert predictor.card.evaluation["dice"] > 0.5


def test_shipped_checkpoint_is_the_same_to_the_byte_when_packed_again():
    content = SHIPPED_CHECKPOINT.read_bytes()

    assert import_checkpoint(SHIPPED_CHECKPOINT).bytes_of_safetensors == content


def test_shipped_checkpoint_finds_a_calcified_artery_on_a_phantom(predictor):
    phantom = make_phantom(501, rows=900, columns=700, severity=0.6)
    reference = expert_mask(phantom)

    found = marks(predictor, phantom)

    overlap = np.count_nonzero(found & reference)
    assert overlap > 0.6 * np.count_nonzero(reference)
    assert overlap > 0.6 * np.count_nonzero(found)


def test_shipped_checkpoint_marks_little_on_a_clean_phantom(predictor):
    phantom = make_phantom(502, rows=900, columns=700, has_bac=False)

    found = marks(predictor, phantom)

    assert np.count_nonzero(found) < 0.001 * found.size
