import hashlib
import json
from base64 import b64decode

import numpy as np
import pytest

from ml.errors import MaskCodecError
from ml.masks import Runs, capsule, decode, digest, empty, encode, from_dense, tube, xor
from tests.data.make_mask_vectors import VECTORS, build_vectors

SHARED = json.loads(VECTORS.read_text(encoding="utf-8"))


def test_vectors_file_is_what_its_script_writes():
    assert build_vectors() == SHARED


@pytest.mark.parametrize("vector", SHARED["masks"], ids=lambda vector: vector["name"])
def test_mask_vector_agrees(vector):
    mask = Runs.checked(vector["rows"], vector["columns"], vector["runs"])
    data = b64decode(vector["base64"])

    assert encode(mask) == data
    assert decode(data) == mask
    assert digest(mask) == vector["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("vector", SHARED["capsules"])
def test_capsule_vector_agrees(vector):
    mask = capsule(vector["rows"], vector["columns"], vector["a"], vector["b"], vector["radius_px"])

    assert mask.runs.tolist() == vector["runs"]


@pytest.mark.parametrize("vector", SHARED["tubes"])
def test_tube_vector_agrees(vector):
    mask = tube(vector["rows"], vector["columns"], vector["points"], vector["widths_px"])

    assert mask.runs.tolist() == vector["runs"]


@pytest.mark.parametrize("vector", SHARED["xors"])
def test_xor_vector_agrees(vector):
    a, b, changed = (decode(b64decode(vector[key])) for key in ("a", "b", "xor"))

    assert xor(a, b) == changed


@pytest.mark.parametrize("vector", SHARED["invalid"], ids=lambda vector: vector["name"])
def test_invalid_bytes_are_refused_with_their_code(vector):
    with pytest.raises(MaskCodecError) as refusal:
        decode(b64decode(vector["base64"]))

    assert refusal.value.code == vector["code"]


def test_documented_example():
    mask = Runs.checked(4, 6, [[0, 0, 2], [0, 4, 6], [3, 5, 6]])

    assert encode(mask).hex(" ") == "54 4c 4d 01 04 06 03 00 00 02 00 02 02 03 05 01"


def test_round_trip_of_random_masks():
    generator = np.random.default_rng(3)
    for share in (0.0, 0.02, 0.5, 0.98, 1.0):
        rows, columns = generator.integers(1, 300, 2)
        mask = from_dense(generator.random((rows, columns)) < share)

        assert decode(encode(mask)) == mask


def test_random_damage_never_gives_anything_but_a_mask_or_a_refusal():
    generator = np.random.default_rng(4)
    intact = encode(from_dense(generator.random((20, 200)) < 0.3))
    for _ in range(500):
        damaged = bytearray(intact[: generator.integers(0, len(intact) + 1)])
        for place in generator.integers(0, max(len(damaged), 1), 3):
            if damaged:
                damaged[place] = generator.integers(0, 256)
        try:
            mask = decode(bytes(damaged))
        except MaskCodecError:
            continue
        assert encode(mask) == bytes(damaged)


def test_round_trip_of_a_mask_with_many_runs():
    mask = from_dense(np.random.default_rng(5).random((1000, 1000)) < 0.5)

    assert decode(encode(mask)) == mask
    assert len(mask.runs) > 200_000


def test_empty_mask_has_seven_bytes():
    assert encode(empty(5, 7)) == b"TLM\x01\x05\x07\x00"
