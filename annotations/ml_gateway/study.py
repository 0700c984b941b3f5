"""The statistics of campaigns, with their refusals in the domain's words."""

from collections.abc import Sequence

from annotations.errors import InvalidError
from ml.errors import MlError
from ml.study.interval_width import ExpectedWidth, kappa_width, mean_width

__all__ = ["ExpectedWidth", "expected_dice_width", "expected_kappa_width"]


def expected_kappa_width(n_exams: int, *, kappa: float, shares: Sequence[float]) -> ExpectedWidth | None:
    """Say how narrow a kappa will be known from so many exams read twice; None below two of them."""
    if n_exams < 2:
        return None
    try:
        return kappa_width(n_exams, kappa=kappa, shares=shares)
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error


def expected_dice_width(n_exams: int, *, sd: float) -> ExpectedWidth | None:
    """Say how narrow a mean Dice, or Dice^L, will be known; None below two exams read twice."""
    if n_exams < 2:
        return None
    try:
        return mean_width(n_exams, sd=sd)
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error
