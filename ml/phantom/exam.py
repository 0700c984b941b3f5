"""Exams whose views show the same breasts, and series of exams in which the disease grows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ml.errors import PhantomRequestError
from ml.phantom.anatomy import AnatomyRecipe
from ml.phantom.phantom import Phantom, phantom_of
from ml.phantom.view import VIEWS, ViewRecipe

EXAM_VIEWS = ("LCC", "LMLO", "RCC", "RMLO")
SIDES = "LR"
BAC_SHARE = 0.65
ROWS, COLUMNS = 2294, 1914
MEAN_GROWTH_MM_PER_YEAR = 8.1


def make_exam(
    seed: int,
    *,
    views: Sequence[str] = EXAM_VIEWS,
    rows: int = ROWS,
    columns: int = COLUMNS,
    pixel_spacing_mm: float = 0.1,
    has_bac: bool | None = None,
    severity: float | None = None,
    clusters: int | None = None,
    has_grid: bool = True,
) -> list[Phantom]:
    """Make the views of one exam; the same arguments give the same pixels.

    Parameters
    ----------
    seed : int
        The woman, a whole number of 0 or more.
    views : sequence of str
        Any of "LCC", "LMLO", "RCC", "RMLO".
    rows, columns : int
        Size of each image; breasts that would not fit are drawn smaller.
    pixel_spacing_mm : float
        Size of a pixel.
    has_bac : bool or None
        Whether arteries are calcified; None draws it, 65 in 100.
    severity : float or None
        As in `make_phantom`; None draws it for each side, with a correlation of 0.9 between them.
    clusters : int or None
        As in `make_phantom`, for each breast.
    has_grid : bool
        Whether an anti-scatter grid was in.

    Returns
    -------
    list of Phantom
        In the order of `views`; empty for none. CC and MLO of one side show the same vessels and
        calcifications, so that calcium mass agrees between them; both sides have the same density.

    Raises
    ------
    PhantomRequestError
        If an argument is not one of those above.
    """
    recipes = _recipes(
        seed,
        views=views,
        shape=(rows, columns),
        pixel_spacing_mm=pixel_spacing_mm,
        has_bac=has_bac,
        severity=severity,
        clusters=clusters,
        has_grid=has_grid,
    )
    return [phantom_of(recipe) for recipe in recipes]


def draws_bac(seed: int) -> bool:
    """Say whether a woman has BAC where it is not asked for: 65 in 100 have."""
    return bool(np.random.default_rng([max(seed, 0), 30]).random() < BAC_SHARE)


def make_series(
    seed: int,
    *,
    years: Sequence[float] = (0.0, 1.0, 2.0),
    growth_mm_per_year: float = MEAN_GROWTH_MM_PER_YEAR,
    views: Sequence[str] = EXAM_VIEWS,
    rows: int = ROWS,
    columns: int = COLUMNS,
    pixel_spacing_mm: float = 0.1,
    has_grid: bool = True,
) -> list[list[Phantom]]:
    """Make exams of one woman over years: the same anatomy, positioned a little differently, more plaque.

    Parameters
    ----------
    seed : int
        The woman; she has BAC.
    years : sequence of float
        When each exam was, from the first state of the disease on; none negative.
    growth_mm_per_year : float
        By how much the calcified length of both breasts together grows; 3.9, 8.1 and 20 stand for slow, usual
        and fast. It ends where all arteries are calcified.
    views : sequence of str
        Of each exam, as in `make_exam`.
    rows, columns : int
        Size of each image.
    pixel_spacing_mm : float
        Size of a pixel.
    has_grid : bool
        Whether an anti-scatter grid was in.

    Returns
    -------
    list of list of Phantom
        One exam for each of `years`. Calcified length and mass of a breast never fall from a year to a
        later one.

    Raises
    ------
    PhantomRequestError
        If an argument is not one of those above.
    """
    if any(year < 0 for year in years) or growth_mm_per_year < 0:
        raise PhantomRequestError("Years and growth of a series must be 0 or more.")
    recipes = _recipes(
        seed,
        views=views,
        shape=(rows, columns),
        pixel_spacing_mm=pixel_spacing_mm,
        has_bac=True,
        severity=None,
        clusters=None,
        has_grid=has_grid,
    )
    return [
        [
            phantom_of(_later(recipe, visit, float(year), growth_mm_per_year / len(SIDES)))
            for recipe in recipes
        ]
        for visit, year in enumerate(years)
    ]


def _later(recipe: ViewRecipe, visit: int, years: float, growth_mm_per_year: float) -> ViewRecipe:
    breast = replace(recipe.breast, years=years, growth_mm_per_year=growth_mm_per_year)
    return replace(recipe, breast=breast, visit=visit)


def _recipes(
    seed: int,
    *,
    views: Sequence[str],
    shape: tuple[int, int],
    pixel_spacing_mm: float,
    has_bac: bool | None,
    severity: float | None,
    clusters: int | None,
    has_grid: bool,
) -> list[ViewRecipe]:
    unknown = [view for view in views if view[:1] not in SIDES or view[1:] not in VIEWS]
    if unknown:
        raise PhantomRequestError(f"Views are any of {', '.join(EXAM_VIEWS)}, not {', '.join(unknown)}.")
    if has_bac is None:
        has_bac = draws_bac(seed)
    field_mm = (shape[0] * pixel_spacing_mm, shape[1] * pixel_spacing_mm)
    return [
        ViewRecipe(
            breast=AnatomyRecipe(
                seed=seed,
                side=SIDES.index(view[0]),
                field_mm=field_mm,
                has_bac=has_bac,
                severity=severity,
                clusters=clusters,
            ),
            shape=shape,
            pixel_spacing_mm=pixel_spacing_mm,
            view_position=view[1:],
            image_laterality=view[0],
            has_grid=has_grid,
        )
        for view in views
    ]
