"""Projections of a breast from several angles, as a tomosynthesis scan takes them."""

import numpy as np
from numpy.typing import NDArray

from ml.phantom.beam import expose
from ml.phantom.detector import detect, gain_map
from ml.phantom.phantom import LARGEST_STORED, Phantom, turned
from ml.phantom.view import draw_view, layers_of, seen_from

# Of the tube along the chest wall, in degrees; the middle frame is seen from above.
ANGLES_DEG = tuple(float(angle) for angle in np.linspace(-12.5, 12.5, 9))
FIRST_NOISE = 100


def projections(phantom: Phantom) -> NDArray[np.uint16]:
    """Expose the breast of a phantom from nine angles, each with a ninth of the dose and without grid.

    Parameters
    ----------
    phantom : Phantom
        Whose breast and positioning to take.

    Returns
    -------
    ndarray of uint16, shape (9, rows, columns)
        16 bits, 65535 minus a linear value, one frame for each of `ANGLES_DEG`.

    Notes
    -----
    Vessels, strands and calcifications move by their height from frame to frame; outline, gland and metal
    stay where the middle frame shows them, which is a simplification of our own.
    """
    recipe = phantom.recipe
    drawn = draw_view(recipe)
    gain = gain_map(recipe.breast.seed, *recipe.shape)
    dose = 1 / len(ANGLES_DEG)
    frames = np.empty((len(ANGLES_DEG), *recipe.shape), dtype=np.uint16)
    for number, angle in enumerate(ANGLES_DEG):
        signal = expose(
            layers_of(seen_from(drawn, recipe, np.radians(angle))),
            drawn.beam,
            thickness_mm=drawn.outline.thickness_mm,
            pixel_spacing_mm=recipe.pixel_spacing_mm,
            dose=dose,
        )
        chance = recipe.chance(FIRST_NOISE + number)
        linear = detect(signal, drawn.outline, gain, chance, has_grid=False)
        frames[number] = LARGEST_STORED - turned(linear, recipe)
    return frames
