"""A network in OpenVINO, on a CPU: converted once per weights, compiled code kept beside it."""

import shutil
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import openvino
import torch
from numpy.typing import NDArray

# Not `openvino.convert_model`: that reports each conversion to its maker over the network.
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder
from torch import nn

from ml.errors import EngineUnavailableError
from ml.inference.engine import TILES_AT_ONCE, Precision

PRECISION_HINTS = {"float32": "f32", "bfloat16": "bf16"}


class OpenVinoEngine:
    """A network in OpenVINO.

    Parameters
    ----------
    network : torch.nn.Module
        In evaluation mode, on the CPU.
    shape : tuple of int
        (rows, columns) of its input; another cannot be run.
    precision : {"float32", "bfloat16"}
        bfloat16 is several times faster where the CPU computes in it.
    cache_folder : Path
        Of these weights alone; holds the converted network and its compiled code.

    Raises
    ------
    EngineUnavailableError
        Where OpenVINO does not take the network.
    """

    device = "cpu"
    tiles_at_once = TILES_AT_ONCE["cpu"]

    def __init__(
        self, network: nn.Module, *, shape: tuple[int, int], precision: Precision, cache_folder: Path
    ) -> None:
        version = openvino.__version__.split("-")[0]
        self.name = f"openvino {version} {precision} on cpu"
        folder = cache_folder / f"openvino-{version}-{shape[0]}x{shape[1]}"
        try:
            if not (folder / "network.xml").is_file():
                _convert(network, shape, folder)
            self._request = _compile(folder, precision).create_infer_request()
        except Exception as error:
            # What a killed process or a full disk left is not used again.
            shutil.rmtree(folder, ignore_errors=True)
            raise EngineUnavailableError(f"OpenVINO does not take this network: {error}") from error

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the raw output of a batch, one image after the other."""
        return np.concatenate([self._run_one(batch[k : k + 1]) for k in range(len(batch))])

    def _run_one(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        # The request keeps its output and writes over it in the next run.
        return np.array(self._request.infer([np.ascontiguousarray(image)])[0], dtype=np.float32)


def _convert(network: nn.Module, shape: tuple[int, int], folder: Path) -> None:
    """Convert and keep; the folder appears whole or not at all."""
    example = torch.zeros(1, 3, *shape)
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # tracing is deprecated, and what it fixes here is the size: on purpose
        frontend = FrontEndManager().load_by_framework("pytorch")
        decoder = TorchScriptPythonDecoder(network, example_input=example)  # the front end does not keep it
        model = frontend.convert(frontend.load(decoder))
    model.reshape({model.inputs[0]: openvino.PartialShape(list(example.shape))})
    folder.parent.mkdir(parents=True, exist_ok=True)
    half_done = Path(tempfile.mkdtemp(dir=folder.parent))
    openvino.save_model(model, half_done / "network.xml", compress_to_fp16=False)
    with suppress(OSError):  # another process was first, and its network is the same
        half_done.rename(folder)
    shutil.rmtree(half_done, ignore_errors=True)


def _compile(folder: Path, precision: Precision) -> openvino.CompiledModel:
    settings = {
        "INFERENCE_PRECISION_HINT": PRECISION_HINTS[precision],
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "NUM_STREAMS": 1,
        "CACHE_DIR": str(folder),
    }
    return openvino.Core().compile_model(folder / "network.xml", "CPU", settings)
