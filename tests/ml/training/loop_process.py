"""A small training run in a process of its own, to be killed, or to be one of several.

Arguments: folder, epochs, and at which epoch to stop the process where it stands (0: never).
Prints the digest of the best weights and the losses of the first epochs.
"""

import hashlib
import json
import os
import signal
import sys
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from ml.training.loop import Batch, run_loop
from ml.training.losses import LOSSES
from ml.training.plan import LoopPlan
from ml.training.world import open_world

STEPS, BATCH = 3, 4


def small_network():
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1),
        nn.ReLU(),
        nn.Dropout(float(os.environ.get("DROPOUT", "0.2"))),
        nn.Conv2d(4, 1, 1),
    )


def whole_batch(epoch, step):
    chance = torch.Generator().manual_seed(100 * epoch + step)
    images = torch.rand(BATCH, 1, 16, 16, generator=chance)
    return images.expand(-1, 3, -1, -1), (images > 0.8).float()


def main(folder, epochs, killed_in):
    torch.set_num_threads(1)
    with open_world("cpu") as world:

        def batches(epoch):
            for step in range(STEPS):
                if killed_in and epoch == killed_in and step == 1:
                    os.kill(os.getpid(), signal.SIGKILL)
                images, labels = whole_batch(epoch, step)
                mine = list(world.part(range(BATCH)))
                yield Batch(images[mine], labels[mine])

        def validate(network):
            images, labels = whole_batch(999, 0)
            return LOSSES["cross-entropy-dice"](network(images), labels).item()

        result = run_loop(
            small_network(),
            batches=batches,
            loss=LOSSES["cross-entropy-dice-hausdorff"],
            validate=validate,
            plan=LoopPlan(epochs=epochs, steps_per_epoch=STEPS, learning_rate=0.01, schedule="one-cycle"),
            seed=7,
            folder=Path(folder),
            world=world,
        )
        if world.is_first:
            digest = hashlib.sha256(save(result.best_state)).hexdigest()
            print(json.dumps({"digest": digest, "losses": [r.training_loss for r in result.curve]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
