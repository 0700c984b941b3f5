"""Decode a PNG or TIFF picture into grey values; runs in the child process only."""

from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from ml.errors import ImageRefusedError
from ml.images.limits import check_size
from ml.types import Acquisition

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_BIT_DEPTH_OFFSET = 24
TIFF_STARTS = (b"II*\x00", b"MM\x00*")
# Pillow's modes with their bits a sample; 16-bit colour never shows up here because Pillow would drop its low
# bytes.
GREY_BITS = {"L": 8, "I;16": 16, "I;16B": 16, "I;16L": 16}
COLOUR_CHANNELS = {"RGB": 3, "RGBA": 4}
WHITE_IS_ZERO = 0


def decode_picture(file: IO[bytes], file_format: str) -> tuple[NDArray[np.uint16], Acquisition, bool]:
    """Read an 8- or 16-bit PNG or TIFF as stored, never scaled.

    A colour picture is taken if its red, green and blue are the same in every pixel (a grey film scan that
    was saved as a figure, for example): one channel is kept. An alpha channel must be opaque throughout. Any
    real colour is refused rather than mixed, because the mixture would no longer be what the film or detector
    gave.

    Parameters
    ----------
    file : binary file
        Open at its beginning and seekable.
    file_format : {"PNG", "TIFF"}
        The one format that is tried.

    Returns
    -------
    pixels : ndarray of uint16, shape (rows, columns)
        Grey values; 8-bit sources stay 0 to 255.
    acquisition : Acquisition
        Only `bits_stored` is known from a picture.
    is_lossy : bool
        False: neither format is read in a lossy variant (JPEG inside TIFF is refused).

    Raises
    ------
    ImageRefusedError
        Codes ``decode_failed``, ``size_out_of_range``, ``multi_frame``, ``bits_unsupported``, ``colour`` and
        ``photometric_unsupported``.
    """
    try:
        picture = Image.open(file, formats=(file_format,))
    except Image.DecompressionBombError as error:
        raise ImageRefusedError(
            "The picture claims far more pixels than a mammogram has.", code="size_out_of_range"
        ) from error
    except Exception as error:
        raise _damaged(file_format) from error
    _check_picture(picture, file)
    try:
        values = np.asarray(picture)
    except Exception as error:
        raise _damaged(file_format) from error
    bits = GREY_BITS.get(picture.mode, 8)
    grey = values if picture.mode in GREY_BITS else _grey_of_equal_channels(values)
    return grey.astype(np.uint16), Acquisition(bits_stored=bits), False


def _check_picture(picture: Image.Image, file: IO[bytes]) -> None:
    columns, rows = picture.size
    check_size(rows, columns)
    if getattr(picture, "n_frames", 1) > 1:
        raise ImageRefusedError(
            "The file holds several pictures. Send one picture a file.", code="multi_frame"
        )
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        _check_tiff(picture)
    if picture.mode not in GREY_BITS and picture.mode not in COLOUR_CHANNELS:
        raise ImageRefusedError(
            f"The picture is of kind {picture.mode}. Tramline reads 8- or 16-bit grey. Save it as such.",
            code="bits_unsupported",
        )
    bits = _bits_a_sample(picture, file)
    if bits != GREY_BITS.get(picture.mode, 8):
        raise ImageRefusedError(
            f"The picture has {bits} bits a sample in kind {picture.mode}. Save it as 8- or 16-bit grey, "
            "so that no grey level is lost.",
            code="bits_unsupported",
        )


def _check_tiff(picture: TiffImagePlugin.TiffImageFile) -> None:
    if picture.tag_v2.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == WHITE_IS_ZERO:
        raise ImageRefusedError(
            "The TIFF counts from white to black (WhiteIsZero). Save it as BlackIsZero, or write "
            "MONOCHROME1 into "
            "the table beside it if the values themselves are inverted.",
            code="photometric_unsupported",
        )
    if "jpeg" in str(picture.info.get("compression", "")):
        raise ImageRefusedError(
            "The TIFF is compressed with JPEG, which changes grey levels. Save it uncompressed or with LZW "
            "or ZIP.",
            code="transfer_syntax_refused",
        )


def _bits_a_sample(picture: Image.Image, file: IO[bytes]) -> int:
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        return int(max(picture.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))))
    # Pillow keeps only the mode of a PNG, so the bit depth is read from IHDR, which always comes first.
    position = file.tell()
    file.seek(PNG_BIT_DEPTH_OFFSET)
    depth = file.read(1)[0]
    file.seek(position)
    return depth


def _grey_of_equal_channels(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    grey = values[..., 0]
    has_colour = any(not np.array_equal(grey, values[..., channel]) for channel in (1, 2))
    is_see_through = values.shape[2] == COLOUR_CHANNELS["RGBA"] and bool((values[..., 3] != 255).any())
    if has_colour or is_see_through:
        raise ImageRefusedError(
            "The picture has colours or transparent parts. Tramline reads grey pictures, or colour pictures "
            "whose "
            "three channels are equal. Save it as greyscale.",
            code="colour",
        )
    return grey


def _damaged(file_format: str) -> ImageRefusedError:
    return ImageRefusedError(
        f"The {file_format} file is damaged or cut short and cannot be decoded. Copy it again from its "
        "source.",
        code="decode_failed",
    )
