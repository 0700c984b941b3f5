"""Who looked at a model's proposal: remembered for good, because she cannot forget it either."""

from annotations.models import InferenceRun, Mammogram, PreannotationView, Reader


def note_preannotation_view(*, run: InferenceRun, reader: Reader) -> None:
    PreannotationView.objects.create(reader=reader, mammogram_id=run.mammogram_id, inference_run=run)


def has_seen_preannotation(*, reader: Reader, mammogram: Mammogram) -> bool:
    """Whether this person ever looked at any model's proposal on this image, in whatever campaign."""
    return PreannotationView.objects.filter(reader=reader, mammogram=mammogram).exists()
