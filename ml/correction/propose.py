"""The label correction: which parts of a reader's mask the image does not bear out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import count

import numpy as np
from numpy.typing import NDArray

from ml.correction.branches import centre_line, split_at_junctions
from ml.correction.decide import decide, flags_of
from ml.correction.measure import Measures, centroid_of, measure_component
from ml.correction.parameters import (
    ALGORITHM_VERSION,
    DEFAULT_PARAMETERS,
    CorrectionParameters,
    parameters_sha256,
)
from ml.correction.report import ComponentProposal, CorrectionReport, summarise
from ml.correction.scene import Scene, build_scene
from ml.errors import (
    CorrectionCancelledError,
    MaskShapeMismatchError,
    PixelSpacingMissingError,
    TooManyPiecesError,
)
from ml.masks import (
    Component,
    Runs,
    bounding_box,
    components,
    difference,
    from_pixel_positions,
    pixel_positions,
    polyline,
    union,
)
from ml.physics import PixelSize, pixel_size_of
from ml.types import Acquisition

SQUARE_TOLERANCE = 0.01
MAXIMUM_PIECES = 5000  # at 2 ms each, ten seconds; a person who draws makes a few dozen


def propose_removals(
    mask: Runs,
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    parameters: CorrectionParameters = DEFAULT_PARAMETERS,
    on_progress: Callable[[int, int], None] | None = None,
    should_cancel: Callable[[], bool] | None = None,
) -> CorrectionReport:
    """Judge each component of a mask by the image under it.

    Parameters
    ----------
    mask : Runs
        A reader's label of arterial calcification.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values of the image.
    acquisition : Acquisition
        What the header says; the pixel spacing is required. Lengths are measured with `pixel_size_of` it.
    parameters : CorrectionParameters
        The limits.
    on_progress : callable, optional
        Called with (connected components done, components in all) before each piece.
    should_cancel : callable, optional
        Asked before each piece.

    Returns
    -------
    report : CorrectionReport
        Deterministic. The corrected mask is a part of the mask: the algorithm only removes. An empty mask
        gives no components.

    Raises
    ------
    MaskShapeMismatchError
        If the mask is not of the size of the image.
    PixelSpacingMissingError
        If the image has no pixel spacing, or pixels that are not square.
    ImageRefusedError
        With code `pixel_spacing_invalid` if the spacing is not that of a mammogram (0.02 to 0.5 mm).
    TooManyPiecesError
        If the mask has more than 5,000 connected components.
    CorrectionCancelledError
        When `should_cancel` answered True.

    Notes
    -----
    On raw images the thickness of mineral is the white top-hat of -ln(signal) divided by the attenuation of
    hydroxyapatite for the beam, times 1 + scatter-to-primary ratio. The published method takes the difference
    of two thicknesses of dense tissue over a fat reference instead; the reference cancels, because an opening
    commutes with every increasing straight line, and both give the same number. Displayed images carry no
    thickness; there the contrast with the surroundings decides. Branch splitting, the comparison with the
    surroundings and the relative mode are our own.

    Pixels at the end of the scale are left out of thicknesses where they make more than 0.1 % of a raw
    breast. Correcting a corrected mask may remove more: what was removed then counts as surroundings, and a
    component that lost a branch has another centre line.
    """
    size = pixel_size_of(acquisition)
    pixel_spacing_mm = _check_input(mask, pixels, size)
    pieces = _checked_components(mask)
    scene = build_scene(
        mask, pixels, acquisition, size=size, pixel_spacing_mm=pixel_spacing_mm, parameters=parameters
    )
    proposals = tuple(_propose(pieces, scene, _watch(on_progress, should_cancel)))
    corrected = difference(mask, _removed_pixels(mask, proposals))
    return CorrectionReport(
        components=proposals,
        corrected=corrected,
        mode=scene.signal.mode,
        flags=scene.flags,
        processing=_processing(scene),
        parameters=asdict(parameters),
        parameters_sha256=parameters_sha256(parameters),
        algorithm_version=ALGORITHM_VERSION,
        summary=summarise(mask, corrected, proposals),
    )


def warm_up() -> None:
    """Correct a tiny branched mask on a tiny image, so that no reader waits for what is slow only once."""
    pixels = np.full((64, 128), 100, dtype=np.uint16)
    pixels[30:34, 8:120] = 200
    mask = union(
        polyline(64, 128, [(32.0, 8.0), (32.0, 120.0)], 4.0),
        polyline(64, 128, [(32.0, 64.0), (60.0, 64.0)], 4.0),
    )
    propose_removals(mask, pixels, Acquisition(bits_stored=8, pixel_spacing_mm=(0.1, 0.1)))


def _check_input(mask: Runs, pixels: NDArray[np.uint16], size: PixelSize) -> tuple[float, float]:
    if pixels.shape != (mask.rows, mask.columns):
        raise MaskShapeMismatchError(
            f"The mask has {mask.rows} x {mask.columns} pixels, the image {pixels.shape}; expected "
            "the mask of this image."
        )
    spacing_mm = size.spacing_mm
    if spacing_mm is None:
        raise PixelSpacingMissingError(
            "The size of a pixel is not known for this image, so no length can be judged. Give the pixel "
            "spacing in millimetres, for instance in the sidecar table, and import the image again."
        )
    height_mm, width_mm = spacing_mm
    if not (0 < height_mm < np.inf and abs(width_mm / height_mm - 1) <= SQUARE_TOLERANCE):
        raise PixelSpacingMissingError(
            f"The pixel spacing is {height_mm} x {width_mm} mm; the correction needs square pixels of a size "
            "above 0. Resample the image to square pixels first.",
            code="pixel_spacing_not_square",
        )
    return spacing_mm


def _checked_components(mask: Runs) -> list[Component]:
    found = components(mask)
    if len(found) > MAXIMUM_PIECES:
        raise TooManyPiecesError(
            f"This label has {len(found):,} pieces; label correction takes up to {MAXIMUM_PIECES:,}. So many "
            "are mostly specks of a prediction that was accepted at a low cutoff: read the image again with "
            "a higher one, or erase the specks."
        )
    return found


def _watch(
    on_progress: Callable[[int, int], None] | None, should_cancel: Callable[[], bool] | None
) -> Callable[[int, int], None]:
    def watch(done: int, total: int) -> None:
        if should_cancel is not None and should_cancel():
            raise CorrectionCancelledError(f"Stopped after {done} of {total} pieces, as asked.")
        if on_progress is not None:
            on_progress(done, total)

    return watch


def _propose(
    pieces: Sequence[Component], scene: Scene, watch: Callable[[int, int], None]
) -> Iterator[ComponentProposal]:
    numbers = count(1)
    for parent_number, component in enumerate(pieces, start=1):
        line = centre_line(component.runs)
        parts = [component.runs]
        if scene.parameters.split_branches:
            parts = split_at_junctions(
                component.runs,
                line,
                pixel_spacing_mm=scene.pixel_spacing_mm,
                minimum_branch_mm=scene.parameters.minimum_branch_mm,
            )
        for part in parts:
            watch(parent_number - 1, len(pieces))
            is_whole = len(parts) == 1
            measures = measure_component(part, line if is_whole else centre_line(part), scene)
            parent = None if is_whole else parent_number
            yield _propose_part(part, measures, next(numbers), parent, scene)
    watch(len(pieces), len(pieces))


def _propose_part(
    part: Runs, measures: Measures, number: int, parent: int | None, scene: Scene
) -> ComponentProposal:
    verdict = decide(measures, scene.parameters, is_physical=scene.is_physical)
    flags = flags_of(measures, scene.parameters)
    if scene.is_physical and "beam_unknown" in scene.beam.flags:
        flags.append("beam_unknown")
    return ComponentProposal(
        component_id=number,
        parent_component_id=parent,
        decision=verdict.decision,
        reason=verdict.reason,
        reason_text=verdict.reason_text,
        runs=part,
        box=bounding_box(part),
        centroid=centroid_of(part),
        measures=dict(vars(measures)),
        flags=flags,
    )


def _removed_pixels(mask: Runs, proposals: Sequence[ComponentProposal]) -> Runs:
    parts = [pixel_positions(proposal.runs) for proposal in proposals if proposal.decision == "remove"]
    positions = np.sort(np.concatenate([np.empty(0, dtype=np.int64), *parts]))
    return from_pixel_positions(mask.rows, mask.columns, positions)


def _processing(scene: Scene) -> dict[str, object]:
    physical = {
        "mu_calc_per_mm": scene.beam.mu_calc_per_mm,
        "scatter_to_primary_ratio": scene.beam.scatter_to_primary_ratio,
        "detector_offset": scene.signal.detector_offset,
    }
    return {
        "pixel_spacing_mm": list(scene.pixel_spacing_mm),
        "length_plane": scene.size.plane,
        "magnification": scene.size.magnification,
        "is_inverted": scene.signal.is_inverted,
        **(physical if scene.is_physical else dict.fromkeys(physical)),
    }
