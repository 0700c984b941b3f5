"""A process of its own that trains: it may be killed at any moment, and ends with its worker.

Run as `python -m annotations.ml_gateway.training_child CONFIG DATA FOLDER OUT`. It says on standard output
how far it is, and as its last line, as JSON, code and message of a refusal, or the card.
"""

import json
import os
import sys
import threading
from pathlib import Path

from ml.errors import MlError
from ml.training import open_world, run_recipe

WORKER_GONE = 3


def main(config: Path, data: Path, folder: Path, out: Path) -> None:
    threading.Thread(target=_end_with_worker, daemon=True).start()
    try:
        with open_world() as world:
            weights = run_recipe(config, data=data, folder=folder, resume=True, say=_say, world=world)
    except MlError as error:
        _say(json.dumps({"code": error.code, "message": error.message}))
        return
    out.write_bytes(weights.bytes_of_safetensors)
    _say(weights.card.to_json())


def _end_with_worker() -> None:
    """Wait until the worker's end of the pipe closes, which it does however the worker ends."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(WORKER_GONE)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
