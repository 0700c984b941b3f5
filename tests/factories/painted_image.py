"""A flat breast with a thick line, a faint line, a dot and a speck painted on it, raw and displayed."""

import cv2
import numpy as np

from ml.masks import capsule, from_dense, to_dense, union
from ml.types import Acquisition

SIZE = (500, 700)
RAW = Acquisition(
    presentation_intent="FOR PROCESSING",
    pixel_intensity_relationship="LIN",
    pixel_intensity_relationship_sign=1,
    bits_stored=14,
    pixel_spacing_mm=(0.1, 0.1),
    anode="MOLYBDENUM",
    filter_material="MOLYBDENUM",
    kvp=26.0,
    body_part_thickness_mm=50.0,
    grid="NONE",
)
DISPLAYED = Acquisition(presentation_intent="FOR PRESENTATION", bits_stored=12, pixel_spacing_mm=(0.1, 0.1))

BRIGHT = capsule(*SIZE, (100.0, 100.0), (100.0, 400.0), 5.0)
FAINT = capsule(*SIZE, (250.0, 100.0), (250.0, 400.0), 5.0)
DOT = capsule(*SIZE, (400.0, 550.0), (400.0, 550.0), 10.0)
SPECK = from_dense(np.pad(np.ones((1, 3), dtype=bool), ((450, 49), (40, 657))))
ALL = union(union(BRIGHT, FAINT), union(DOT, SPECK))


def raw_image(noise=0.0):
    """A flat breast with lines of which one lets through 80 %, the other 99 %."""
    signal = np.full(SIZE, 1000.0)
    signal[to_dense(BRIGHT)] *= 0.80
    signal[to_dense(FAINT)] *= 0.99
    signal[to_dense(DOT)] *= 0.70
    return (signal + np.random.default_rng(1).normal(0, 1, SIZE) * noise).round().astype(np.uint16)


def displayed_image():
    pixels = np.random.default_rng(2).normal(2000, 20, SIZE)
    pixels[to_dense(BRIGHT)] += 300
    pixels[to_dense(FAINT)] += 2
    return cv2.GaussianBlur(pixels, (0, 0), 1).round().astype(np.uint16)
