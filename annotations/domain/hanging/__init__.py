"""How mammograms hang, from what is known of them. Pure rules: no database, no pixels."""

from .facts import BREASTS, VIEW_TITLES, VIEWS, Edge, ImageFacts, StatedView
from .hanging import Confidence, Hanging, hang
from .kind import Kind
from .lie import Turn
from .order import PLACES, hang_order

__all__ = [
    "BREASTS",
    "PLACES",
    "VIEWS",
    "VIEW_TITLES",
    "Confidence",
    "Edge",
    "Hanging",
    "ImageFacts",
    "Kind",
    "StatedView",
    "Turn",
    "hang",
    "hang_order",
]
