"""How breasts lie in their pictures: looked for once at intake, or when an image is hung that came before."""

from collections.abc import Iterable
from uuid import UUID

from annotations.domain.content import read_content
from annotations.ml_gateway.orientation import METHOD, find_orientation
from annotations.models import ImageOrientation, Mammogram


def note_orientation(mammogram: Mammogram, *, clean_png: bytes) -> ImageOrientation:
    """Write what the pixels show; where it is written already, that stays."""
    found = find_orientation(clean_png, mammogram)
    orientation, _ = ImageOrientation.objects.get_or_create(
        mammogram=mammogram,
        method=METHOD,
        defaults={"chest_wall": found.chest_wall, "is_upside_down": found.is_upside_down},
    )
    return orientation


def orientations_of(mammograms: Iterable[Mammogram]) -> dict[UUID, ImageOrientation]:
    """Return what is known by image, and look at those that nobody has looked at."""
    mammograms = list(mammograms)
    known = ImageOrientation.objects.filter(mammogram__in=mammograms, method=METHOD)
    by_image = {orientation.mammogram_id: orientation for orientation in known}
    for mammogram in mammograms:
        if mammogram.id not in by_image:
            by_image[mammogram.id] = note_orientation(
                mammogram, clean_png=read_content(mammogram.pixels_sha256)
            )
    return by_image
