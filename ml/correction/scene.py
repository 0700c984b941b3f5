"""All that the components of one mask are measured against."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.breast import Breast, Regions, find_regions
from ml.correction.levelling import read_background
from ml.correction.parameters import CorrectionParameters
from ml.correction.surroundings import Ground
from ml.masks import Runs
from ml.physics import AT_18_KEV, Background, Beam, PixelSize, Signal, beam_of, read_signal, top_hat_near
from ml.types import Acquisition

UM_PER_MM = 1000.0
SAMPLE_STEP = 8
LARGEST_SATURATED_SHARE = 0.001  # of the breast; beyond, pixels at the end of the scale are left out
SKIN_MARGIN_MM = 2.0  # where the coarse outline of the breast may hold air, which is at the end of the scale


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An image as the measures of a component read it.

    Attributes
    ----------
    mask : Runs
        The whole mask, whose other components do not count as surroundings.
    signal : Signal
        What stored values mean.
    beam : Beam
        What a thickness is computed with.
    size : PixelSize
        Side of a pixel, and where it is true.
    regions : Regions
        Where the breast is, and which part of it the plates compress.
    background : Background or None
        What was taken off before the opening; None under the published rule and in relative mode, where
        nothing is taken off.
    ground : Ground
        What stands out, the stored values and which of them count, and the breast.
    skin_distance_mm : ndarray of float32, shape of `ground.inside`
        Distance to the skin.
    um_per_unit : float
        Micrometres of hydroxyapatite per unit of what stands out; 1 in relative mode, for grey levels.
    pixel_spacing_mm : tuple of float
        (row, column) spacing, square.
    parameters : CorrectionParameters
        Ring, element and limits.
    """

    mask: Runs
    signal: Signal
    beam: Beam
    size: PixelSize
    regions: Regions
    background: Background | None
    ground: Ground
    skin_distance_mm: NDArray[np.float32]
    um_per_unit: float
    pixel_spacing_mm: tuple[float, float]
    parameters: CorrectionParameters

    @property
    def is_physical(self) -> bool:
        """Whether what stands out is a thickness."""
        return self.signal.mode == "physical"

    @property
    def is_contact_known(self) -> bool:
        """Whether compressed breast and periphery can be told apart."""
        return self.regions.is_found and "periphery_undetermined" not in self.regions.flags

    @property
    def flags(self) -> list[str]:
        """What had to be assumed about the image, or is wrong with it."""
        flags = list(self.signal.flags)
        if self.size.magnification is not None:
            flags.append("magnified")
        if self.is_physical:
            flags += self.beam.flags
        if not self.ground.is_usable.all():
            flags.append("saturated_in_breast")
        if not self.regions.is_found:
            flags.append("breast_not_found")
        return flags


def build_scene(
    mask: Runs,
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    size: PixelSize,
    pixel_spacing_mm: tuple[float, float],
    parameters: CorrectionParameters,
) -> Scene:
    """Read an image once for all components of a mask.

    Parameters
    ----------
    mask : Runs
        The whole mask.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says.
    size : PixelSize
        From `pixel_size_of` the acquisition.
    pixel_spacing_mm : tuple of float
        (row, column) spacing of square pixels.
    parameters : CorrectionParameters
        The choices.

    Returns
    -------
    scene : Scene
    """
    signal = read_signal(
        pixels,
        acquisition,
        detector_offset=parameters.detector_offset,
        log_counts_per_e_fold=parameters.log_counts_per_e_fold,
    )
    beam = _beam(acquisition, parameters)
    regions = find_regions(pixels, acquisition)
    seen, um_per_unit = _on_thickness_route(signal, beam, parameters)
    coarse = _coarse_places(regions.breast, pixels.shape, 0), _coarse_places(regions.breast, pixels.shape, 1)
    background = None
    if signal.mode == "physical" and parameters.thickness_rule == "excess":
        background = read_background(
            mask,
            pixels,
            seen,
            regions.breast,
            coarse,
            pixel_size_mm=pixel_spacing_mm[0],
            parameters=parameters,
        )
    top_hat = top_hat_near(
        mask,
        pixels,
        seen,
        pixel_size_mm=pixel_spacing_mm[0],
        smoothing_mm=parameters.smoothing_mm,
        element_mm=parameters.element_mm,
        reach_mm=parameters.ring_outer_mm,
        background=background,
    )
    return Scene(
        mask=mask,
        signal=signal,
        beam=beam,
        size=size,
        regions=regions,
        background=background,
        ground=_survey(pixels, signal, regions.breast, top_hat, coarse),
        skin_distance_mm=np.pad(regions.breast.skin_distance_mm, (0, 1)),
        um_per_unit=um_per_unit,
        pixel_spacing_mm=pixel_spacing_mm,
        parameters=parameters,
    )


def _beam(acquisition: Acquisition, parameters: CorrectionParameters) -> Beam:
    if parameters.thickness_route == "paper18keV":
        return Beam(mu_calc_per_mm=AT_18_KEV.mu_calc_per_mm, scatter_to_primary_ratio=0.0, flags=())
    beam = beam_of(acquisition)
    if parameters.mu_calc_per_mm is not None:
        beam = replace(beam, mu_calc_per_mm=parameters.mu_calc_per_mm)
    if parameters.scatter_to_primary_ratio is not None:
        beam = replace(beam, scatter_to_primary_ratio=parameters.scatter_to_primary_ratio)
    return beam


def _on_thickness_route(signal: Signal, beam: Beam, parameters: CorrectionParameters) -> tuple[Signal, float]:
    """Return the scale that is opened, and how many micrometres of mineral its unit is."""
    if signal.mode == "relative":
        return signal, 1.0
    if parameters.thickness_route == "direct":
        return signal, UM_PER_MM * (1 + beam.scatter_to_primary_ratio) / beam.mu_calc_per_mm
    any_fat = float(signal.brightness.min())  # it cancels in the opening
    dense_tissue_mm = AT_18_KEV.dense_tissue_mm(signal.brightness, any_fat)
    seen = replace(signal, brightness=dense_tissue_mm.astype(np.float32))
    return seen, UM_PER_MM * AT_18_KEV.calcification_per_dense_tissue


def _survey(
    pixels: NDArray[np.uint16],
    signal: Signal,
    breast: Breast,
    top_hat: NDArray[np.floating],
    coarse: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> Ground:
    is_usable = np.ones_like(signal.is_saturated)
    # A displayed image may clip at its brightest calcifications: that is where they are, not a fault.
    if signal.mode == "physical" and breast.is_found:
        is_deep = np.pad(breast.skin_distance_mm > SKIN_MARGIN_MM, (0, 1))
        sample = np.ix_(coarse[0][::SAMPLE_STEP], coarse[1][::SAMPLE_STEP])
        deep = pixels[::SAMPLE_STEP, ::SAMPLE_STEP][is_deep[sample]]
        if signal.is_saturated[deep].sum() > LARGEST_SATURATED_SHARE * len(deep):
            is_usable = ~signal.is_saturated
    return Ground(top_hat, pixels, is_usable, np.pad(breast.inside, (0, 1)), *coarse)


def _coarse_places(breast: Breast, shape: tuple[int, ...], axis: int) -> NDArray[np.intp]:
    """Return where each row or column lies on the grid of the breast; past its end outside the frame."""
    first, past, count = breast.frame[axis], breast.frame[axis + 2], breast.inside.shape[axis]
    place = np.arange(shape[axis])
    return np.where((place >= first) & (place < past), (place - first) * count // (past - first), count)
