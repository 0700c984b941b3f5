"""The processes that train one network together: one, or as many as torchrun has started."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from ml.errors import RecipeRefusedError, TrainingFailedError

Item = TypeVar("Item")


@dataclass(frozen=True)
class World:
    """One of `size` processes; each sees its part of a batch, and all make the same step.

    Attributes
    ----------
    size, rank : int
        Number of processes, and which one this is.
    device : str
        Where this process computes.
    """

    size: int = 1
    rank: int = 0
    device: str = "cpu"

    @property
    def is_first(self) -> bool:
        """Whether this process writes and speaks for all."""
        return self.rank == 0

    def part(self, batch: Sequence[Item]) -> Sequence[Item]:
        """Return this process's part of a batch that all have drawn alike."""
        if len(batch) % self.size:
            raise RecipeRefusedError(
                f"A batch of {len(batch)} cannot be shared evenly by {self.size} processes. Choose a batch "
                "that is a multiple of their number."
            )
        return batch[self.rank :: self.size]

    def spread(self, network: nn.Module) -> nn.Module:
        """Return `network` so that gradients are averaged over the processes; the weights are shared."""
        if self.size == 1:
            return network
        if self.device.startswith("cuda"):
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
            return DistributedDataParallel(network, device_ids=[torch.device(self.device)])
        return DistributedDataParallel(network)

    def quiet(self, spread: nn.Module, *, is_last: bool) -> Any:
        """Return a context in which gradients are exchanged for the last batch of a step only."""
        return (
            spread.no_sync() if isinstance(spread, DistributedDataParallel) and not is_last else nullcontext()
        )

    def join(self, values: Tensor) -> Tensor:
        """Put the parts of all processes together; gradients flow into this process's own part."""
        if self.size == 1:
            return values
        own = values.contiguous()
        parts = [torch.empty_like(own) for _ in range(self.size)]
        distributed.all_gather(parts, own.detach())
        parts[self.rank] = own
        return torch.cat(parts)

    def value_of_first(self, make: Callable[[], float]) -> float:
        """Let the first process compute a number, and give it to all."""
        if self.size == 1:
            return make()
        value = torch.tensor(make() if self.is_first else 0.0, dtype=torch.float64, device=self.device)
        distributed.broadcast(value, src=0)
        return value.item()


ALONE = World()


@contextmanager
def open_world(device: str | None = None) -> Iterator[World]:
    """Join the processes that torchrun has started; without it, be the only one.

    Parameters
    ----------
    device : str, optional
        "cpu" or "cuda"; by default CUDA where it is there.

    Yields
    ------
    World
        Its group of processes is closed at the end.

    Raises
    ------
    TrainingFailedError
        With code `no_cuda`.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise TrainingFailedError(
            "No CUDA device is to be found on this machine. Leave the device out to train on the CPU.",
            code="no_cuda",
        )
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    if "LOCAL_RANK" not in os.environ:
        yield World(device=kind)
        return
    own = f"cuda:{os.environ['LOCAL_RANK']}" if kind == "cuda" else kind
    if kind == "cuda":
        torch.cuda.set_device(own)
    distributed.init_process_group("nccl" if kind == "cuda" else "gloo")
    try:
        yield World(distributed.get_world_size(), distributed.get_rank(), own)
    finally:
        distributed.destroy_process_group()
