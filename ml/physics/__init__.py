"""From stored pixel values to attenuation: signal, beam and what stands out of the background."""

from ml.physics.background import Background, cell_px_for, fit_background
from ml.physics.beam import Beam, beam_of
from ml.physics.blocks import occupied_cells
from ml.physics.dense_tissue import AT_18_KEV, OneEnergy
from ml.physics.direction import Direction, read_direction
from ml.physics.opening import disc, open_near
from ml.physics.pixel_size import PixelSize, pixel_size_of
from ml.physics.signal import Mode, Signal, carries_thickness, read_signal
from ml.physics.spread import MAD_TO_SIGMA, MEAN_DEVIATION_TO_SIGMA
from ml.physics.top_hat import top_hat_near

__all__ = [
    "AT_18_KEV",
    "MAD_TO_SIGMA",
    "MEAN_DEVIATION_TO_SIGMA",
    "Background",
    "Beam",
    "Direction",
    "Mode",
    "OneEnergy",
    "PixelSize",
    "Signal",
    "beam_of",
    "carries_thickness",
    "cell_px_for",
    "disc",
    "fit_background",
    "occupied_cells",
    "open_near",
    "pixel_size_of",
    "read_direction",
    "read_signal",
    "top_hat_near",
]
