import math

import pytest
import torch

from ml.training.losses import LOSSES, HausdorffLoss, border_distance, cross_entropy_and_dice, distance_loss

LABELS = torch.tensor([[[[0.0, 1.0], [1.0, 0.0]]]])
# Probabilities .2, .6, .9, .5.
LOGITS = torch.logit(torch.tensor([[[[0.2, 0.6], [0.9, 0.5]]]]))
ENTROPY = -(math.log(0.8) + math.log(0.6) + math.log(0.9) + math.log(0.5)) / 4
# Twice the overlap of 1.5 plus 1, over sums of 2.2 and 2 plus 1.
SOFT_DICE = 1 - 4 / 5.2


@pytest.fixture(params=LOSSES)
def loss(request):
    loss = LOSSES[request.param]
    loss.begin_epoch(0)
    return loss


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Squares of the probabilities: .04 + .36 + .81 + .25.
        ("dice", 1 - 2 * 1.5 / (2 + 1.46)),
        # Squared errors: .04 + .16 + .01 + .25.
        ("half-dice-mse", (SOFT_DICE + 0.46 / 4) / 2),
        ("cross-entropy-dice", ENTROPY + SOFT_DICE),
        ("cross-entropy-dice-hausdorff", ENTROPY + SOFT_DICE),
    ],
)
def test_loss_is_what_a_hand_works_out(name, expected):
    LOSSES[name].begin_epoch(0)

    assert LOSSES[name](LOGITS, LABELS).item() == pytest.approx(expected, abs=1e-5)


def test_loss_of_a_sure_and_right_answer_is_near_zero(loss):
    assert loss(40 * (LABELS - 0.5), LABELS).item() == pytest.approx(0, abs=1e-6)


def test_loss_of_nothing_marked_where_nothing_is_is_near_zero(loss):
    logits = torch.full((2, 1, 8, 8), -30.0)

    assert loss(logits, torch.zeros(2, 1, 8, 8)).item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("logit", [-4.0, 0.0, 4.0])
def test_false_marks_of_a_batch_without_positives_are_taken_away(loss, logit):
    logits = torch.full((2, 1, 64, 64), logit, requires_grad=True)

    value = loss(logits, torch.zeros_like(logits))
    value.backward()

    assert torch.isfinite(value)
    assert torch.isfinite(logits.grad).all()
    # Every pixel is pushed down, and all together by more than rounding.
    assert (logits.grad > 0).all()
    assert logits.grad.sum() > 1e-4


@pytest.mark.parametrize("logit", [-60.0, 60.0])
def test_loss_and_gradient_of_very_sure_answers_are_finite(loss, logit):
    logits = torch.full((1, 1, 8, 8), logit, requires_grad=True)

    value = loss(logits, torch.ones_like(logits) - torch.eye(8))
    value.backward()

    assert torch.isfinite(value)
    assert torch.isfinite(logits.grad).all()


def test_loss_of_half_precision_is_worked_out_in_full(loss):
    logits = torch.full((1, 1, 512, 512), 1.0)
    labels = torch.zeros_like(logits)
    labels[..., :100] = 1

    assert loss(logits.half(), labels).item() == pytest.approx(loss(logits, labels).item(), abs=1e-6)


def test_loss_of_an_undecided_answer_is_known():
    labels = torch.tensor([[0.0, 1.0], [1.0, 0.0]])

    # ln 2, and one minus Dice = (2 * 1 + 1) / (2 + 2 + 1).
    assert cross_entropy_and_dice(torch.zeros(2, 2), labels).item() == pytest.approx(0.6931 + 0.4, abs=1e-4)


def test_border_distance_is_measured_on_both_sides_in_each_image_alone():
    marked = torch.zeros(2, 1, 1, 60, dtype=torch.bool)
    marked[0, ..., :3] = True

    distance = border_distance(marked)

    assert (distance[0, 0, 0, :6] * 50).tolist() == pytest.approx([3, 2, 1, 1, 2, 3])
    # 57 pixels away counts as 50; an image without a border as 50 everywhere.
    assert distance[0, 0, 0, 59] == 1
    assert (distance[1] == 1).all()
    assert (border_distance(~marked)[1] == 1).all()


def test_distance_loss_is_what_a_hand_works_out():
    labels = torch.tensor([[[[1.0, 0.0, 0.0, 0.0]]]])
    probability = torch.tensor([[[[1.0, 0.0, 0.0, 0.8]]]])

    # The false mark is 3 px from the true border; 1 px from its own.
    one_sided = distance_loss(probability, labels, is_two_sided=False)
    two_sided = distance_loss(probability, labels, is_two_sided=True)

    assert one_sided.item() == pytest.approx(0.64 * 9 / 2500 / 4)
    assert two_sided.item() == pytest.approx(0.64 * (9 + 1) / 2500 / 4)


def test_distance_term_begins_with_the_sixth_epoch_and_weighs_as_much_as_dice():
    loss, plain = HausdorffLoss(), LOSSES["cross-entropy-dice"]
    logits = LOGITS.clone().requires_grad_()
    values = []
    for epoch in range(6):
        loss.begin_epoch(epoch)
        values.append(loss(logits, LABELS).item())

    # The same answer each time, so the weighed distance term equals the Dice term.
    assert values[:5] == pytest.approx([plain(LOGITS, LABELS).item()] * 5)
    assert values[5] == pytest.approx(ENTROPY + 2 * SOFT_DICE, abs=1e-5)


def test_distance_term_goes_on_where_a_saved_training_stopped():
    loss, resumed = HausdorffLoss(), HausdorffLoss()
    logits = LOGITS.clone().requires_grad_()
    loss.begin_epoch(4)
    loss(logits, LABELS)

    resumed.restore(loss.state())
    for one in (loss, resumed):
        one.begin_epoch(5)

    assert resumed(logits, LABELS).item() == loss(logits, LABELS).item() > ENTROPY + 1.5 * SOFT_DICE


def test_validation_does_not_change_the_weight_of_the_distance_term():
    loss = HausdorffLoss()
    before = loss.state()

    with torch.no_grad():
        loss(LOGITS, LABELS)

    assert loss.state() == before
