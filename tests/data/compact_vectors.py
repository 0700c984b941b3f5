"""The compact part of mask_vectors.json: masks that use all of the form, and bytes that must be refused."""

from base64 import b64encode

import numpy as np

from ml.errors import MaskCodecError
from ml.masks import Runs, decode, encode_compact, from_dense, xor
from ml.masks.drawing import capsule
from ml.masks.move_code import CODE_LENGTHS, move_code

SEED = 20240611
LANE_PX = 40
STILL, ENDS, FAR, NEWBORN = 12, 25, 26, 9


def compact_masks() -> dict[str, Runs]:
    """Masks in which runs start, end, split, join and wander in every way that the format knows."""
    ring = xor(capsule(60, 80, (30, 40), (30, 40), 25), capsule(60, 80, (30, 40), (30, 40), 21))
    comb = np.zeros((9, 40), dtype=bool)
    comb[0:3, ::4] = comb[3:6, 3:37] = comb[6:9, ::3] = True
    return {
        "ring": ring,
        "comb_that_joins_and_splits": from_dense(comb),
        "line_nearly_level": capsule(100, 900, (20.0, 5.0), (61.0, 890.0), 2.5),
        "widest_jump": Runs.checked(3, 16384, [[0, 0, 16384], [1, 0, 1], [2, 0, 16384]]),
        "last_row_only": Runs.checked(16384, 5, [[16383, 0, 2], [16383, 4, 5]]),
        "every_move": every_move(),
    }


def every_move() -> Runs:
    """In lanes side by side, each symbol of the code after each last move."""
    lanes = []
    for context in range(len(CODE_LENGTHS)):
        for symbol in range(len(CODE_LENGTHS[0])):
            at = LANE_PX * len(lanes) + 15
            lane = [(at, at + 10)]
            if context != NEWBORN:
                lane.append((at + context // 3 - 1, at + 10 + context % 3 - 1))
            start, end = lane[-1]
            if symbol == FAR:
                lane.append((start - 3, end + 1))
            elif symbol != ENDS:
                lane.append((start + symbol // 5 - 2, end + symbol % 5 - 2))
            lanes.append(lane)
    runs = [[row, *lane[row]] for row in range(3) for lane in lanes if row < len(lane)]
    return Runs.checked(4, LANE_PX * len(lanes), runs)


def invalid_compact() -> dict[str, tuple[bytes, str]]:
    """Bytes that no writer writes, by the rule that they break."""
    still = _move(NEWBORN, STILL)
    ends = _move(NEWBORN, ENDS)
    return {
        "compact_without_birth_count": (b"TLM\x02\x05\x07\x00", "truncated"),
        "compact_more_births_than_runs": (_compact(5, 7, 0, 1, _birth(0, 0, 1)), "not_canonical"),
        "compact_without_births": (_compact(5, 7, 1, 0, still), "not_canonical"),
        "compact_claims_34_billion_runs": (_compact(5, 7, 2**35 - 1, 1, _birth(0, 0, 1)), "truncated"),
        "compact_cut_in_a_birth": (_compact(5, 7, 1, 1, _birth(0, 0, 1))[:-1], "truncated"),
        "compact_cut_before_a_move": (_compact(5, 7, 2, 1, _birth(0, 0, 1)), "truncated"),
        "compact_byte_after_empty": (_compact(5, 7, 0, 0, "0"), "trailing_bytes"),
        "compact_byte_after_last_move": (
            _compact(5, 7, 1, 1, _birth(0, 0, 1) + ends) + b"\0",
            "trailing_bytes",
        ),
        "compact_filled_with_ones": (_compact(5, 7, 1, 1, _birth(4, 0, 1) + "1"), "not_canonical"),
        "compact_number_above_65535": (_compact(5, 7, 1, 1, "0" * 64), "not_canonical"),
        "compact_birth_below_last_row": (_compact(5, 7, 1, 1, _birth(5, 0, 1)), "run_out_of_bounds"),
        "compact_birth_past_right_edge": (_compact(5, 7, 1, 1, _birth(0, 6, 2)), "run_out_of_bounds"),
        "compact_move_past_left_edge": (_moved(_birth(0, 0, 2) + _move(NEWBORN, 7)), "run_out_of_bounds"),
        "compact_move_past_right_edge": (_moved(_birth(0, 5, 2) + _move(NEWBORN, 13)), "run_out_of_bounds"),
        "compact_far_move_past_left_edge": (_moved(_birth(0, 0, 2) + _far(-3, 0)), "run_out_of_bounds"),
        "compact_near_move_written_as_far": (_moved(_birth(0, 3, 2) + _far(-2, 2)), "not_canonical"),
        "compact_move_out_of_touch": (_moved(_birth(0, 0, 1) + _far(3, 3)), "not_canonical"),
        "compact_move_to_no_pixel": (_moved(_birth(0, 3, 1) + _move(NEWBORN, 17)), "not_canonical"),
        "compact_births_that_touch": (
            _compact(1, 7, 2, 2, _birth(0, 0, 2) + _birth(0, 2, 1)),
            "not_canonical",
        ),
        "compact_births_out_of_order": (
            _compact(1, 7, 2, 2, _birth(0, 4, 2) + _birth(0, 0, 1)),
            "not_canonical",
        ),
        "compact_birth_touches_ended_run": (
            _compact(2, 7, 2, 2, _birth(0, 0, 2) + _birth(1, 2, 1) + ends),
            "not_canonical",
        ),
        "compact_birth_left_of_a_move_in_touch": (
            _compact(2, 9, 3, 2, _birth(0, 2, 6) + _birth(1, 0, 3) + _far(3, 0)),
            "not_canonical",
        ),
        "compact_fewer_runs_than_claimed": (_moved(_birth(0, 0, 1) + ends), "not_canonical"),
        "compact_more_runs_than_claimed": (_compact(5, 7, 1, 1, _birth(0, 0, 1) + still), "not_canonical"),
        "compact_too_many_rows": (_compact(16385, 7, 0, 0, ""), "too_large"),
        "compact_no_columns": (_compact(5, 0, 0, 0, ""), "not_a_mask"),
    }


def damaged_compact() -> list[dict]:
    """Random damage: what is left is a mask with these runs or, where `runs` is null, refused."""
    generator = np.random.default_rng(SEED)
    intact = [encode_compact(from_dense(generator.random((8, 9)) < share)) for share in (0.1, 0.4, 0.8)]
    cases = []
    while len(cases) < 400:
        data = bytearray(intact[len(cases) % len(intact)])
        place = int(generator.integers(6, len(data)))
        if len(cases) % 2:
            data[place] ^= 1 << int(generator.integers(8))
        else:
            data[place:] = generator.integers(0, 256, generator.integers(1, 9)).astype(np.uint8).tobytes()
        cases.append({"base64": b64encode(data).decode(), "runs": _runs_or_none(bytes(data))})
    return cases


def _runs_or_none(data: bytes) -> list | None:
    try:
        return decode(data).runs.tolist()
    except MaskCodecError:
        return None


def _compact(rows: int, columns: int, run_count: int, birth_count: int, bits: str) -> bytes:
    head = b"TLM\x02"
    for number in (rows, columns, run_count, birth_count):
        rest = number
        while rest >= 0x80:
            head += bytes([rest & 0x7F | 0x80])
            rest >>= 7
        head += bytes([rest])
    filled = bits.ljust(-(-len(bits) // 8) * 8, "0")
    return head + bytes(int(filled[at : at + 8], 2) for at in range(0, len(filled), 8))


def _moved(bits: str) -> bytes:
    """Claim one newborn run that goes on once, in an image of two rows."""
    return _compact(2, 7, 2, 1, bits)


def _birth(row_step: int, start: int, length: int) -> str:
    return _number(row_step) + f"{start:014b}" + _number(length - 1)


def _move(context: int, symbol: int) -> str:
    code = move_code()
    return f"{code.words[context, symbol]:0{code.lengths[context, symbol]}b}"


def _far(start: int, end: int) -> str:
    """Write the move of a newborn run as a far one."""
    folded = [2 * step if step >= 0 else -2 * step - 1 for step in (start, end)]
    return _move(NEWBORN, FAR) + "".join(_number(number) for number in folded)


def _number(number: int) -> str:
    digits = f"{number + 1:b}"
    return "0" * (len(digits) - 1) + digits
