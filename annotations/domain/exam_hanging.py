"""How the stored images of an exam hang, by their headers, their pixels and what people said of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from annotations.domain.hanging import Edge, Hanging, ImageFacts, StatedView, hang, hang_order
from annotations.domain.image_orientation import orientations_of
from annotations.domain.view_statement import statements_of
from annotations.models import ImageOrientation, Mammogram


@dataclass(frozen=True)
class HungImage:
    """One image of an exam; `place` is one of the four usual ones, or "" for what hangs behind them."""

    mammogram: Mammogram
    hanging: Hanging
    place: str


def hang_images(mammograms: Iterable[Mammogram]) -> list[HungImage]:
    """Return the images of one exam in hanging order; equal ones in the order in which they came."""
    images = sorted(mammograms, key=lambda mammogram: mammogram.created_at)
    orientations, statements = orientations_of(images), statements_of(images)
    hangings = []
    for image in images:
        said = statements.get(image.id)
        stated = None if said is None else StatedView(said.laterality, said.view)
        hangings.append(hang(facts_of(image, orientations[image.id]), stated))
    order, places = hang_order(hangings)
    return [HungImage(images[index], hangings[index], places.get(index, "")) for index in order]


def facts_of(mammogram: Mammogram, orientation: ImageOrientation) -> ImageFacts:
    """Put together what header and pixels say of a stored image."""
    return ImageFacts(
        laterality=mammogram.image_laterality,
        view=mammogram.view_position,
        attributes=mammogram.attributes,
        chest_wall=cast("Edge", orientation.chest_wall) or None,
        is_upside_down=orientation.is_upside_down,
    )


def describe_hanging(image: HungImage) -> dict[str, object]:
    """Say how an image hangs in the words of the viewer and the API."""
    hanging = image.hanging
    return {
        "laterality": hanging.laterality,
        "view": hanging.view,
        "name": hanging.name,
        "place": image.place,
        "words": ", ".join(hanging.kind.words),
        "length_note": hanging.kind.length_note,
        "quarter_turns": hanging.turn.quarter_turns,
        "mirrored": hanging.turn.mirrored,
        "confidence": str(hanging.confidence),
        "question": " ".join(hanging.doubts),
    }
