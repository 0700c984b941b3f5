"""One view drawn from an anatomy: layers of material, and everything that is true of them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.errors import PhantomRequestError
from ml.phantom.anatomy import Anatomy, AnatomyRecipe, random_anatomy
from ml.phantom.beam import Beam, random_beam
from ml.phantom.class_map import (
    EDGE_WIDTH_MM,
    PECTORAL_SHARE,
    SCAR_WIDTH_MM,
    STRAND_WIDTH_MM,
    VISIBLE_BLOOD_MM,
    TruthClass,
    draw_lines,
    paint_classes,
)
from ml.phantom.curves import Curve, pieces_where
from ml.phantom.markers import METAL_AS_APATITE_MM, Markers, draw_markers
from ml.phantom.objects import Objects, draw_objects, seen_lines
from ml.phantom.outline import Outline, random_outline
from ml.phantom.pose import Pose, random_pose
from ml.phantom.texture import dense_tissue
from ml.phantom.vessels import VISIBLE_MM

VIEWS = ("CC", "MLO")
PIXEL_SPACING_MM, SMALLEST_SIDE_MM, LARGEST_SIDE_PX = (0.02, 0.5), 40.0, 8192
Layers = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)
class ViewRecipe:
    """What one view is drawn from; equal recipes give equal views.

    Attributes
    ----------
    breast : AnatomyRecipe
        The breast.
    shape : tuple of int
        (rows, columns) of the image.
    pixel_spacing_mm : float
        Size of a pixel.
    view_position : {"CC", "MLO"}
        The view.
    image_laterality : {"L", "R"}
        The side that the image is said to be of.
    has_grid : bool
        Whether an anti-scatter grid was in.
    visit : int
        Which exam of a series; positioning and noise differ between visits.
    """

    breast: AnatomyRecipe
    shape: tuple[int, int]
    pixel_spacing_mm: float
    view_position: str
    image_laterality: str
    has_grid: bool
    visit: int = 0

    def chance(self, part: int) -> np.random.Generator:
        """Return a source of chance for a part of the image, whatever the other parts drew."""
        view = VIEWS.index(self.view_position)
        return np.random.default_rng([self.breast.seed, 70 + self.breast.side, view, self.visit, part])


@dataclass(frozen=True)
class DrawnView:
    """A view before exposure, its chest wall at column 0 whatever the side.

    Attributes
    ----------
    anatomy, outline, pose, beam : Anatomy, Outline, Pose, Beam
        What was drawn, from where it is seen, and the tube setting.
    dense_mm : ndarray of float32, shape (rows, columns)
        Glandular tissue along the ray, without strands.
    edges : list of ndarray, shape (n, 2)
        Borders of lobules.
    objects : Objects
        Vessels, fibres and calcifications.
    markers : Markers
        Metal.
    """

    anatomy: Anatomy
    outline: Outline
    pose: Pose
    beam: Beam
    dense_mm: NDArray[np.float32]
    edges: list[Curve]
    objects: Objects
    markers: Markers


def check_recipe(recipe: ViewRecipe) -> None:
    """Refuse what cannot be drawn, with PhantomRequestError."""
    rows, columns = recipe.shape
    low, high = PIXEL_SPACING_MM
    severity = recipe.breast.severity
    problems = {
        "seed must be 0 or more": recipe.breast.seed < 0,
        f"pixel_spacing_mm must be {low} to {high}": not low <= recipe.pixel_spacing_mm <= high,
        f"an image must be at least {SMALLEST_SIDE_MM:g} mm wide and high": not (
            min(rows, columns) * recipe.pixel_spacing_mm >= SMALLEST_SIDE_MM
        ),
        f"rows and columns must be at most {LARGEST_SIDE_PX}": max(rows, columns) > LARGEST_SIDE_PX,
        f"view_position must be one of {', '.join(VIEWS)}": recipe.view_position not in VIEWS,
        "image_laterality must be L or R": recipe.image_laterality not in {"L", "R"},
        "severity must be 0 to 1": severity is not None and not 0 <= severity <= 1,
        "clusters must be 0 or more": (recipe.breast.clusters or 0) < 0,
    }
    found = [words for words, is_wrong in problems.items() if is_wrong]
    if found:
        raise PhantomRequestError(f"No such phantom can be drawn: {'; '.join(found)}.")


def draw_outline(recipe: ViewRecipe) -> Outline:
    """Draw the outline of a view; the chest wall is at column 0 whatever the side."""
    anatomy = random_anatomy(recipe.breast)
    chance = recipe.chance(0)
    # MLO compresses a little less.
    factor = chance.uniform(1.0, 1.1) if recipe.view_position == "MLO" else 1.0
    thickness_mm = min(anatomy.thickness_mm * factor * float(chance.normal(1, 0.02)), 95.0)
    return random_outline(
        recipe.shape,
        anatomy.size,
        recipe.view_position,
        chance,
        thickness_mm=thickness_mm,
        pixel_spacing_mm=recipe.pixel_spacing_mm,
    )


def draw_view(recipe: ViewRecipe) -> DrawnView:
    """Draw everything of one view.

    Parameters
    ----------
    recipe : ViewRecipe
        What it is drawn from.

    Returns
    -------
    DrawnView
        With the calcium of its anatomy, which other views of the breast show too.
    """
    anatomy, outline = random_anatomy(recipe.breast), draw_outline(recipe)
    pose = random_pose(
        anatomy.size,
        recipe.view_position,
        recipe.chance(1),
        centre_row=outline.centre_row,
        thickness_mm=outline.thickness_mm,
        pixel_spacing_mm=recipe.pixel_spacing_mm,
    )
    dense, edges = dense_tissue(anatomy, outline, pose, recipe.chance(2))
    # Of the breast and not of the view: a clip shows in all views.
    clip_chance = np.random.default_rng([recipe.breast.seed, 80 + recipe.breast.side])
    text = recipe.image_laterality + recipe.view_position
    return DrawnView(
        anatomy=anatomy,
        outline=outline,
        pose=pose,
        beam=random_beam(outline.thickness_mm, recipe.chance(3)),
        dense_mm=dense,
        edges=edges,
        objects=draw_objects(anatomy, pose, recipe.shape, recipe.chance(5)),
        markers=draw_markers(anatomy, outline, pose, text, clip_chance),
    )


def seen_from(drawn: DrawnView, recipe: ViewRecipe, angle: float) -> DrawnView:
    """Return a view with its fine objects as a tube at an angle (radians) along the chest wall sees them."""
    pose = drawn.pose.tilted(angle)
    objects = draw_objects(drawn.anatomy, pose, recipe.shape, recipe.chance(5))
    return replace(drawn, pose=pose, objects=objects)


def layers_of(drawn: DrawnView) -> Layers:
    """Return the thickness of each material along the ray, in mm, for `ml.phantom.beam.expose`."""
    outline, objects = drawn.outline, drawn.objects
    room = outline.path_mm - outline.skin_mm
    muscle = outline.muscle * room
    # Behind the muscle there is little gland.
    dense = drawn.dense_mm * (1 - outline.muscle)
    dense += objects.fibre_mm
    inside = outline.inside
    mineral = (objects.bac_mm + objects.apatite_mm) * inside
    blood = np.minimum(objects.blood_mm, room)
    np.clip(dense, 0, np.maximum(room - muscle - blood, 0), out=dense)
    rest = room - muscle - dense - blood - mineral - objects.oxalate_mm
    mineral += np.float32(METAL_AS_APATITE_MM) * drawn.markers.metal
    return {
        "adipose": np.maximum(rest, 0),
        "glandular": dense,
        "skin": outline.skin_mm,
        "muscle": muscle,
        "blood": blood,
        "HA": mineral,
        "CaOx": objects.oxalate_mm * inside,
    }


def visible_lines(drawn: DrawnView) -> list[Curve]:
    """Return the centre lines of stretches that show, as (row, column) points in pixels."""
    curves = []
    for vessel, plaque in zip(drawn.anatomy.vessels, drawn.anatomy.plaques, strict=True):
        pieces = pieces_where(plaque.shows)
        curves += [vessel.points_mm[piece] for piece in pieces if piece.stop - piece.start > 10]
    return seen_lines(curves, drawn.pose, drawn.outline.inside)


def uncalcified_lines(drawn: DrawnView) -> list[Curve]:
    """Return the centre lines of vessels in which nothing shows."""
    pairs = zip(drawn.anatomy.vessels, drawn.anatomy.plaques, strict=True)
    curves = [vessel.points_mm for vessel, plaque in pairs if not plaque.shows.any()]
    return seen_lines(curves, drawn.pose, drawn.outline.inside)


def classes_of(drawn: DrawnView, strands: list[Curve], scars: list[Curve]) -> NDArray[np.uint8]:
    """Return the class map of a view, shape (rows, columns), uint8."""
    outline, objects = drawn.outline, drawn.objects
    shape, inside = outline.inside.shape, outline.inside
    widths_px = {
        TruthClass.STRAND: (strands, STRAND_WIDTH_MM),
        TruthClass.SCAR: (scars, SCAR_WIDTH_MM),
        TruthClass.EDGE: (drawn.edges, EDGE_WIDTH_MM),
    }
    masks = {
        TruthClass.BREAST: inside,
        TruthClass.PECTORAL: outline.muscle > PECTORAL_SHARE,
        TruthClass.VESSEL: (objects.blood_mm > VISIBLE_BLOOD_MM) & inside,
        TruthClass.CLUSTER: (objects.apatite_mm + objects.oxalate_mm > VISIBLE_MM) & inside,
        TruthClass.FOLD: outline.fold,
        TruthClass.MARKER: drawn.markers.metal,
        TruthClass.BAC: (objects.bac_mm > VISIBLE_MM) & inside,
    }
    for value, (lines, width_mm) in widths_px.items():
        masks[value] = draw_lines(lines, shape, width_mm / drawn.pose.pixel_spacing_mm) & inside
    return paint_classes(shape, masks)
