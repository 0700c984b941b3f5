"""Load and exercise the label engine when a process starts, so that no person waits for it."""


def warm_label_engine() -> None:
    """Run masks, metrics and correction once on a tiny example."""
    from ml import correction, masks, metrics  # noqa: PLC0415 - slow to import; called off the main thread

    masks.warm_up()
    correction.warm_up()
    dot = masks.capsule(16, 16, (8.0, 4.0), (8.0, 12.0), 2.0)
    metrics.compare_masks(dot, dot, pixel_spacing_mm=(0.1, 0.1))


if __name__ == "__main__":
    warm_label_engine()
