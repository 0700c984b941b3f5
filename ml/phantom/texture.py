"""Dense tissue as one view shows it: the gland's detail, a net of fibrous sheets, lobules with edges."""

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.anatomy import Anatomy
from ml.phantom.curves import Curve, pieces_where
from ml.phantom.fields import enlarge, power_law_field
from ml.phantom.gland import LARGEST_SHARE, gland_seen_along
from ml.phantom.outline import Outline, widened
from ml.phantom.pose import Pose

# One value in so many mm; finer detail drowns in the noise of the image.
DETAIL_STEP_MM, LOBULE_STEP_MM = 0.2, 0.4
DETAIL = 0.4
MESH_SCALES_MM, MESH_STRETCH = (1.5, 2.5, 4.5), 1.5
SHEET_MM, SHEET_WIDTH_MM = 2.0, 0.4
LOBULES, LOBULE_BETA = (2, 4), 4.2
SHORTEST_EDGE_MM = 15.0


def dense_tissue(
    anatomy: Anatomy, outline: Outline, pose: Pose, random: Generator
) -> tuple[NDArray[np.float32], list[Curve]]:
    """Fill the outline of a view with dense tissue.

    Parameters
    ----------
    anatomy : Anatomy
        Whose gland it is.
    outline : Outline
        The compressed breast.
    pose : Pose
        From where it is seen.
    random : Generator
        The only source of chance, for what is finer than the gland's voxels.

    Returns
    -------
    dense_mm : ndarray of float32, shape (rows, columns)
        Thickness of dense tissue along the ray, before strands.
    edges : list of ndarray, shape (n, 2)
        (row, column) points along borders of lobules longer than 15 mm.
    """
    rows, columns = outline.inside.shape[0], outline.used_columns
    path_mm, skin_mm = outline.path_mm[:, :columns], outline.skin_mm[:, :columns]
    share = _gland_share(anatomy, outline, pose)
    pixel_spacing_mm = pose.pixel_spacing_mm
    step = max(1, round(DETAIL_STEP_MM / pixel_spacing_mm))
    detail = power_law_field(rows, columns, float(random.uniform(2.9, 3.2)), random, step_px=step)
    dense = share * np.exp(np.float32(DETAIL) * detail)
    dense *= np.float32(anatomy.density * float(path_mm.sum()) / max(float((dense * path_mm).sum()), 1e-6))
    np.minimum(dense, np.float32(LARGEST_SHARE), out=dense)
    dense *= path_mm - skin_mm
    fibrous = np.float32(0.15) + share * np.float32(1 / max(float(share.max()), 1e-6))
    for scale_mm in MESH_SCALES_MM:
        dense += fibrous * _mesh((rows, columns), scale_mm, pixel_spacing_mm, random)
    edges = _add_lobules(dense, outline, pixel_spacing_mm, random)
    return widened(dense, outline.inside.shape[1]), edges


def _mesh(
    shape: tuple[int, int], scale_mm: float, pixel_spacing_mm: float, random: Generator
) -> NDArray[np.float32]:
    """Return dense tissue along the zero lines of a smooth field, here more, there less."""
    # In steps of half the scale; longer towards the nipple than across.
    rows = math.ceil(shape[0] * pixel_spacing_mm / scale_mm * 2) + 2
    columns = math.ceil(shape[1] * pixel_spacing_mm / scale_mm * 2 / MESH_STRETCH) + 2
    fields = random.standard_normal((2, rows, columns), dtype=np.float32)
    crossing = cv2.GaussianBlur(fields[0], (0, 0), 2.0) - cv2.GaussianBlur(fields[0], (0, 0), 6.0)
    strength = cv2.GaussianBlur(fields[1], (0, 0), 3.0)
    size = (shape[1], shape[0])
    crossing = cv2.resize(crossing / crossing.std(), size, interpolation=cv2.INTER_CUBIC)
    strength = cv2.resize(strength / strength.std(), size, interpolation=cv2.INTER_LINEAR)
    width = np.float32(SHEET_WIDTH_MM / scale_mm)
    depth_mm = np.float32(random.uniform(0.6, 1.2) * SHEET_MM)
    return depth_mm * np.maximum(strength + np.float32(0.3), 0) * np.exp(-((crossing / width) ** 2))


def _gland_share(anatomy: Anatomy, outline: Outline, pose: Pose) -> NDArray[np.float32]:
    """Lay the gland's projection into the image; beyond it, what lies at its rim goes on."""
    seen = gland_seen_along(anatomy.gland, pose.angle)
    across, depth = seen.shape
    radius_px = anatomy.size.radius_mm / pose.pixel_spacing_mm
    depth_px = anatomy.size.depth_mm / pose.pixel_spacing_mm
    scale_rows, scale_columns = 2 * radius_px / across, depth_px / depth
    top = outline.centre_row - radius_px
    place = np.array([[scale_columns, 0, 0.0], [0, scale_rows, top]])
    rows, columns = outline.inside.shape[0], outline.used_columns
    smooth = cv2.GaussianBlur(seen, (0, 0), 0.7)
    return cv2.warpAffine(
        smooth, place, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _add_lobules(
    dense: NDArray[np.float32], outline: Outline, pixel_spacing_mm: float, random: Generator
) -> list[Curve]:
    rows, columns = dense.shape
    step = max(1, round(LOBULE_STEP_MM / pixel_spacing_mm))
    inside = outline.inside[::step, :columns:step]
    # The skin and the border of the image are no edges of lobules.
    well_inside = cv2.erode(inside.astype(np.uint8), np.ones((7, 7), np.uint8), borderValue=0).astype(bool)
    edges: list[Curve] = []
    for _ in range(random.integers(*LOBULES)):
        field = power_law_field(inside.shape[0], inside.shape[1], LOBULE_BETA, random)
        level = float(random.uniform(0.9, 1.6))
        softness, depth_mm = float(random.uniform(0.03, 0.12)), float(random.uniform(0.8, 2.5))
        rise = np.clip((enlarge(field, rows, columns) - np.float32(level)) / np.float32(softness) + 0.5, 0, 1)
        dense += np.float32(depth_mm) * rise
        above = ((field > level) & inside).astype(np.uint8)
        contours, _ = cv2.findContours(above, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for contour in contours:
            line = contour[:, 0, ::-1]
            pieces = pieces_where(well_inside[line[:, 0], line[:, 1]])
            edges += [
                (line[piece].astype(np.float64) + 0.5) * step
                for piece in pieces
                if (piece.stop - piece.start) * step * pixel_spacing_mm > SHORTEST_EDGE_MM
            ]
    return edges
