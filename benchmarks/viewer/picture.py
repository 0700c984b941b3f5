"""What a canvas shows, as a person sees it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

MIDDLE = (0.3, 0.7)  # of the canvas, where nothing lies over the image


def greys_of(page: Page, canvas: dict[str, float]) -> NDArray[np.int64]:
    """Photograph the middle of the canvas; the pointer is moved out of the way."""
    page.mouse.move(1, 1)
    page.wait_for_timeout(500)  # the last frame is on its way
    first, last = MIDDLE
    clip = {
        "x": round(canvas["x"] + first * canvas["width"]),
        "y": round(canvas["y"] + first * canvas["height"]),
        "width": round((last - first) * canvas["width"]),
        "height": round((last - first) * canvas["height"]),
    }
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip)))
    return np.asarray(picture.convert("L")).astype(np.int64)
