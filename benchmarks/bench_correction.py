"""The label correction against the same steps written plainly with scikit-image and scipy.

The other side opens the whole frame, as the libraries do, and goes through the components one by one in crops
(whole frames for each would take a quarter of an hour). Finding the breast, fitting its background, dropping
spurs, counting Kulpa's links and the final comparison with the limits have no counterpart in the libraries:
both sides call ours.
"""

from collections.abc import Iterator
from dataclasses import asdict
from functools import cache

import cv2
import numpy as np
from scipy import ndimage
from skimage import measure, morphology

from benchmarks.labels import SHAPE, dense_pair, runs_pair
from benchmarks.race import Race
from ml import masks
from ml.breast import COMPRESSED, PERIPHERY, find_breast, find_regions
from ml.correction import DEFAULT_PARAMETERS, propose_removals
from ml.correction.decide import decide
from ml.correction.measure import Measures
from ml.correction.scene import build_scene
from ml.physics import (
    MAD_TO_SIGMA,
    MEAN_DEVIATION_TO_SIGMA,
    beam_of,
    disc,
    open_near,
    pixel_size_of,
    read_signal,
)
from ml.types import Acquisition

PIXEL_MM = 0.07
SPACING_MM = (PIXEL_MM, PIXEL_MM)
RAW = Acquisition(
    presentation_intent="FOR PROCESSING",
    pixel_intensity_relationship="LIN",
    pixel_intensity_relationship_sign=1,
    bits_stored=14,
    pixel_spacing_mm=SPACING_MM,
    anode="TUNGSTEN",
    filter_material="RHODIUM",
    kvp=28.0,
    body_part_thickness_mm=55.0,
    grid="NONE",
)


def races() -> Iterator[Race]:
    for diameter_px, goal in ((21, 75), (41, 150)):
        yield Race(
            name=f"exact disk opening at label pixels, d = {diameter_px} / scikit-image",
            ours=lambda diameter_px=diameter_px: _open_ours(diameter_px),
            theirs=lambda diameter_px=diameter_px: _open_theirs(diameter_px),
            check=_check_same_values,
            goal=goal,
        )
    yield Race(
        name="whole label correction / the same steps with scikit-image and scipy (centre-line graph shared)",
        ours=_correct_ours,
        theirs=_correct_theirs,
        check=_check_same_correction,
        goal=50,
    )


@cache
def raw_image():
    """A smooth breast before clipped air, noisy; every second vessel of the label holds calcium."""
    random = np.random.default_rng(7)
    rows, columns = SHAPE
    row = (np.arange(rows, dtype=np.float32)[:, None] - rows / 2) / (rows * 0.45)
    column = np.arange(columns, dtype=np.float32)[None, :] / (columns * 0.7)
    to_skin = np.clip(1 - (row**2 + column**2), 0, 1)
    tissue = cv2.resize(random.normal(0, 0.25, (33, 27)).astype(np.float32), (columns, rows), interpolation=2)
    brightness = np.where(to_skin > 0, 1.5 + 1.2 * np.minimum(4 * to_skin, 1) + tissue, 0)
    labels = measure.label(dense_pair().reference, connectivity=2)
    brightness += 0.09 * (labels % 2 == 1)
    signal = 12000 * np.exp(-cv2.GaussianBlur(brightness, (0, 0), 1.2))
    signal += random.normal(0, 1, SHAPE) * np.sqrt(signal)
    return np.minimum(signal, 11500).astype(np.uint16)


def _open_ours(diameter_px):
    return open_near(raw_image(), runs_pair()[0], diameter_px=diameter_px)


def _open_theirs(diameter_px):
    return morphology.opening(raw_image(), disc(diameter_px))


def _check_same_values(ours, theirs) -> None:
    is_label = dense_pair().reference
    assert (ours[is_label] == theirs[is_label]).all()


def _correct_ours():
    report = propose_removals(runs_pair()[0], raw_image(), RAW)
    decided = [(part.decision, part.reason) for part in report.components]
    return decided, [dict(part.measures) for part in report.components], masks.to_dense(report.corrected)


def _check_same_correction(ours, theirs) -> None:
    assert ours[0] == theirs[0]
    assert {decision for decision, _ in ours[0]} >= {"keep", "remove"}
    for one, other in zip(ours[1], theirs[1], strict=True):
        assert one.keys() == other.keys()
        for name in one.keys() - {"contrast_z"}:
            expected = np.nan if other[name] is None else other[name]
            np.testing.assert_allclose(np.float64(one[name]), expected, rtol=1e-4, atol=1e-3, err_msg=name)
        if one["contrast_z"] is None or other["contrast_z"] is None:
            assert one["contrast_z"] == other["contrast_z"]
        else:  # over a spread that may be a few rounding errors of the two Gaussians wide
            np.testing.assert_allclose(one["contrast_z"], other["contrast_z"], rtol=0.02, atol=1e-3)
    assert np.array_equal(ours[2], theirs[2])


def _correct_theirs():
    mask, pixels, parameters = dense_pair().reference, raw_image(), DEFAULT_PARAMETERS
    scene = _scene()
    top_hat_um = _top_hat_um(pixels, parameters, scene)
    inside, near_skin, regions, is_saturated = _anatomy(pixels, parameters)
    decided, measured, corrected = [], [], mask.copy()
    labels = measure.label(mask, connectivity=2)
    for component in sorted(measure.regionprops(labels), key=lambda part: tuple(part.coords[0])):
        for place, part in _parts(component, parameters):
            measures = _measure(part, place, mask, top_hat_um, inside)
            pixels_of_part = tuple((np.argwhere(part) + place).T)
            measures["hidden_um"] = _hidden_um(pixels_of_part, scene)
            region = regions[pixels_of_part]
            measures |= {
                "outside_breast_share": 1 - inside[pixels_of_part].mean(),
                "near_skin_share": near_skin[pixels_of_part].mean(),
                "saturated_share": is_saturated[pixels_of_part].mean(),
                "contact_share": (region == COMPRESSED).mean(),
                "periphery_share": (region == PERIPHERY).mean(),
            }
            verdict = decide(Measures(**measures), parameters, is_physical=True)
            decided.append((verdict.decision, verdict.reason))
            measured.append(asdict(Measures(**measures)))
            if verdict.decision == "remove":
                corrected[pixels_of_part] = False
    return decided, measured, corrected


def _scene():
    """Fit the planes of the background, which have no counterpart in the libraries."""
    mask, size = runs_pair()[0], pixel_size_of(RAW)
    return build_scene(
        mask, raw_image(), RAW, size=size, pixel_spacing_mm=SPACING_MM, parameters=DEFAULT_PARAMETERS
    )


def _top_hat_um(pixels, parameters, scene):
    beam = beam_of(RAW)
    brightness = -np.log(np.maximum(pixels.astype(np.float32), 1))
    smooth = ndimage.gaussian_filter(brightness, parameters.smoothing_mm / PIXEL_MM)
    smooth -= scene.background.enlarge(0, 0, *SHAPE)
    standing_out = smooth - morphology.opening(smooth, disc(parameters.element_mm / PIXEL_MM))
    return standing_out * (1000 * (1 + beam.scatter_to_primary_ratio) / beam.mu_calc_per_mm)


def _anatomy(pixels, parameters):
    signal = read_signal(pixels, RAW)
    breast = find_breast(pixels, signal, pixel_size_mm=PIXEL_MM)
    whole = (0, 0, *SHAPE)
    near_skin = breast.skin_distance_crop_mm(whole) < parameters.element_mm / 2
    return breast.inside_crop(whole), near_skin, find_regions(pixels, RAW).labels, signal.is_saturated[pixels]


def _parts(component, parameters):
    """Yield place and pixels of each part of a component."""
    place = np.array(component.bbox[:2])
    whole = component.image
    lines = [
        line
        for line in masks.branches(_centre_line(whole))
        if masks.kulpa_length_mm(line, SPACING_MM) >= parameters.minimum_branch_mm
    ]
    if len(lines) < 2:
        yield place, whole
        return
    distances = []
    for line in lines:
        is_elsewhere = np.ones(whole.shape, dtype=bool)
        is_elsewhere[tuple(line.T)] = False
        distances.append(np.rint(ndimage.distance_transform_edt(is_elsewhere) ** 2))
    nearest = np.argmin(distances, axis=0)
    for number in range(len(lines)):
        yield place, whole & (nearest == number)


def _hidden_um(pixels_of_part, scene):
    row, column = (place // scene.background.cell_px for place in pixels_of_part)
    half_element_px = DEFAULT_PARAMETERS.element_mm / 2 / PIXEL_MM
    return float(scene.background.tilt_per_px[row, column].mean()) * half_element_px * scene.um_per_unit


def _centre_line(part):
    thin = morphology.skeletonize(np.pad(part, 1))[1:-1, 1:-1]
    return masks.prune_spurs(masks.from_dense(part), np.argwhere(thin).astype(np.int32))


def _measure(part, place, mask, top_hat_um, inside):
    parameters = DEFAULT_PARAMETERS
    line = _centre_line(part)
    half_width_px = ndimage.distance_transform_edt(np.pad(part, 1))[1:-1, 1:-1]
    reach = int(np.ceil((parameters.ring_outer_mm + parameters.ring_inner_mm) / PIXEL_MM)) + 1
    first = np.maximum(place - reach, 0)
    past = np.minimum(place + part.shape + reach, SHAPE)
    around = tuple(slice(*ends) for ends in zip(first, past, strict=True))
    alone = np.zeros(past - first, dtype=bool)
    alone[
        tuple(slice(start, start + side) for start, side in zip(place - first, part.shape, strict=True))
    ] = part
    to_part = ndimage.distance_transform_edt(~alone) * PIXEL_MM
    to_any = ndimage.distance_transform_edt(~mask[around]) * PIXEL_MM
    is_ring = (to_part < parameters.ring_outer_mm) & (to_any > parameters.ring_inner_mm) & inside[around]
    values, ring = top_hat_um[around][alone], top_hat_um[around][is_ring]
    mean, background = values.mean(), ring.mean()
    deviation = np.abs(ring - np.median(ring))
    spread = max(MAD_TO_SIGMA * np.median(deviation), 0.5 * MEAN_DEVIATION_TO_SIGMA * deviation.mean())
    return {
        "area_px": int(part.sum()),
        "area_mm2": part.sum() * PIXEL_MM**2,
        "skeleton_px": len(line),
        "length_mm": masks.kulpa_length_mm(line, SPACING_MM),
        "length_endcap_mm": masks.end_capped_length_mm(masks.from_dense(part), line, SPACING_MM),
        "max_width_mm": 2 * half_width_px[tuple(line.T)].max() * PIXEL_MM,
        "is_measured": True,
        "has_surroundings": ring.size > 0,
        "contrast_z": (mean - background) / spread if spread else None,
        "thickness_um": mean,
        "thickness_p75_um": np.percentile(values, 75),
        "surroundings_um": background,
        "excess_um": mean - background,
    }
