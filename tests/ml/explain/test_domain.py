from dataclasses import replace

import numpy as np
import pytest

from ml.explain import image_statistics, is_out_of_domain, training_statistics
from ml.explain.domain import NUMBERS
from ml.phantom import make_phantom
from ml.types import Acquisition
from tests.factories.model_card import make_model_card

SIZE = {"rows": 300, "columns": 220, "pixel_spacing_mm": 0.4}


def phantom(seed):
    return make_phantom(seed, **SIZE, view_position="MLO" if seed % 2 else "CC")


def described(seed):
    drawn = phantom(seed)
    return image_statistics(drawn.presentation, drawn.presentation_acquisition)


@pytest.fixture(scope="module")
def card():
    return make_model_card(statistics=training_statistics([described(seed) for seed in range(10)]))


def test_images_like_those_of_training_are_not_flagged(card):
    found = [is_out_of_domain(described(seed), card) for seed in range(100, 105)]

    assert [one.reason for one in found if one.flag] == []
    assert {one.reason for one in found} == {""}


def test_another_manufacturer_and_form_are_named(card):
    drawn = phantom(200)
    how = replace(drawn.presentation_acquisition, manufacturer="ACME", presentation_intent="FOR PROCESSING")
    found = is_out_of_domain(image_statistics(drawn.presentation, how), card)

    assert found.flag
    assert "the manufacturer is 'ACME'; in training it was 'TRAMLINE PHANTOM'" in found.reason
    assert "the form of the image" in found.reason


def test_what_the_header_does_not_say_is_no_reason(card):
    drawn = phantom(200)
    silent = replace(drawn.presentation_acquisition, manufacturer="", presentation_intent="")

    assert not is_out_of_domain(image_statistics(drawn.presentation, silent), card).flag


def test_noise_in_place_of_a_breast_is_flagged_in_plain_words(card):
    row, column = np.mgrid[:300, :220]
    disc = (row - 150) ** 2 + (column - 60) ** 2 < 60**2
    noise = np.random.default_rng(1).integers(0, 4000, disc.shape)
    pixels = np.where(disc | (column < 60), 200 + noise, 0).astype(np.uint16)

    found = is_out_of_domain(image_statistics(pixels, Acquisition(bits_stored=13)), card)

    assert found.flag
    assert NUMBERS["detail"] in found.reason


@pytest.mark.parametrize("value", [0, 7, 4095])
def test_constant_image_is_flagged(card, value):
    found = is_out_of_domain(image_statistics(np.full((200, 150), value, np.uint16), Acquisition()), card)

    assert found.flag
    assert found.reason.startswith("No breast can be told from air")


@pytest.mark.parametrize("statistics", [{}, {"images": 3}, {"mean": [0.1, 0.4]}, {"images": "many"}])
def test_card_that_says_too_little_flags_nothing_and_says_so(statistics):
    found = is_out_of_domain(described(3), make_model_card(statistics=statistics))

    assert not found.flag
    assert "too little" in found.reason


def test_entries_of_another_form_are_left_out():
    strange = {"images": 20, "contrast": "high", "detail": [1], "manufacturer": 3}

    assert not is_out_of_domain(described(3), make_model_card(statistics=strange)).flag


def test_few_training_images_are_not_summed_up():
    assert training_statistics([described(seed) for seed in range(4)]) == {}


def test_training_images_that_are_all_alike_do_not_make_the_slightest_difference_a_reason():
    card = make_model_card(statistics=training_statistics([described(3)] * 30))
    nearly = {name: value * 1.02 if name in NUMBERS else value for name, value in described(3).items()}

    assert not is_out_of_domain(nearly, card).flag


def test_statistics_survive_the_card(card):
    assert type(card).from_json(card.to_json()) == card
