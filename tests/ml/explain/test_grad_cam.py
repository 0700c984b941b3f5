import numpy as np
import pytest
import torch
from torch import nn

from ml.errors import PredictionRefusedError
from ml.explain import HeatmapScorer, grad_cam
from ml.inference import ImageScorer
from ml.networks import build_network, pack_weights
from ml.types import Acquisition
from tests.factories.model_card import make_model_card

FIRST = [[1.0, 2.0], [3.0, 4.0]]
SECOND = [[4.0, 0.0], [0.0, 0.0]]
THIRD = [[9.0, 9.0], [0.0, 0.0]]


class MeansWeighed(nn.Module):
    """The channels of the image are its maps, and their weighed means the answer: all is known on paper."""

    def __init__(self, *weights):
        super().__init__()
        self.weights = torch.tensor(weights)

    def maps(self, image):
        return image

    def answer(self, maps):
        return (self.weights * maps.mean(dim=(2, 3))).sum(dim=1, keepdim=True)


def explained(maps, *weights):
    return grad_cam(MeansWeighed(*weights), torch.tensor([maps]))


def test_maps_are_weighed_as_on_paper():
    # Each gradient is weight / 4. Map 1: g = 1, sum A = 10, alpha = 1 / (2 + 10), weight 4 / 12.
    # Map 2: g = 2, sum A = 4, alpha = 4 / (8 + 4 * 8) = 1 / 10, weight 4 * 2 / 10. Map 3 lowers the answer.
    logit, heatmap = explained([FIRST, SECOND, THIRD], 4.0, 8.0, -4.0)

    coarse = np.array(FIRST) / 3 + np.array(SECOND) * 0.8
    assert logit == pytest.approx(4 * 2.5 + 8 * 1 - 4 * 4.5)
    np.testing.assert_allclose(heatmap, (coarse - coarse.min()) / np.ptp(coarse), rtol=1e-6)


def test_heatmap_does_not_depend_on_the_scale_of_the_answer():
    # The published weights have a factor exp(S), which would overflow here and is the same everywhere.
    _, heatmap = explained([FIRST, SECOND], 4000.0, 0.0)

    np.testing.assert_allclose(heatmap, (np.array(FIRST) - 1) / 3, rtol=1e-6)


@pytest.mark.parametrize(
    ("maps", "weights"),
    [
        ([FIRST], (-4.0,)),
        ([FIRST], (0.0,)),
        ([[[3.0, 3.0], [3.0, 3.0]]], (4.0,)),
        ([[[0.0, 0.0], [0.0, 0.0]]], (4.0,)),
        # 2 g^2 + sum(A g^3) is 0 here.
        ([[[-1.0, -1.0], [0.0, 0.0]]], (4.0,)),
    ],
)
def test_heatmap_is_empty_where_nothing_or_everything_alike_raises_the_answer(maps, weights):
    _, heatmap = explained(maps, *weights)

    assert heatmap.shape == (2, 2)
    assert not heatmap.any()


@pytest.fixture(scope="module")
def weights():
    torch.manual_seed(4)
    facts = {"task": "image_classification", "input": "whole", "input_rows": 64, "input_columns": 64}
    return pack_weights(build_network("mobilenet"), make_model_card(architecture="mobilenet", **facts))


def test_heatmap_lies_on_the_breast_and_the_answer_is_the_scorers(weights):
    row, column = np.mgrid[:300, :200]
    breast = ((row - 150) / 120) ** 2 + (column / 130) ** 2 < 1
    pixels = np.where(breast, 800 + 400 * ((row // 20 + column // 20) % 2), 0).astype(np.uint16)
    how = Acquisition(bits_stored=12, pixel_spacing_mm=(0.5, 0.5))

    probability, heatmap = HeatmapScorer(weights).explain(pixels, how)

    assert probability == pytest.approx(ImageScorer(weights).probability(pixels, how), rel=1e-4)
    assert heatmap.shape == pixels.shape
    assert heatmap.any()
    assert not heatmap[:, 180:].any()


def test_constant_image_is_answered_for_with_a_heatmap_of_its_size(weights):
    probability, heatmap = HeatmapScorer(weights).explain(np.full((90, 70), 7, np.uint16), Acquisition())

    assert 0 < probability < 1
    assert heatmap.shape == (90, 70)


def test_network_that_marks_pixels_is_refused(small_segmenter):
    with pytest.raises(PredictionRefusedError, match="ml predict") as refused:
        HeatmapScorer(small_segmenter)
    assert refused.value.code == "wrong_task"


@pytest.fixture
def small_segmenter():
    return pack_weights(build_network("scunet"), make_model_card())
