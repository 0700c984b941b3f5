"""A digital mammogram whose truth is known: `Phantom` and `make_phantom`."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml.phantom.anatomy import AnatomyRecipe
from ml.phantom.beam import expose
from ml.phantom.curves import Curve, length_of
from ml.phantom.detector import detect, gain_map
from ml.phantom.objects import seen_lines
from ml.phantom.presentation import BITS_STORED, present
from ml.phantom.vessels import VISIBLE_MM
from ml.phantom.view import (
    DrawnView,
    ViewRecipe,
    check_recipe,
    classes_of,
    draw_outline,
    draw_view,
    layers_of,
    uncalcified_lines,
    visible_lines,
)
from ml.physics.mineral import CALCIUM_MG_PER_MM3
from ml.types import Acquisition

# Raised whenever the same seed would give other pixels.
PHANTOM_VERSION = 2
LARGEST_STORED = 65535
MANUFACTURER = "TRAMLINE PHANTOM"


@dataclass(frozen=True, kw_only=True)
class Phantom:
    """One synthetic mammogram and everything that is true of it.

    Attributes
    ----------
    recipe : ViewRecipe
        What it was drawn from.
    linear : ndarray of uint16, shape (rows, columns)
        14 bits that rise with the X-rays' intensity, offset 50.
    breast : ndarray of bool, shape (rows, columns)
        Pixels that the breast covers.
    classes : ndarray of uint8, shape (rows, columns)
        What each pixel shows; see `TruthClass`.
    bac_thickness_mm, microcalcification_thickness_mm : ndarray of float32, shape (rows, columns)
        Mineral along the ray: hydroxyapatite in artery walls, and any mineral elsewhere.
    bac_lines, vessel_lines, strand_lines, edge_lines, scar_lines : list of ndarray, shape (n, 2)
        (row, column) points in pixels along visibly calcified stretches, vessels in which nothing shows,
        noticeable strands, borders of lobules, and scars.
    speck_centres : ndarray of float64, shape (n, 2)
        (row, column) of the microcalcifications.
    length_in_breast_mm : float
        Of the visibly calcified stretches along the vessels themselves: the same in every view.
    density, severity : float
        Volume share of glandular tissue, and share of a calcified wall that is mineral.
    acquisition : Acquisition
        Facts of the raw image.
    """

    recipe: ViewRecipe
    linear: NDArray[np.uint16]
    breast: NDArray[np.bool_]
    classes: NDArray[np.uint8]
    bac_thickness_mm: NDArray[np.float32]
    microcalcification_thickness_mm: NDArray[np.float32]
    bac_lines: list[Curve]
    vessel_lines: list[Curve]
    strand_lines: list[Curve]
    edge_lines: list[Curve]
    scar_lines: list[Curve]
    speck_centres: NDArray[np.float64]
    length_in_breast_mm: float
    density: float
    severity: float
    acquisition: Acquisition

    @property
    def seed(self) -> int:
        """The woman."""
        return self.recipe.breast.seed

    @property
    def pixel_spacing_mm(self) -> float:
        """Size of a pixel."""
        return self.recipe.pixel_spacing_mm

    @property
    def bac(self) -> NDArray[np.bool_]:
        """Pixels with more than 0.02 mm of mineral in artery walls, shape (rows, columns)."""
        return self.bac_thickness_mm > VISIBLE_MM

    @property
    def microcalcifications(self) -> NDArray[np.bool_]:
        """Pixels with more than 0.02 mm of mineral elsewhere, shape (rows, columns)."""
        return self.microcalcification_thickness_mm > VISIBLE_MM

    @property
    def mass_mg(self) -> float:
        """Calcium (not hydroxyapatite) in artery walls."""
        volume_mm3 = float(self.bac_thickness_mm.sum(dtype=np.float64)) * self.pixel_spacing_mm**2
        return volume_mm3 * CALCIUM_MG_PER_MM3

    @property
    def length_mm(self) -> float:
        """Length of the visibly calcified stretches as this view shows them."""
        return sum(length_of(line) for line in self.bac_lines) * self.pixel_spacing_mm

    @property
    def raw(self) -> NDArray[np.uint16]:
        """For Processing image as one vendor stores it: 65535 - linear, calcium bright (LIN, sign -1)."""
        return LARGEST_STORED - self.linear

    @cached_property
    def presentation(self) -> NDArray[np.uint16]:
        """The image made good to look at.

        Returns
        -------
        ndarray of uint16, shape (rows, columns)
            12 bits, MONOCHROME2, calcium bright.
        """
        linear = turned(self.linear, self.recipe)
        return turned(present(linear, draw_outline(self.recipe), self.pixel_spacing_mm), self.recipe)

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
        Any whole number of 0 or more. CC and MLO of the same seed show the same breast; for both breasts of a
        woman see `make_exam`.
    rows, columns : int
        Size of the image; a breast that would not fit is drawn smaller.
    pixel_spacing_mm : float
        Size of a pixel, 0.02 to 0.5. Vessels and specks have their size in mm.
    view_position : {"CC", "MLO"}
        The view; MLO shows chest muscle.
    image_laterality : {"L", "R"}
        A left breast has its chest wall at the first column, a right one at the last.
    has_bac : bool
        Whether arteries are calcified.
    severity : float or None
        Share of a calcified wall that is mineral, 0 to 1; None draws it (median 0.3).
    clusters : int or None
        Clusters of microcalcifications and no others; None draws 0 to 2, lone specks and benign kinds.
    has_grid : bool
        Whether an anti-scatter grid was in.

    Returns
    -------
    Phantom
        Image, truth and acquisition facts.

    Raises
    ------
    PhantomRequestError
        If an argument is not one of those above.

    Notes
    -----
    Our own model. Sizes, densities and noise follow the literature; anatomy is drawn, not measured, and no
    lesion other than calcifications is meant. Figures obtained on phantoms say nothing about patients.
    """
    breast = AnatomyRecipe(
        seed=seed,
        side=0,
        field_mm=(rows * pixel_spacing_mm, columns * pixel_spacing_mm),
        has_bac=has_bac,
        severity=severity,
        clusters=clusters,
    )
    recipe = ViewRecipe(
        breast=breast,
        shape=(rows, columns),
        pixel_spacing_mm=pixel_spacing_mm,
        view_position=view_position,
        image_laterality=image_laterality,
        has_grid=has_grid,
    )
    return phantom_of(recipe)


def phantom_of(recipe: ViewRecipe) -> Phantom:
    """Draw and expose the view that a recipe describes.

    Parameters
    ----------
    recipe : ViewRecipe
        All there is to know.

    Returns
    -------
    Phantom

    Raises
    ------
    PhantomRequestError
        If the recipe asks for what cannot be drawn.
    """
    check_recipe(recipe)
    drawn = draw_view(recipe)
    outline, spacing_mm = drawn.outline, recipe.pixel_spacing_mm
    signal = expose(
        layers_of(drawn), drawn.beam, thickness_mm=outline.thickness_mm, pixel_spacing_mm=spacing_mm
    )
    gain = gain_map(recipe.breast.seed, *recipe.shape)
    linear = detect(signal, outline, gain, recipe.chance(4), has_grid=recipe.has_grid)
    return _assemble(recipe, drawn, linear)


def _assemble(recipe: ViewRecipe, drawn: DrawnView, linear: NDArray[np.uint16]) -> Phantom:
    anatomy, objects, inside = drawn.anatomy, drawn.objects, drawn.outline.inside
    noticeable = [fibre for fibre in anatomy.fibres if fibre.is_noticeable]
    strands = seen_lines([f.points_mm for f in noticeable if not f.is_scar], drawn.pose, inside)
    scars = seen_lines([f.points_mm for f in noticeable if f.is_scar], drawn.pose, inside)
    specks = [
        line[0]
        for line in seen_lines(
            [np.stack([s.centre_mm] * 2) for s in anatomy.calcifications.specks], drawn.pose, inside
        )
    ]
    classes = classes_of(drawn, strands, scars)
    columns = recipe.shape[1]

    def turned_lines(lines: list[Curve]) -> list[Curve]:
        if recipe.image_laterality == "L":
            return lines
        return [np.column_stack([line[:, 0], columns - line[:, 1]]) for line in lines]

    return Phantom(
        recipe=recipe,
        linear=turned(linear, recipe),
        breast=turned(inside, recipe),
        classes=turned(classes, recipe),
        bac_thickness_mm=turned(objects.bac_mm * inside, recipe),
        microcalcification_thickness_mm=turned((objects.apatite_mm + objects.oxalate_mm) * inside, recipe),
        bac_lines=turned_lines(visible_lines(drawn)),
        vessel_lines=turned_lines(uncalcified_lines(drawn)),
        strand_lines=turned_lines(strands),
        edge_lines=turned_lines(drawn.edges),
        scar_lines=turned_lines(scars),
        speck_centres=turned_lines([np.array(specks, dtype=np.float64).reshape(-1, 2)])[0],
        length_in_breast_mm=anatomy.calcified_mm,
        density=anatomy.density,
        severity=anatomy.severity,
        acquisition=_acquisition(recipe, drawn),
    )


def turned(image: NDArray, recipe: ViewRecipe) -> NDArray:
    """Mirror the image of a right breast."""
    return np.ascontiguousarray(image[:, ::-1]) if recipe.image_laterality == "R" else image


def _acquisition(recipe: ViewRecipe, drawn: DrawnView) -> Acquisition:
    return Acquisition(
        bits_stored=16,
        presentation_intent="FOR PROCESSING",
        pixel_spacing_mm=(recipe.pixel_spacing_mm, recipe.pixel_spacing_mm),
        pixel_spacing_source="ImagerPixelSpacing",
        pixel_intensity_relationship="LIN",
        pixel_intensity_relationship_sign=-1,
        image_laterality=recipe.image_laterality,
        view_position=recipe.view_position,
        manufacturer=MANUFACTURER,
        kvp=float(drawn.beam.kvp),
        anode=drawn.beam.anode,
        filter_material=drawn.beam.filter_material,
        body_part_thickness_mm=round(drawn.outline.thickness_mm, 1),
        grid="RECIPROCATING" if recipe.has_grid else "NONE",
    )
