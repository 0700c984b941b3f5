"""How well two stored masks agree, each number with the definition that makes it readable."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotations.errors import InvalidError, MaskSizeMismatchError
from annotations.ml_gateway.acquisition import pixel_size
from annotations.models import Mammogram
from ml import masks
from ml.errors import MaskShapeMismatchError, MlError
from ml.metrics import DEFINITIONS, UNDEFINED_REASONS, compare_masks

UNIT_BY_ENDING = {"_mm": "mm", "_mm2": "mm²", "_px": "px"}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number of a comparison; None with a reason where it is not defined."""

    value: float | int | None
    unit: str
    definition: str
    undefined_code: str | None
    undefined_reason: str | None


@dataclass(frozen=True, kw_only=True)
class MaskComparison:
    measures: dict[str, Measure]
    definition: Mapping[str, Any]


def compare_mask_bytes(reference: bytes, candidate: bytes, *, mammogram: Mammogram) -> MaskComparison:
    """Compare two masks of one image in every way that `ml.metrics` knows; the definition names the plane."""
    size = pixel_size(mammogram)
    try:
        compared = compare_masks(
            masks.decode(reference), masks.decode(candidate), pixel_spacing_mm=size.spacing_mm
        )
    except MaskShapeMismatchError as error:
        raise MaskSizeMismatchError(error.message) from error
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error
    return MaskComparison(
        measures={
            name: Measure(
                value=getattr(compared, name),
                unit=_unit_of(name),
                definition=definition,
                undefined_code=compared.undefined.get(name),
                undefined_reason=UNDEFINED_REASONS.get(compared.undefined.get(name, "")),
            )
            for name, definition in DEFINITIONS.items()
        },
        definition={
            **compared.definition,
            "length_plane": size.plane,
            "magnification": size.magnification,
        },
    )


def _unit_of(name: str) -> str:
    return next((unit for ending, unit in UNIT_BY_ENDING.items() if name.endswith(ending)), "")
