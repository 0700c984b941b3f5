"""A digital mammogram whose truth is known: `make_phantom`."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.phantom.beam import expose, random_beam
from ml.phantom.detector import detect
from ml.phantom.outline import Outline, random_outline
from ml.phantom.presentation import BITS_STORED, present
from ml.phantom.specks import Specks, random_specks
from ml.phantom.strokes import Curve, curve_length_px
from ml.phantom.tissue import Tissue, random_tissue
from ml.phantom.vessels import VISIBLE_MM, Vessels, random_vessels
from ml.types import Acquisition

# Raised whenever the same seed would give other pixels.
PHANTOM_VERSION = 1
HYDROXYAPATITE_MG_PER_MM3 = 3.16
CALCIUM_SHARE = 0.3989


@dataclass(frozen=True)
class Phantom:
    """One synthetic mammogram and everything that is true of it.

    Attributes
    ----------
    raw : ndarray of uint16, shape (rows, columns)
        For Processing, 16 bits, LIN with sign -1; see `ml.phantom.detector.detect`.
    presentation : ndarray of uint16, shape (rows, columns)
        For Presentation, 12 bits, MONOCHROME2.
    breast : ndarray of bool, shape (rows, columns)
        Pixels that the breast covers.
    bac, microcalcifications : ndarray of bool, shape (rows, columns)
        Pixels with more than 0.02 mm of mineral in a vessel's wall, or in a speck.
    bac_thickness_mm : ndarray of float32, shape (rows, columns)
        Hydroxyapatite in vessel walls along the ray.
    bac_lines, vessel_lines, strand_lines, edge_lines, scar_lines : list of ndarray, shape (n, 2)
        (row, column) points in pixels along visibly calcified stretches, uncalcified vessels, fibrous
        strands, borders of lobules, and scars.
    speck_centres : ndarray of float64, shape (n, 2)
        (row, column) of the microcalcifications.
    mass_mg : float
        Calcium (not hydroxyapatite) in vessel walls.
    length_mm : float
        Of the visibly calcified stretches along their centre lines.
    """

    seed: int
    raw: NDArray[np.uint16]
    presentation: NDArray[np.uint16]
    breast: NDArray[np.bool_]
    bac: NDArray[np.bool_]
    microcalcifications: NDArray[np.bool_]
    bac_thickness_mm: NDArray[np.float32]
    bac_lines: list[Curve]
    vessel_lines: list[Curve]
    strand_lines: list[Curve]
    edge_lines: list[Curve]
    scar_lines: list[Curve]
    speck_centres: NDArray[np.float64]
    mass_mg: float
    length_mm: float
    pixel_spacing_mm: float
    density: float
    acquisition: Acquisition

    @property
    def presentation_acquisition(self) -> Acquisition:
        """Facts of the For Presentation image; `acquisition` holds those of the raw one."""
        return replace(
            self.acquisition,
            bits_stored=BITS_STORED,
            presentation_intent="FOR PRESENTATION",
            pixel_intensity_relationship="LOG",
        )


def make_phantom(
    seed: int,
    *,
    rows: int = 1200,
    columns: int = 900,
    pixel_spacing_mm: float = 0.1,
    view_position: str = "CC",
    image_laterality: str = "L",
    has_bac: bool = True,
    severity: float | None = None,
    clusters: int | None = None,
    has_grid: bool = True,
) -> Phantom:
    """Make a synthetic mammogram; the same arguments give the same pixels.

    Parameters
    ----------
    seed : int
        Any whole number of 0 or more.
    rows, columns : int
        Size of the image; the breast is scaled to it.
    pixel_spacing_mm : float
        Size of a pixel. Vessels and specks have their size in mm.
    view_position : {"CC", "MLO"}
        The view; MLO shows chest muscle.
    image_laterality : {"L", "R"}
        A left breast has its chest wall at the first column, a right one at the last.
    has_bac : bool
        Whether arteries are calcified.
    severity : float or None
        Share of a calcified wall that is mineral, 0 to 1; None draws it (median 0.3).
    clusters : int or None
        Clusters of microcalcifications; None draws 0 to 2.
    has_grid : bool
        Whether an anti-scatter grid was in.

    Returns
    -------
    Phantom
        Image, truth and acquisition facts.

    Notes
    -----
    Our own model. Sizes, densities and noise follow the literature; anatomy is drawn, not measured, and no
    lesion other than calcifications is meant. Figures obtained on phantoms say nothing about patients.
    """
    chances = [np.random.default_rng([seed, part]) for part in range(6)]
    outline = random_outline(rows, columns, pixel_spacing_mm, view_position, chances[0])
    tissue = random_tissue(outline, pixel_spacing_mm, chances[1])
    vessels = random_vessels(outline, pixel_spacing_mm, chances[2], has_bac=has_bac, severity=severity)
    if clusters is None:
        clusters = int(chances[3].integers(0, 3))
    specks = random_specks(outline, pixel_spacing_mm, chances[3], clusters=clusters)
    beam = random_beam(outline.thickness_mm, chances[4])
    drawn = _Drawn(outline, tissue, vessels, specks)
    layers = _layers(drawn)
    signal = expose(layers, beam, thickness_mm=outline.thickness_mm, pixel_spacing_mm=pixel_spacing_mm)
    raw = detect(signal, outline, pixel_spacing_mm, chances[5], has_grid=has_grid)
    facts = Acquisition(
        bits_stored=16,
        presentation_intent="FOR PROCESSING",
        pixel_spacing_mm=(pixel_spacing_mm, pixel_spacing_mm),
        pixel_spacing_source="ImagerPixelSpacing",
        pixel_intensity_relationship="LIN",
        pixel_intensity_relationship_sign=-1,
        image_laterality=image_laterality,
        view_position=view_position,
        manufacturer="TRAMLINE PHANTOM",
        kvp=float(beam.kvp),
        anode=beam.anode,
        filter_material=beam.filter_material,
        body_part_thickness_mm=round(outline.thickness_mm, 1),
        grid="RECIPROCATING" if has_grid else "NONE",
    )
    return _assemble(seed, raw, drawn, facts, pixel_spacing_mm)


@dataclass(frozen=True)
class _Drawn:
    outline: Outline
    tissue: Tissue
    vessels: Vessels
    specks: Specks


def _layers(drawn: _Drawn) -> dict[str, NDArray[np.float32]]:
    outline, tissue, vessels, specks = drawn.outline, drawn.tissue, drawn.vessels, drawn.specks
    mineral = vessels.calcium_mm + specks.calcium_mm
    muscle = outline.muscle * (outline.path_mm - outline.skin_mm)
    # Behind the muscle there is little gland.
    dense = tissue.dense_mm * (1 - 3.5 * outline.muscle)
    rest = outline.path_mm - outline.skin_mm - muscle - dense - vessels.blood_mm - mineral
    return {
        "adipose": np.maximum(rest, 0),
        "glandular": dense,
        "skin": outline.skin_mm,
        "muscle": muscle,
        "blood": vessels.blood_mm,
        "HA": mineral,
    }


def _assemble(
    seed: int, raw: NDArray[np.uint16], drawn: _Drawn, facts: Acquisition, pixel_spacing_mm: float
) -> Phantom:
    outline, tissue, vessels, specks = drawn.outline, drawn.tissue, drawn.vessels, drawn.specks
    presentation = present(raw, outline, pixel_spacing_mm)
    is_right, columns = facts.image_laterality == "R", raw.shape[1]

    def turned(image: NDArray) -> NDArray:
        return np.ascontiguousarray(image[:, ::-1]) if is_right else image

    def turned_lines(lines: list[Curve]) -> list[Curve]:
        return [np.column_stack([line[:, 0], columns - line[:, 1]]) if is_right else line for line in lines]

    volume_mm3 = float(vessels.calcium_mm.sum(dtype=np.float64)) * pixel_spacing_mm**2
    return Phantom(
        seed=seed,
        raw=turned(raw),
        presentation=turned(presentation),
        breast=turned(outline.inside),
        bac=turned(vessels.calcium_mm > VISIBLE_MM),
        microcalcifications=turned(specks.calcium_mm > VISIBLE_MM),
        bac_thickness_mm=turned(vessels.calcium_mm),
        bac_lines=turned_lines(vessels.calcified),
        vessel_lines=turned_lines(vessels.uncalcified),
        strand_lines=turned_lines(tissue.strands),
        edge_lines=turned_lines(tissue.edges),
        scar_lines=turned_lines(tissue.scars),
        speck_centres=turned_lines([specks.centres])[0],
        mass_mg=volume_mm3 * HYDROXYAPATITE_MG_PER_MM3 * CALCIUM_SHARE,
        length_mm=sum(curve_length_px(line) for line in vessels.calcified) * pixel_spacing_mm,
        pixel_spacing_mm=pixel_spacing_mm,
        density=tissue.density,
        acquisition=facts,
    )
