"""What is known of an image before anybody decides how it hangs, and the views that there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Laterality = Literal["R", "L", "B", ""]
Edge = Literal["left", "right", "top", "bottom"]

BREASTS = {"R": "right", "L": "left", "B": "both"}
# Views from above or below, whose upper edge is lateral; in the others the head is up.
CC_VIEWS = ("CC", "XCCL", "XCCM", "FB")
OBLIQUE_VIEWS = ("MLO", "ML", "LM", "LMO", "SIO", "ISO")
VIEWS = (*CC_VIEWS, *OBLIQUE_VIEWS)
VIEW_TITLES = {
    "CC": "cranio-caudal",
    "XCCL": "cranio-caudal, exaggerated laterally",
    "XCCM": "cranio-caudal, exaggerated medially",
    "FB": "from below (caudo-cranial)",
    "MLO": "medio-lateral oblique",
    "ML": "medio-lateral",
    "LM": "latero-medial",
    "LMO": "latero-medial oblique",
    "SIO": "superolateral to inferomedial oblique",
    "ISO": "inferomedial to superolateral oblique",
}
# View Code Sequence (0054,0220), PS3.16 CID 4014.
VIEW_OF_CODE = {
    "399162004": "CC",
    "399192008": "XCCL",
    "399101009": "XCCM",
    "399196006": "FB",
    "399368009": "MLO",
    "399260004": "ML",
    "399352003": "LM",
    "399099002": "LMO",
    "399188001": "SIO",
    "441555000": "ISO",
}


@dataclass(frozen=True, kw_only=True)
class ImageFacts:
    """What the header says of an image, and what its pixels show of how the breast lies.

    `chest_wall` is the edge of the stored picture that the breast lies against, None where it cannot be seen;
    `is_upside_down` says whether the chest muscle lies at the lower end, None where no muscle was found.
    """

    laterality: str
    view: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    chest_wall: Edge | None = None
    is_upside_down: bool | None = None


@dataclass(frozen=True)
class StatedView:
    """What a person said who was asked; it counts for more than the header."""

    laterality: str
    view: str
