"""Every network learns two tiny images by heart, and what is frozen stays as it was."""

import pytest
import torch
from torch.nn import functional

from ml.networks import ARCHITECTURES, build_network

STEPS = 8
LEARNING_RATE = {"segmentation": 1e-3, "image_classification": 1e-3, "patch_classification": 1e-4}


@pytest.fixture(autouse=True)
def _one_thread():
    # Threads that wait for each other on a busy machine cost more than they save on images of this size.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def image():
    random = torch.Generator().manual_seed(5)
    image = 0.2 * torch.rand(2, 1, 64, 64, generator=random)
    # The first image shows a bright square.
    image[0, :, 16:32, 16:32] += 1
    return (image - 0.2).expand(-1, 3, -1, -1)


def loss_of(output, task):
    if task == "segmentation":
        labels = torch.zeros(2, 1, 64, 64)
        labels[0, :, 16:32, 16:32] = 1
        return functional.binary_cross_entropy_with_logits(output, labels)
    if task == "image_classification":
        return functional.binary_cross_entropy_with_logits(output[:, 0], torch.tensor([1.0, 0.0]))
    return functional.cross_entropy(output, torch.tensor([1, 0]))


def train(network, image, task):
    learning = [value for value in network.parameters() if value.requires_grad]
    optimiser = torch.optim.Adam(learning, lr=LEARNING_RATE[task])
    network.train()
    losses = []
    for _ in range(STEPS):
        loss = loss_of(network(image), task)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def changed_weights(network, before):
    weights = network.state_dict()
    return {name for name in weights if not torch.equal(weights[name], before[name])}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_loss_falls_on_a_tiny_set(name, image):
    torch.manual_seed(1)
    network = build_network(name)

    losses = train(network, image, ARCHITECTURES[name].task)

    assert losses[-1] < 0.98 * losses[0]


@pytest.mark.parametrize(
    ("name", "trained"),
    [
        ("vgg16", ("encoder.28.",)),
        ("xception", ("encoder.conv4.", "encoder.bn4.")),
        ("resnet50v2", ("encoder.stages.3.blocks.2.conv3.",)),
        ("mobilenet", ("encoder.blocks.4.1.conv_pw.", "encoder.blocks.4.1.bn2.")),
        ("mobilenetv2", ("encoder.conv_head.", "encoder.bn2.")),
        ("densenet121", ("encoder.features.denseblock4.denselayer16.conv2.",)),
    ],
)
def test_image_classifier_trains_its_head_and_its_last_convolution_alone(name, trained, image):
    torch.manual_seed(1)
    network = build_network(name)
    before = {key: value.clone() for key, value in network.state_dict().items()}

    train(network, image, "image_classification")

    changed = changed_weights(network, before)
    # Frozen batch norms keep their running means too.
    assert all(key.startswith(("head.", *trained)) for key in changed)
    assert all(any(key.startswith(part) for key in changed) for part in ("head.", *trained))


def test_unfrozen_image_classifier_trains_every_weight(image):
    torch.manual_seed(1)
    network = build_network("mobilenet")
    before = {key: value.clone() for key, value in network.state_dict().items()}

    network.unfreeze()
    losses = train(network, image, "image_classification")

    assert changed_weights(network, before) == set(before)
    assert losses[-1] < 0.98 * losses[0]


def test_evaluation_changes_no_batch_norm_of_the_trained_part(image):
    network = build_network("mobilenet").eval()
    before = {key: value.clone() for key, value in network.state_dict().items()}

    network(image)

    assert changed_weights(network, before) == set()
    assert not any(module.training for module in network.modules())
