import subprocess
import sys

import numpy as np
import pytest
import torch

from ml.errors import DeviceMissingError
from ml.inference.engine import TorchEngine, is_out_of_memory
from ml.inference.openvino_engine import OpenVinoEngine
from ml.networks import load_network

WITHOUT_MEMORY = """
import resource, sys
import numpy as np, torch
from ml.inference.engine import TorchEngine, is_out_of_memory
torch.set_num_threads(1)
engine = TorchEngine(torch.nn.Conv2d(3, 64, 3).eval())
batch = np.zeros((1, 3, 2048, 2048), dtype=np.float32)
used_bytes = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used_bytes + 300_000_000,) * 2)
try:
    engine.run(batch)
except Exception as error:
    print("out of memory" if is_out_of_memory(error) else repr(error))
"""


@pytest.fixture
def network(small_weights):
    return load_network(small_weights)


@pytest.fixture
def batch():
    return np.random.default_rng(1).standard_normal((3, 3, 64, 64)).astype(np.float32)


@pytest.fixture
def expected(network, batch):
    with torch.inference_mode():
        return network(torch.from_numpy(batch)).numpy()


def test_torch_gives_what_the_network_gives(network, batch, expected):
    for channels_last in (True, False):
        output = TorchEngine(network, channels_last=channels_last).run(batch)

        np.testing.assert_allclose(output, expected, atol=1e-5)


def test_bfloat16_is_near_and_comes_back_as_float32(network, batch, expected):
    output = TorchEngine(network, precision="bfloat16").run(batch)

    assert output.dtype == np.float32
    assert np.abs(output - expected).max() < 0.1 * np.ptp(expected)


def test_openvino_gives_what_the_network_gives_and_is_converted_once(network, batch, expected, tmp_path):
    def run(precision):
        made = OpenVinoEngine(network, shape=(64, 64), precision=precision, cache_folder=tmp_path)
        return made.run(batch)

    np.testing.assert_allclose(run("float32"), expected, atol=1e-4)
    (converted,) = tmp_path.glob("*/network.xml")
    written = converted.stat().st_mtime_ns
    assert np.abs(run("bfloat16") - expected).max() < 0.1 * np.ptp(expected)
    assert converted.stat().st_mtime_ns == written


def test_converting_a_network_reports_to_nobody(network, tmp_path, monkeypatch):
    def told(*_args, **_kwargs):
        raise AssertionError("the converter wanted to report over the network")

    monkeypatch.setattr("openvino_telemetry.main.Telemetry.__init__", told)
    monkeypatch.setattr("openvino_telemetry.main.Telemetry.send_event", told)

    OpenVinoEngine(network, shape=(64, 64), precision="float32", cache_folder=tmp_path)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is CUDA here")
def test_cuda_that_is_absent_is_said_plainly(network):
    with pytest.raises(DeviceMissingError) as caught:
        TorchEngine(network, device="cuda")

    assert "CUDA" in caught.value.message


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_real_limit_of_memory_is_recognised(repository):
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT_MEMORY], cwd=repository, capture_output=True, text=True, check=False
    )

    assert answer.stdout == "out of memory\n", answer.stderr


def test_other_errors_are_not_taken_for_lack_of_memory():
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert not is_out_of_memory(RuntimeError("sizes do not match"))
    assert not is_out_of_memory(ValueError("out of memory"))
