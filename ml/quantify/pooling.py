"""Whether numbers of several images mean the same, and their sums where they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ml.errors import NotPoolableError
from ml.quantify.quantities import Quantities

SAME = ("version", "made_of", "cutoff", "least_probability", "include_pectoral")
SCORES = ("pm", "am", "sim", "tam", "tsim")


@dataclass(frozen=True, kw_only=True)
class PooledScores:
    """Sums of the scores of several images.

    Attributes
    ----------
    pm, am, sim, tam, tsim : float, int or None
        Sums; None where an image lacks the score.
    images : int
        How many.
    """

    pm: float
    am: int
    sim: int | None
    tam: int | None
    tsim: int | None
    images: int


def check_poolable(quantities: Sequence[Quantities]) -> None:
    """Refuse to put numbers together that do not mean the same.

    Parameters
    ----------
    quantities : sequence of Quantities
        One or more.

    Raises
    ------
    NotPoolableError
        Code `nothing_to_pool`; or `mixed_mappings`, `mixed_thresholds` or `mixed_definitions` where they
        differ in the mapping to 8 bits, in X, or in version, cutoff, least probability, chest muscle, or mask
        against probability.
    """
    if not quantities:
        raise NotPoolableError("There is no image to put together.", code="nothing_to_pool")
    for name, code in (
        *((name, "mixed_definitions") for name in SAME),
        ("mapping_id", "mixed_mappings"),
        ("threshold_x", "mixed_thresholds"),
        ("is_threshold_included", "mixed_thresholds"),
    ):
        found = {str(each.definition[name]) for each in quantities}
        if len(found) > 1:
            raise NotPoolableError(
                f"The images differ in {name}: {', '.join(sorted(found))}. Numbers made in different ways "
                "are never put together; measure all images in one way.",
                code=code,
            )


def pool(quantities: Sequence[Quantities]) -> PooledScores:
    """Sum the scores of several images.

    Parameters
    ----------
    quantities : sequence of Quantities
        One or more, made in one way.

    Returns
    -------
    scores : PooledScores

    Raises
    ------
    NotPoolableError
        As `check_poolable`.
    """
    check_poolable(quantities)
    sums: dict[str, Any] = {}
    for name in SCORES:
        values = [getattr(each, name) for each in quantities]
        sums[name] = None if None in values else sum(values)
    return PooledScores(**sums, images=len(quantities))
