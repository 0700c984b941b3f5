"""The breast on the image: its outline, its compressed part and periphery, and the chest muscle."""

from ml.breast.air import AirEdge, find_air_edge
from ml.breast.breast import Breast, find_breast

__all__ = ["AirEdge", "Breast", "find_air_edge", "find_breast"]
