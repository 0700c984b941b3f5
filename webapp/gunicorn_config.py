"""gunicorn's settings: a few processes with threads, so that one slow answer holds up nobody."""

import os
import threading
from typing import Any

workers = int(os.environ.get("TRAMLINE_WEB_WORKERS", "2"))
threads = 8
timeout = 120
graceful_timeout = 10
accesslog = None
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Compile what the label engine needs before a reader's first click, without holding up the start."""
    del worker
    from annotations.ml_gateway.warm_up import warm_label_engine  # noqa: PLC0415 - Django must be set up first

    threading.Thread(target=warm_label_engine, daemon=True).start()
