"""Compile numba code when a process starts, so that no person waits for it."""


def warm_label_engine() -> None:
    """Run masks, metrics and correction once on a tiny example."""
    from ml import correction, masks, metrics  # noqa: PLC0415 - slow to import; called off the main thread

    masks.warm_up()
    metrics.warm_up()
    correction.warm_up()
