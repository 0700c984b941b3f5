import pytest
import torch

from ml.networks import ModelCard, build_network, pack_weights


@pytest.fixture(scope="session")
def small_weights():
    """Untrained weights that work on small tiles, so that tests are quick."""
    torch.manual_seed(5)
    card = ModelCard(
        name="untrained",
        version="1",
        architecture="scunet",
        output="logit",
        mean=0.3,
        standard_deviation=0.2,
        pixel_spacing_mm=0.1,
        cutoff=0.5,
        training_data="none",
        synthetic_only=True,
        source="a test",
        licence="MIT",
        parameters=169_711,
        tile_px=64,
        overlap_px=16,
    )
    return pack_weights(build_network("scunet"), card)
