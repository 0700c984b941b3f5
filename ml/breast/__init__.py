"""The breast on the image: its outline, its compressed part and periphery, and the chest muscle."""

from ml.breast.air import AirEdge, find_air_edge
from ml.breast.breast import Breast, find_breast
from ml.breast.regions import BACKGROUND, COMPRESSED, PECTORAL, PERIPHERY, Regions, find_regions

__all__ = [
    "BACKGROUND",
    "COMPRESSED",
    "PECTORAL",
    "PERIPHERY",
    "AirEdge",
    "Breast",
    "Regions",
    "find_air_edge",
    "find_breast",
    "find_regions",
]
