import pytest
import torch
from safetensors.torch import save_file

from ml.errors import WeightsRefusedError
from ml.networks import build_network, load_encoder_weights
from ml.networks.torchvision_fix import ensure_torchvision

torchvision = ensure_torchvision()
import timm  # noqa: E402 - needs the line above


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(4)


def colour(rows, columns):
    return torch.rand(1, 1, rows, columns).expand(-1, 3, -1, -1)


def refusal(network, path):
    with pytest.raises(WeightsRefusedError) as caught:
        load_encoder_weights(network, path)
    return caught.value.code


@pytest.fixture
def resnet18_file(tmp_path):
    published = torchvision.models.resnet18(weights=None)
    path = tmp_path / "resnet18.pt"
    torch.save(published.state_dict(), path)
    return published.eval(), path


def test_published_encoder_answers_three_equal_channels_as_before(resnet18_file):
    published, path = resnet18_file
    network = build_network("resnet18").eval()
    head = network.network.fc.weight.clone()

    load_encoder_weights(network, path)

    published.fc = torch.nn.Identity()
    network.network.fc, kept = torch.nn.Identity(), network.network.fc
    image = colour(64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(network(image), published(image), rtol=1e-4, atol=1e-5)
    assert torch.equal(kept.weight, head)


@pytest.mark.parametrize(
    ("name", "published_name"),
    [
        ("mobilenet", "mobilenetv1_100"),
        ("mobilenetv2", "mobilenetv2_100"),
        ("densenet121", "densenet121"),
        ("xception", "legacy_xception"),
    ],
)
def test_base_of_an_image_classifier_takes_a_file_of_timm(name, published_name, tmp_path):
    published = timm.create_model(published_name, pretrained=False).eval()
    save_file(published.state_dict(), tmp_path / "weights.safetensors")
    network = build_network(name).eval()

    load_encoder_weights(network, tmp_path / "weights.safetensors")

    image = colour(64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(
            network.maps(image), published.forward_features(image), rtol=1e-3, atol=1e-4
        )


def test_resnet_v2_takes_a_file_without_the_biases_that_it_adds(tmp_path):
    published = timm.create_model("resnetv2_50", pretrained=False).eval()
    save_file(published.state_dict(), tmp_path / "weights.safetensors")
    network = build_network("resnet50v2").eval()

    load_encoder_weights(network, tmp_path / "weights.safetensors")

    image = colour(64, 64)
    with torch.inference_mode():
        expected = published.forward_features(image)
        torch.testing.assert_close(
            network.maps(image), expected, rtol=1e-3, atol=1e-4 * expected.abs().max().item()
        )


def test_vgg_takes_a_file_of_torchvision(tmp_path):
    convolutions = torchvision.models.vgg.make_layers(torchvision.models.vgg.cfgs["D"])
    state = {f"features.{name}": value for name, value in convolutions.state_dict().items()}
    torch.save(state | {"classifier.6.bias": torch.zeros(1000)}, tmp_path / "vgg16.pth")
    network = build_network("vgg16").eval()

    load_encoder_weights(network, tmp_path / "vgg16.pth")

    image = colour(64, 64)
    with torch.inference_mode():
        pooled = network.last_pool(network.maps(image))
        torch.testing.assert_close(pooled, convolutions(image), rtol=1e-3, atol=1e-5)


def test_old_names_of_densenet_and_missing_counters_are_understood(tmp_path):
    network = build_network("densenet121")
    old = {
        name.replace("norm1.", "norm.1.").replace("conv2.", "conv.2."): value + 1
        for name, value in network.encoder_weights().items()
        if not name.endswith("num_batches_tracked")
    }
    before = network.encoder_weights()["features.denseblock1.denselayer1.conv2.weight"].clone()
    torch.save(old, tmp_path / "densenet121.pth")

    load_encoder_weights(network, tmp_path / "densenet121.pth")

    after = network.encoder_weights()["features.denseblock1.denselayer1.conv2.weight"]
    torch.testing.assert_close(after, before + 1)


@pytest.mark.parametrize("name", ["unet-resnet34", "deeplabv3plus-mobilenetv3"])
def test_encoder_of_a_segmentation_network_takes_a_published_file(name, tmp_path):
    published_name = {"unet-resnet34": "resnet34"}.get(name, "mobilenetv3_large_100")
    published = timm.create_model(published_name, pretrained=False)
    save_file(published.state_dict(), tmp_path / "weights.safetensors")
    network = build_network(name)

    load_encoder_weights(network, tmp_path / "weights.safetensors")

    own, given = network.encoder_weights(), published.state_dict()
    changed = [key for key in own if not torch.equal(own[key], given[key])]
    # Only the first convolution, which was summed to one channel.
    assert changed == [next(iter(own))]
    torch.testing.assert_close(own[changed[0]], given[changed[0]].sum(dim=1, keepdim=True))


@pytest.mark.parametrize("name", ["scunet", "unet", "cgnet"])
def test_network_without_a_published_encoder_says_so(name, tmp_path):
    assert refusal(build_network(name), tmp_path / "any") == "no_encoder"


def test_file_for_a_deeper_network_is_refused_and_nothing_is_changed(tmp_path):
    network = build_network("resnet18")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    torch.save(torchvision.models.resnet34(weights=None).state_dict(), tmp_path / "resnet34.pt")

    assert refusal(network, tmp_path / "resnet34.pt") == "wrong_encoder"
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("layer4.1.bn2.bias", torch.full((512,), float("nan")), "not_finite"),
        ("layer4.1.bn2.bias", torch.zeros(3), "wrong_shapes"),
        ("layer4.1.bn2.bias", "text", "not_a_checkpoint"),
    ],
)
def test_weight_that_does_not_fit_is_refused_and_nothing_is_changed(
    name, value, code, resnet18_file, tmp_path
):
    published, _ = resnet18_file
    torch.save(published.state_dict() | {name: value}, tmp_path / "broken.pt")
    network = build_network("resnet18")
    before = network.network.conv1.weight.clone()

    assert refusal(network, tmp_path / "broken.pt") == code
    assert torch.equal(network.network.conv1.weight, before)


def test_file_that_is_missing_or_no_weights_is_refused(tmp_path):
    network = build_network("resnet18")
    (tmp_path / "text.pt").write_text("hello")

    assert refusal(network, tmp_path / "missing.pt") == "missing_file"
    assert refusal(network, tmp_path / "text.pt") == "not_a_checkpoint"
    torch.save(torch.nn.Linear(1, 1), tmp_path / "whole.pt")
    assert refusal(network, tmp_path / "whole.pt") == "unsafe_pickle"
