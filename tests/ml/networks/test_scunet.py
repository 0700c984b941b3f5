import torch

from ml.networks import build_network, count_parameters


def test_scunet_has_the_published_number_of_parameters():
    network = build_network("scunet")

    parameters = count_parameters(network)

    assert parameters == 169_711
    # The paper calls it 79 times smaller than a U-Net of 13,395,329 parameters.
    assert round(13_395_329 / parameters, 2) == 78.93


def test_scunet_gives_one_value_for_each_pixel():
    network = build_network("scunet").eval()

    with torch.inference_mode():
        output = network(torch.zeros(2, 3, 64, 128))

    assert output.shape == (2, 1, 64, 128)


def test_scunet_answers_alike_for_a_tile_alone_and_in_a_batch():
    torch.manual_seed(1)
    network = build_network("scunet").eval()
    tiles = torch.randn(3, 3, 64, 64)

    with torch.inference_mode():
        together, alone = network(tiles)[1], network(tiles[1:2])[0]

    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
