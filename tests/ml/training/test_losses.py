import pytest
import torch

from ml.training.losses import cross_entropy_and_dice


def test_loss_of_a_sure_and_right_answer_is_near_zero():
    labels = torch.tensor([[0.0, 1.0], [1.0, 0.0]])

    assert cross_entropy_and_dice(40 * (labels - 0.5), labels).item() == pytest.approx(0, abs=1e-6)


def test_loss_of_an_undecided_answer_is_known():
    labels = torch.tensor([[0.0, 1.0], [1.0, 0.0]])

    # ln 2, and one minus Dice = (2 * 1 + 1) / (2 + 2 + 1).
    assert cross_entropy_and_dice(torch.zeros(2, 2), labels).item() == pytest.approx(0.6931 + 0.4, abs=1e-4)


def test_loss_of_nothing_marked_where_nothing_is_has_no_dice_part():
    logits = torch.full((2, 2), -30.0)

    assert cross_entropy_and_dice(logits, torch.zeros(2, 2)).item() == pytest.approx(0, abs=1e-6)
