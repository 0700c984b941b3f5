import numpy as np
import pytest

from ml.errors import PredictionRefusedError
from ml.inference import breast_image
from ml.phantom import make_phantom
from ml.types import Acquisition


@pytest.fixture(scope="module", params=["L", "R"])
def phantom(request):
    return make_phantom(12, rows=300, columns=260, pixel_spacing_mm=0.4, image_laterality=request.param)


def test_breast_is_cut_out_without_letters(phantom):
    found = breast_image(phantom.presentation, phantom.presentation_acquisition)
    rows, columns = np.nonzero(phantom.breast)
    extents = [(part.start, part.stop) for part in found.place]

    assert found.is_found
    assert extents[0] == pytest.approx((rows.min(), rows.max() + 1), abs=4)
    assert extents[1] == pytest.approx((columns.min(), columns.max() + 1), abs=4)
    assert not found.values[~found.inside].any()
    assert found.values[found.inside].mean() > 20


def test_what_was_found_on_the_input_is_laid_back_on_the_breast(phantom):
    found = breast_image(phantom.presentation, phantom.presentation_acquisition)
    seen = found.for_network(256, 128, 1)
    back = found.on_image(seen)

    assert seen.shape == (256, 128)
    assert back.shape == phantom.presentation.shape
    inside = back[found.place][found.inside]
    assert np.corrcoef(inside, found.values[found.inside])[0, 1] > 0.9


def test_nothing_is_found_outside_the_breast(phantom):
    found = breast_image(phantom.presentation, phantom.presentation_acquisition)
    breast = np.zeros(found.shape, bool)
    breast[found.place] = found.inside

    np.testing.assert_array_equal(found.on_image(np.ones((256, 128), np.float32)) > 0.5, breast)
    assert np.count_nonzero(breast != phantom.breast) < 0.03 * breast.size


def test_image_without_a_breast_counts_as_a_whole():
    found = breast_image(np.full((40, 30), 9, np.uint16), Acquisition())

    assert not found.is_found
    assert found.place == (slice(0, 40), slice(0, 30))
    assert found.inside.all()


@pytest.mark.parametrize("shape", [(0, 4), (4,), (2, 3, 4)])
def test_what_is_no_image_is_refused(shape):
    with pytest.raises(PredictionRefusedError) as refused:
        breast_image(np.zeros(shape, np.uint16), Acquisition())
    assert refused.value.code == "image_empty"
