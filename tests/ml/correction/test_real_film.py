"""One digitised film with a long calcified artery; its pixel spacing is assumed."""

import numpy as np
import pytest
from PIL import Image

from ml.correction import propose_removals
from ml.masks import area_px, difference, polyline, union
from ml.types import Acquisition

SPACING_MM = 0.13
WIDTH_PX = 2.1 / SPACING_MM
# Placed by hand along the artery, from the chest wall towards the nipple.
ARTERY = [(1003, 1242), (1044, 1193), (1036, 1159), (1076, 1097), (1096, 1043), (1101, 930), (1088, 875)]
ELSEWHERE = [
    [(500, 700), (520, 760)],
    [(700, 500), (780, 560)],
    [(1480, 900), (1500, 800)],
    [(600, 1000), (640, 1100)],
    [(1300, 1000), (1350, 1100)],
    [(900, 300), (980, 300)],
    [(1250, 500), (1330, 560)],
    [(850, 1000), (870, 1120)],
    [(400, 100), (400, 200)],
    [(800, 800), (805, 810)],
]


@pytest.fixture(scope="module")
def film(shared_data):
    with Image.open(shared_data / "cbis-ddsm-bac-p00646" / "testImage.png") as image:
        return np.asarray(image.convert("L")).astype(np.uint16)


def test_artery_stays_and_strokes_elsewhere_go(film):
    artery = polyline(*film.shape, ARTERY, WIDTH_PX)
    elsewhere = polyline(*film.shape, [], WIDTH_PX)
    for stroke in ELSEWHERE:
        elsewhere = union(elsewhere, polyline(*film.shape, stroke, WIDTH_PX))
    acquisition = Acquisition(bits_stored=8, pixel_spacing_mm=(SPACING_MM, SPACING_MM))

    report = propose_removals(union(artery, elsewhere), film, acquisition)

    kept = [part for part in report.components if part.decision == "keep"]
    assert report.mode == "relative"
    assert report.flags == ["presentation_intent_unknown"]
    assert [part.runs for part in kept] == [artery]
    assert kept[0].measures["contrast_z"] > 4
    assert area_px(difference(report.corrected, artery)) < 0.2 * area_px(elsewhere)
    assert report.summary["removed_by_reason"]["outside_breast"] == 1
    assert report.summary["removed_by_reason"]["too_short"] == 1
