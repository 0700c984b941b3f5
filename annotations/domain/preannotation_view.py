"""Who looked at a proposal or a map that helps: remembered for good, for she cannot forget it either."""

from annotations.models import ImageMap, InferenceRun, Mammogram, PreannotationView, Reader
from annotations.rules import HELPING_MAPS


def note_preannotation_view(*, run: InferenceRun, reader: Reader) -> None:
    PreannotationView.objects.create(reader=reader, mammogram_id=run.mammogram_id, inference_run=run)


def note_map_view(*, image_map: ImageMap, reader: Reader) -> None:
    """Remember a look at a map, if it is of those that point at what is to be found."""
    if image_map.kind in HELPING_MAPS:
        PreannotationView.objects.create(
            reader=reader, mammogram_id=image_map.mammogram_id, image_map=image_map
        )


def has_seen_preannotation(*, reader: Reader, mammogram: Mammogram) -> bool:
    """Whether this person ever looked at any proposal or helping map on this image, in whatever campaign."""
    return PreannotationView.objects.filter(reader=reader, mammogram=mammogram).exists()
