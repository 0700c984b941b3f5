import numpy as np
import pytest
import torch

from ml.errors import PredictionRefusedError
from ml.inference import Predictor, TorchEngine
from ml.inference.steady_engine import SteadyEngine
from ml.networks import load_network

BATCH = np.arange(7, dtype=np.float32)[:, None, None, None] * np.ones((1, 3, 2, 2), dtype=np.float32)


class SmallEngine:
    """Holds only so many images at once, as a GPU with little memory does."""

    def __init__(self, limit, device, inner=None):
        self.name, self.device, self.tiles_at_once = f"small {device}", device, 4
        self.limit, self.inner, self.sizes = limit, inner, []

    def run(self, batch):
        self.sizes.append(len(batch))
        if len(batch) > self.limit:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return batch[:, :1] if self.inner is None else self.inner.run(batch)


def no_engine():
    raise AssertionError("not asked for")


def test_a_batch_that_is_too_much_is_halved_and_nothing_is_lost():
    small = SmallEngine(2, "cuda")
    steady = SteadyEngine(small, no_engine)

    output = steady.run(BATCH)

    assert np.array_equal(output, BATCH[:, :1])
    assert small.sizes == [4, 2, 2, 2, 1]
    assert steady.used == ("small cuda",)
    assert steady.tiles_at_once == 2


def test_single_tiles_that_are_too_much_go_to_the_cpu_and_the_next_image_starts_over():
    gpu, cpu = SmallEngine(0, "cuda"), SmallEngine(4, "cpu")
    steady = SteadyEngine(gpu, lambda: cpu)

    output = steady.run(BATCH)

    assert np.array_equal(output, BATCH[:, :1])
    assert gpu.sizes == [4, 2, 1]
    assert steady.used == ("small cpu",)
    gpu.limit = 1
    steady.begin()
    steady.run(BATCH)
    assert steady.used == ("small cuda",)


def test_where_the_cpu_has_too_little_memory_too_it_is_said_plainly():
    steady = SteadyEngine(SmallEngine(0, "cuda"), lambda: SmallEngine(0, "cpu"))

    with pytest.raises(PredictionRefusedError) as caught:
        steady.run(BATCH)

    assert caught.value.code == "out_of_memory"


def test_other_errors_pass():
    class Broken(SmallEngine):
        def run(self, _batch):
            raise RuntimeError("device-side assert")

    with pytest.raises(RuntimeError, match="device-side"):
        SteadyEngine(Broken(4, "cuda"), no_engine).run(BATCH)


@pytest.mark.parametrize("limit", [0, 1, 3, 4])
def test_the_map_is_the_same_however_little_memory_there_is(small_weights, limit):
    pixels = np.random.default_rng(2).integers(0, 256, (150, 200)).astype(np.uint16)
    how = {"pixel_spacing_mm": None, "bits_stored": 8, "is_inverted": False}
    small = SmallEngine(limit, "cuda", TorchEngine(load_network(small_weights)))
    predictor = Predictor(small_weights, engine=small)

    found = predictor.predict(pixels, **how).astype(int)

    # Networks do not give the last bit alike in batches of other sizes.
    assert np.abs(found - Predictor(small_weights).predict(pixels, **how)).max() <= 1
    assert predictor.engines_used == (("small cuda",) if limit else (TorchEngine(torch.nn.ReLU()).name,))
