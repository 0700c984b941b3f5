"""An engine that goes on with less where memory runs out."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from ml.errors import PredictionRefusedError
from ml.inference.engine import Engine, is_out_of_memory


class SteadyEngine:
    """Runs batches; out of memory it halves them, down to single tiles, and then goes to the CPU.

    Parameters
    ----------
    engine : Engine
        What runs as long as memory lasts.
    on_cpu : callable
        Makes the engine that takes over from one on a GPU.

    Attributes
    ----------
    tiles_at_once : int
        Images in one batch; once halved it stays so.
    used : tuple of str
        Names of the engines that ran since `begin`.
    """

    def __init__(self, engine: Engine, on_cpu: Callable[[], Engine]) -> None:
        self.tiles_at_once = engine.tiles_at_once
        self.used: tuple[str, ...] = ()
        self._engine = self._first = engine
        self._on_cpu = on_cpu

    def begin(self) -> None:
        """Start a new image, on the first engine again: what filled a GPU may have ended."""
        self._engine = self._first
        self.used = ()

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the raw output of a batch.

        Parameters
        ----------
        batch : ndarray of float32, shape (n, 3, rows, columns)
            Normalised images.

        Returns
        -------
        ndarray of float32, shape (n, 1, rows, columns) or (n, k)
            Raw output.

        Raises
        ------
        PredictionRefusedError
            With code `out_of_memory` where one tile on the CPU is too much.
        """
        outputs: list[NDArray[np.float32]] = []
        done = 0
        while done < len(batch):
            part = batch[done : done + self.tiles_at_once]
            output = self._try(part)
            if output is None:
                self._take_less()
            else:
                outputs.append(output)
                done += len(part)
        return np.concatenate(outputs)

    def _try(self, part: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Run, or return None where memory ran out."""
        try:
            output = self._engine.run(part)
        except Exception as error:
            if is_out_of_memory(error):
                return None
            raise
        if self._engine.name not in self.used:
            self.used = (*self.used, self._engine.name)
        return output

    def _take_less(self) -> None:
        """Halve the batch, or leave the GPU. Called when the error is gone, and what it held with it."""
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if self.tiles_at_once > 1:
            self.tiles_at_once //= 2
        elif self._engine.device != "cpu":
            self._engine = self._on_cpu()
        else:
            raise PredictionRefusedError(
                "The memory of this machine does not hold this network on a single tile. Use a network that "
                "sees smaller images, or a machine with more memory.",
                code="out_of_memory",
            )
