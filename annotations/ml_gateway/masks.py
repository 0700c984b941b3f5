"""Masks as bytes for the rest of the program; docs/mask_format.md says what the bytes mean."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from annotations.errors import MaskRefusedError, MaskSizeMismatchError
from ml import masks
from ml.errors import MaskCodecError

COMPACT_HEAD = b"TLM\x02"
MAXIMUM_PATCH_RUNS = 333_000  # as many as fit the bytes of a plain one: the compact form is no way around


@dataclass(frozen=True)
class MaskBytes:
    """A mask in the plain form, with the digest by which browser and server compare notes."""

    data: bytes
    sha256: str
    area_px: int


def check_patch(data: bytes, *, rows: int, columns: int) -> None:
    """Refuse bytes that are not an edit of an image with this size, in either form."""
    mask = _decode(data)
    if len(mask.runs) > MAXIMUM_PATCH_RUNS:
        raise MaskRefusedError(
            f"A patch has {len(mask.runs)} runs; at most {MAXIMUM_PATCH_RUNS} are taken.",
            code="patch_too_large",
        )
    if (mask.rows, mask.columns) != (rows, columns):
        raise MaskSizeMismatchError(
            f"The mask is for {mask.rows} x {mask.columns} pixels (rows x columns); "
            f"the image has {rows} x {columns}."
        )


def replay_patches(patches: Iterable[bytes], *, rows: int, columns: int) -> MaskBytes:
    """Apply XOR patches of one image size to the empty mask, in any order."""
    mask = masks.empty(rows, columns)
    for patch in patches:
        mask = masks.xor(mask, _decode(patch))
    data = masks.encode(mask)
    return MaskBytes(data=data, sha256=hashlib.sha256(data).hexdigest(), area_px=masks.area_px(mask))


def compact_mask(data: bytes) -> bytes:
    """Return the form in which masks are kept and travel; whoever reads them takes either form."""
    if data[: len(COMPACT_HEAD)] == COMPACT_HEAD:
        return data
    return masks.encode_compact(_decode(data))


def empty_mask(*, rows: int, columns: int) -> bytes:
    """Return the mask without any pixel, in the compact form."""
    return masks.encode_compact(masks.empty(rows, columns))


def has_pixel(data: bytes, *, row: int, column: int) -> bool:
    """Say whether a pixel belongs to a mask of either form."""
    runs = _decode(data).runs
    first, past = runs[:, 0].searchsorted([row, row + 1])
    return any(start <= column < end for _, start, end in runs[first:past])


def mask_to_png(data: bytes) -> bytes:
    """Return a deterministic 8-bit PNG, 0 outside and 255 inside."""
    return masks.to_png(_decode(data))


def _decode(data: bytes) -> masks.Runs:
    with _codec_errors_translated():
        return masks.decode(data, versions=(1, 2))


@contextmanager
def _codec_errors_translated() -> Iterator[None]:
    try:
        yield
    except MaskCodecError as error:
        raise MaskRefusedError(error.message, code=error.code) from error
