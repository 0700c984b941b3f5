import numpy as np
import pytest

from annotations.domain.content import read_content
from annotations.ml_gateway.coverage import find_breast_cells
from tests.factories.calcified_scene import draw_scene
from tests.factories.mammogram import make_mammogram

pytestmark = pytest.mark.django_db

CELL_PX = 64


def test_every_cell_with_breast_in_it_counts_and_air_does_not():
    scene = draw_scene()
    mammogram = make_mammogram(
        scene.pixels,
        presentation_intent="FOR PROCESSING",
        image_laterality="L",
        view_position="CC",
        pixel_spacing_mm=(0.1, 0.1),
        bits_stored=14,
    )

    found = find_breast_cells(read_content(mammogram.pixels_sha256), mammogram, cell_px=CELL_PX)

    assert found.is_found
    grid_rows, grid_columns = -(-700 // CELL_PX), -(-500 // CELL_PX)
    bits = np.unpackbits(np.frombuffer(found.cells, dtype=np.uint8))
    cells, rest = np.split(bits, [grid_rows * grid_columns])
    assert not rest.any()
    truth = np.zeros((grid_rows * CELL_PX, grid_columns * CELL_PX), dtype=bool)
    truth[:700, :500] = scene.breast
    share = truth.reshape(grid_rows, CELL_PX, grid_columns, CELL_PX).mean(axis=(1, 3))
    cells = cells.reshape(grid_rows, grid_columns)
    assert cells[share > 0.1].all()
    assert cells[share == 0].mean() < 0.1
