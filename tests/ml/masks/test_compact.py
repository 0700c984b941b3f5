import itertools
import tracemalloc
from base64 import b64decode

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.errors import MaskCodecError
from ml.masks import Runs, capsule, decode, digest, empty, encode, encode_compact, from_dense
from ml.masks.move_code import move_code
from tests.data.compact_vectors import every_move
from tests.ml.masks import compact_reference
from tests.ml.masks.test_codec import SHARED

DENSE = st.tuples(st.integers(1, 24), st.integers(1, 24)).flatmap(lambda shape: arrays(bool, shape))
POSITIONS = st.tuples(st.floats(-20, 120), st.floats(-20, 140))
STROKES = st.builds(capsule, st.just(100), st.just(120), POSITIONS, POSITIONS, st.floats(0.2, 20))
MASKS = st.one_of(st.builds(from_dense, DENSE), STROKES)


@st.composite
def damaged(draw):
    """Bytes of a mask, cut, changed or continued in a few places."""
    data = bytearray(draw(st.builds(draw(st.sampled_from((encode, encode_compact))), MASKS)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(3, max(3, len(data))))
        insert = draw(st.binary(max_size=3))
        data[place : place + draw(st.integers(0, 3))] = insert
    return bytes(data)


def refused_or_canonical(data):
    """Every byte string is refused, or is the only one of its version for the mask that it holds."""
    try:
        mask = decode(data)
    except MaskCodecError:
        return
    assert Runs.checked(mask.rows, mask.columns, mask.runs) == mask
    assert {1: encode, 2: encode_compact}[data[3]](mask) == data


@pytest.mark.parametrize("vector", SHARED["masks"], ids=lambda vector: vector["name"])
def test_compact_vector_agrees(vector):
    mask = Runs.checked(vector["rows"], vector["columns"], vector["runs"])
    data = b64decode(vector["compact"])

    assert encode_compact(mask) == data
    assert decode(data) == mask
    assert digest(decode(data)) == vector["sha256"]


def test_documented_example():
    mask = Runs.checked(4, 9, [[0, 2, 5], [1, 1, 5], [1, 7, 8], [2, 1, 8]])

    assert encode_compact(mask).hex(" ") == "54 4c 4d 02 04 09 04 02 80 04 d0 00 fe da cf 9f f0"


@given(MASKS)
@example(empty(1, 1))
@example(Runs.checked(16384, 16384, [[0, 16383, 16384], [16383, 0, 16384]]))
def test_round_trip(mask):
    assert decode(encode_compact(mask)) == mask
    assert decode(encode(mask)) == mask


@given(st.binary(max_size=40))
def test_any_bytes_are_refused_or_canonical(tail):
    for version in (b"\x01", b"\x02"):
        refused_or_canonical(b"TLM" + version + tail)


@given(st.tuples(*[st.integers(0, 12)] * 4), st.binary(max_size=24))
def test_any_small_claim_is_refused_or_canonical(head, bits):
    refused_or_canonical(b"TLM\x02" + bytes(head) + bits)


@given(damaged())
def test_damaged_masks_are_refused_or_canonical(data):
    refused_or_canonical(data)


def test_damage_of_one_bit_is_refused_or_canonical():
    intact = encode_compact(capsule(200, 200, (30.0, 40.0), (150.0, 111.0), 6.5))
    for bit in range(32, 8 * len(intact)):
        data = bytearray(intact)
        data[bit // 8] ^= 128 >> bit % 8
        refused_or_canonical(bytes(data))


def test_a_claim_takes_no_more_memory_than_its_bytes_can_fill():
    few = b"TLM\x02\x80\x80\x01\x80\x80\x01\xff\xff\xff\x7f\x01" + bytes(1000)
    tracemalloc.start()
    with pytest.raises(MaskCodecError):
        decode(few)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 200_000


def test_one_byte_holds_at_most_eight_runs():
    straight = Runs.checked(16384, 9, [[row, 4, 5] for row in range(16384)])

    data = encode_compact(straight)

    assert 16384 / 8 <= len(data) < 16384 / 8 + 16


def test_a_drawn_line_takes_a_fifth_of_the_plain_bytes():
    line = capsule(4096, 3328, (1000.25, 800.5), (1180.75, 1333.0), 9.5)

    assert 5 * len(encode_compact(line)) < len(encode(line))


def test_versions_that_the_caller_does_not_take_are_refused():
    with pytest.raises(MaskCodecError) as refusal:
        decode(encode_compact(empty(5, 7)), versions=(1,))

    assert refusal.value.code == "unknown_version"
    assert decode(encode(empty(5, 7)), versions=(1,)) == empty(5, 7)


def test_every_code_is_complete_and_shortest_first():
    code = move_code()

    assert (np.sum(2.0**-code.lengths, axis=1) == 1).all()
    assert code.lengths.max() == 9
    for words, lengths in zip(code.words, code.lengths, strict=True):
        order = np.lexsort((np.arange(27), lengths))
        aligned = words[order] << (9 - lengths[order])
        assert (np.diff(aligned) > 0).all()


def test_shared_vectors_use_every_word_of_the_code():
    """Changing any one length would change these bytes; the browser reads the same ones."""
    _, used = compact_reference.write(every_move())

    assert set(used) == set(itertools.product(range(10), range(27)))
    assert "every_move" in [vector["name"] for vector in SHARED["masks"]]


@given(MASKS)
@example(every_move())
def test_bytes_are_those_that_the_format_prescribes(mask):
    data, _ = compact_reference.write(mask)

    assert encode_compact(mask) == data


def test_many_runs_round_trip():
    mask = from_dense(np.random.default_rng(5).random((1000, 1000)) < 0.5)

    assert len(mask.runs) > 200_000
    assert decode(encode_compact(mask)) == mask
