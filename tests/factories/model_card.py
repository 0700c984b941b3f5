from ml.networks import ModelCard


def make_model_card(**changes: object) -> ModelCard:
    """Make the card of an untrained SCU-Net that works on tiles small enough for a test."""
    facts = {
        "name": "untrained",
        "version": "1",
        "architecture": "scunet",
        "output": "logit",
        "mean": 0.3,
        "standard_deviation": 0.2,
        "pixel_spacing_mm": 0.1,
        "cutoff": 0.5,
        "training_data": "none",
        "synthetic_only": True,
        "source": "made in a test",
        "licence": "MIT",
        "parameters": 169_711,
        "tile_px": 64,
        "overlap_px": 16,
    }
    return ModelCard(**{**facts, **changes})
