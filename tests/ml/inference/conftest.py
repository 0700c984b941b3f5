import pytest
import torch

from ml.networks import build_network, pack_weights
from tests.factories.model_card import make_model_card


@pytest.fixture(scope="session")
def small_weights():
    """Untrained weights that work on small tiles, so that tests are quick."""
    torch.manual_seed(5)
    return pack_weights(build_network("scunet"), make_model_card())
