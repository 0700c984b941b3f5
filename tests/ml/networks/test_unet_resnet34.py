import torch

from ml.networks import build_network, count_parameters


def test_unet_resnet34_has_the_published_number_of_parameters():
    network = build_network("unet-resnet34")

    # 24.43 million in the published table; one grey input channel.
    assert count_parameters(network) == 24_430_097


def test_unet_resnet34_gives_one_logit_a_pixel_for_three_equal_channels():
    torch.manual_seed(1)
    network = build_network("unet-resnet34").eval()
    image = torch.rand(2, 1, 64, 96).expand(-1, 3, -1, -1)

    with torch.inference_mode():
        logits = network(image)

    assert logits.shape == (2, 1, 64, 96)
    assert torch.isfinite(logits).all()
