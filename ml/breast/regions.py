"""The regions of a breast: compressed between the plates, periphery towards the skin, and chest muscle."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.breast.breast import Breast, to_breast
from ml.breast.coarse import CoarseImage, coarse_image
from ml.breast.contact import find_contact
from ml.breast.orientation import Side
from ml.breast.outline import Outline, find_outline
from ml.breast.pectoral import OBLIQUE_VIEWS, find_pectoral, polygon_mask
from ml.errors import PixelValuesError
from ml.images import checked_spacing
from ml.masks import Box
from ml.physics import Mode, pixel_size_of, read_signal
from ml.types import Acquisition

BACKGROUND, COMPRESSED, PERIPHERY, PECTORAL = range(4)
NOMINAL_LENGTH_MM = 240.0  # of the longer side of an image whose pixel spacing is not known: a usual detector
BORDER_SMOOTHING_PX = 1.0  # of the coarse grid
EXPECTED_SIDE = {"L": "left", "R": "right"}


@dataclass(frozen=True, kw_only=True)
class Regions:
    """What each pixel of an image shows.

    Attributes
    ----------
    breast : Breast
        The same breast on its coarse grid, with the distance to the skin.
    labels : ndarray of uint8, shape (rows, columns)
        0 background, 1 compressed breast, 2 periphery, 3 pectoral muscle. All 0 where no breast is found.
    polygon : tuple of tuple of float, or None
        (row, column) corners of the pectoral muscle in pixels, pixel centres at halves; None without one.
    is_found : bool
        False where no breast is found.
    laterality : str
        "L", "R" or "" as the header says it, never guessed: an image may be stored mirrored.
    chest_wall_side : {"left", "right", "top", "bottom"} or None
        Edge of the image that the breast lies against; None where no breast is found.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing that areas are measured with; None where it is not known.
    flags : tuple of str
        `breast_not_found`, `pixel_spacing_unknown` (lengths were taken from a nominal size of the image),
        `breast_uncertain` (a stretch of the outline is no step: light that leaked in may count as breast),
        `laterality_contradicts_image`, `chest_wall_not_at_side`, `pectoral_not_found` (an MLO view without),
        `upside_down` (the muscle lies in the lower corner),
        `periphery_estimated` (from the attenuation of a raw image, not from the thickness of the breast),
        `periphery_undetermined` (nor from that: the whole breast counts as compressed) and
        `all_periphery` (the plates touch no part of the breast).
    """

    breast: Breast
    labels: NDArray[np.uint8]
    polygon: tuple[tuple[float, float], ...] | None
    is_found: bool
    laterality: str
    chest_wall_side: Side | None
    pixel_spacing_mm: tuple[float, float] | None
    flags: tuple[str, ...]

    def area_px(self, *regions: int) -> int:
        """Count the pixels of regions.

        Parameters
        ----------
        *regions : int
            Values of `labels`.

        Returns
        -------
        area_px : int
        """
        return sum(int(np.count_nonzero(self.labels == region)) for region in regions)

    def breast_area_px(self, *, include_pectoral: bool = False) -> int:
        """Count the pixels of the breast.

        Parameters
        ----------
        include_pectoral : bool
            Whether the chest muscle counts.

        Returns
        -------
        area_px : int
            0 where no breast is found.
        """
        pectoral = 0 if include_pectoral else self.area_px(PECTORAL)
        return int(np.count_nonzero(self.labels)) - pectoral

    def breast_area_mm2(self, *, include_pectoral: bool = False) -> float | None:
        """Measure the breast.

        Parameters
        ----------
        include_pectoral : bool
            Whether the chest muscle counts.

        Returns
        -------
        area_mm2 : float or None
            None where the pixel spacing is not known; 0 where no breast is found.
        """
        if self.pixel_spacing_mm is None:
            return None
        pixel_mm2 = self.pixel_spacing_mm[0] * self.pixel_spacing_mm[1]
        return self.breast_area_px(include_pectoral=include_pectoral) * pixel_mm2


def find_regions(pixels: NDArray[np.uint16], acquisition: Acquisition) -> Regions:
    """Find the breast, its compressed part, its periphery and the chest muscle.

    Parameters
    ----------
    pixels : ndarray of uint16 or uint8, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says about them; all may be missing.

    Returns
    -------
    regions : Regions
        With `is_found` False and labels all 0 on an image without breast, or without air beside it (a
        constant image, a spot view).

    Raises
    ------
    PixelValuesError
        If the pixels are not a two-dimensional array of uint8 or uint16.
    ImageRefusedError
        Code ``pixel_spacing_invalid`` if a spacing is given that is not that of a mammogram. Pixels need not
        be square.

    Notes
    -----
    Without a pixel spacing the longer side of the image counts as 240 mm.
    """
    _check_pixels(pixels)
    pixels = pixels.astype(np.uint16, copy=False)
    spacing_mm = pixel_size_of(acquisition).spacing_mm
    if spacing_mm is not None:
        for side_mm in spacing_mm:
            checked_spacing(side_mm, side_mm, "The pixel spacing")
    signal = read_signal(pixels, acquisition)
    image = coarse_image(pixels, signal, spacing_mm=spacing_mm or _nominal_mm(pixels.shape))
    outline = find_outline(image, image_shape=pixels.shape)
    flags = [] if spacing_mm else ["pixel_spacing_unknown"]
    if outline is None:
        labels, polygon, flags = np.zeros(pixels.shape, dtype=np.uint8), None, ["breast_not_found", *flags]
    else:
        thickness_mm = acquisition.body_part_thickness_mm if spacing_mm else None
        coarse, polygon, found = _coarse_labels(image, outline, acquisition, thickness_mm, signal.mode)
        labels = _enlarge(coarse, image.frame, pixels.shape)
        flags += [*([] if outline.is_certain else ["breast_uncertain"])]
        flags += [*_side_flags(outline.side, acquisition), *found]
        if polygon is not None:
            polygon = _to_pixels(polygon, coarse.shape, image.frame)
            labels[(labels > 0) & polygon_mask(polygon, pixels.shape)] = PECTORAL
    return Regions(
        breast=to_breast(image, outline, image_shape=pixels.shape),
        labels=labels,
        polygon=None
        if polygon is None
        else tuple((round(float(row), 2), round(float(column), 2)) for row, column in polygon),
        is_found=outline is not None,
        laterality=acquisition.image_laterality,
        chest_wall_side=None if outline is None else outline.side,
        pixel_spacing_mm=spacing_mm,
        flags=tuple(flags),
    )


def _check_pixels(pixels: NDArray) -> None:
    if pixels.ndim != 2 or pixels.size == 0 or pixels.dtype not in (np.uint8, np.uint16):
        raise PixelValuesError(
            f"The pixels are an array of {pixels.dtype} with shape {pixels.shape}; stored values of one "
            "image are needed, as uint8 or uint16 with (rows, columns)."
        )


def _nominal_mm(shape: tuple[int, ...]) -> tuple[float, float]:
    side_mm = NOMINAL_LENGTH_MM / max(shape)
    return side_mm, side_mm


def _side_flags(side: Side, acquisition: Acquisition) -> list[str]:
    if side in ("top", "bottom"):
        return ["chest_wall_not_at_side"]
    expected = EXPECTED_SIDE.get(acquisition.image_laterality, side)
    return [] if side == expected else ["laterality_contradicts_image"]


def _coarse_labels(
    image: CoarseImage, outline: Outline, acquisition: Acquisition, thickness_mm: float | None, mode: Mode
) -> tuple[NDArray[np.uint8], NDArray[np.float64] | None, list[str]]:
    """Return labels without the muscle, the outline of the muscle, and flags."""
    pectoral = find_pectoral(image, outline, view_position=acquisition.view_position)
    polygon = None if pectoral is None else pectoral.polygon
    muscle = None if polygon is None else polygon_mask(polygon, outline.inside.shape)
    contact = find_contact(image, outline, muscle, thickness_mm=thickness_mm, is_physical=mode == "physical")
    labels = np.where(outline.inside, np.uint8(PERIPHERY), np.uint8(BACKGROUND))
    labels[contact.inside] = COMPRESSED
    flags = list(contact.flags)
    if pectoral is None and acquisition.view_position in OBLIQUE_VIEWS:
        flags.append("pectoral_not_found")
    if pectoral is not None and pectoral.is_upside_down:
        flags.append("upside_down")
    return labels, polygon, flags


def _enlarge(coarse: NDArray[np.uint8], frame: Box, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Bring labels to the pixels of the image, with smooth borders instead of steps."""
    top, left, bottom, right = frame
    size = (right - left, bottom - top)

    def inside(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
        soft = cv2.GaussianBlur(
            region.astype(np.float32), (0, 0), BORDER_SMOOTHING_PX, borderType=cv2.BORDER_REPLICATE
        )
        return cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR) > 0.5

    labels = np.zeros(shape, dtype=np.uint8)
    framed = labels[top:bottom, left:right]
    framed[inside(coarse != BACKGROUND)] = PERIPHERY
    framed[inside(coarse == COMPRESSED)] = COMPRESSED
    return labels


def _to_pixels(
    polygon: NDArray[np.float64], coarse_shape: tuple[int, ...], frame: Box
) -> NDArray[np.float64]:
    top, left, bottom, right = frame
    step = ((bottom - top) / coarse_shape[0], (right - left) / coarse_shape[1])
    return polygon * step + (top, left)
