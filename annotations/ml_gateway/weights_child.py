"""A process of its own that reads a weights file from outside: the web process never loads torch.

Run as `python -m annotations.ml_gateway.weights_child`. It reads one JSON object (the arguments of
`import_weights`, and `into`, where the safetensors are to be written) and answers with one: the card, or code
and message of the refusal.
"""

import json
import sys
from pathlib import Path

from annotations.errors import WeightsFileRefusedError
from annotations.ml_gateway.weights import import_weights


def main() -> None:
    asked = json.load(sys.stdin)
    into = Path(asked.pop("into"))
    try:
        weights = import_weights(Path(asked.pop("path")), **asked)
    except WeightsFileRefusedError as error:
        json.dump({"code": error.code, "message": error.message}, sys.stdout)
        return
    into.write_bytes(weights.content)
    json.dump({"card": weights.card}, sys.stdout)


if __name__ == "__main__":
    main()
