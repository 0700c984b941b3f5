"""What runs a network: torch on a CPU or a GPU, in float32 or bfloat16."""

import copy
from typing import Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.errors import DeviceMissingError

Precision = Literal["float32", "bfloat16"]
# A CPU is as fast with one tile as with four (SCU-Net: 53 and 55 ms a tile); a GPU is not.
TILES_AT_ONCE = {"cpu": 1, "cuda": 16}
# What libraries say, in errors that have no class of their own, where memory runs out.
OUT_OF_MEMORY_WORDS = ("out of memory", "can't allocate memory", "bad_alloc", "not enough memory")


class Engine(Protocol):
    """Something that runs one network.

    Attributes
    ----------
    name : str
        What runs, in which precision and where: "torch 2.13.0 bfloat16 on cpu".
    device : str
        "cpu" or "cuda".
    tiles_at_once : int
        How many images it is best given in one batch.
    """

    name: str
    device: str
    tiles_at_once: int

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the raw output, (n, 1, rows, columns) or (n, k), of a batch (n, 3, rows, columns)."""
        ...


class TorchEngine:
    """A network in torch.

    Parameters
    ----------
    network : torch.nn.Module
        In evaluation mode; it is copied, not changed.
    precision : {"float32", "bfloat16"}
        bfloat16 where torch holds it to be safe (autocast), float32 elsewhere.
    channels_last : bool
        Lay pixels out channel by channel within each pixel: a quarter faster on a CPU.
    device : str
        "cpu" or "cuda".
    tiles_at_once : int, optional
        Images in one batch; by default what suits the device.

    Raises
    ------
    DeviceMissingError
        Where there is no CUDA and the device is "cuda".
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        precision: Precision = "float32",
        channels_last: bool = True,
        device: str = "cpu",
        tiles_at_once: int | None = None,
    ) -> None:
        if device != "cpu" and not torch.cuda.is_available():
            raise DeviceMissingError(
                f"torch finds no CUDA here, so nothing can run on {device!r}; use the device 'cpu', or check "
                "the driver and that a CUDA build of torch is installed."
            )
        self.device = device
        self.tiles_at_once = tiles_at_once or TILES_AT_ONCE[torch.device(device).type]
        self.name = f"torch {torch.__version__} {precision} on {device}"
        self._uses_bfloat16 = precision == "bfloat16"
        self._layout = torch.channels_last if channels_last else torch.contiguous_format
        own = copy.deepcopy(network)
        # torch has the argument; its types leave it out.
        self._network = own.to(device=device, memory_format=self._layout)  # type: ignore[call-overload]

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the raw output of a batch."""
        kind = torch.device(self.device).type
        with torch.inference_mode(), torch.autocast(kind, torch.bfloat16, enabled=self._uses_bfloat16):
            images = torch.from_numpy(batch).to(self.device).contiguous(memory_format=self._layout)
            output: Tensor = self._network(images)
            return output.float().cpu().numpy()


def best_device() -> str:
    """Return "cuda" where torch finds a GPU, else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether an engine broke off because memory ran out: torch's own error, or another library's."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error).lower() for words in OUT_OF_MEMORY_WORDS
    )
