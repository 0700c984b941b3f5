"""The model card: what a set of weights is, what it was trained on, and how its output is to be read."""

import json
import math
from dataclasses import asdict, dataclass, field, fields

from ml.errors import WeightsRefusedError

OUTPUT_KINDS = ("logit", "probability")


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """Everything a predictor and a reader of its results need to know of one set of weights.

    Attributes
    ----------
    output : str
        "logit" (a sigmoid makes it a probability) or "probability" (clipped to 0..1).
    tile_px, overlap_px : int
        Side of the square tiles the network sees, and how much neighbours share.
    mean, standard_deviation : float
        Of the training images on a 0..1 scale; a tile enters as (value / 255 - mean) / standard_deviation.
    median_px : int
        Side of the median filter before that; 1 means none.
    pixel_spacing_mm : float
        Size of a pixel in training; an image of known spacing is resampled to it.
    cutoff : float
        The probability from which a pixel is shown as calcified, chosen on validation images.
    synthetic_only : bool
        True where no real mammogram was ever seen in training.
    evaluation : dict of str to float
        Figures on images held out of training; empty where none are known.
    """

    name: str
    version: str
    architecture: str
    output: str
    mean: float
    standard_deviation: float
    pixel_spacing_mm: float
    cutoff: float
    training_data: str
    synthetic_only: bool
    source: str
    licence: str
    parameters: int
    tile_px: int = 512
    overlap_px: int = 32
    median_px: int = 5
    recipe: str = ""
    seed: int | None = None
    evaluation: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the card as one line of JSON with sorted keys: equal cards give equal bytes."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "ModelCard":
        """Read a card that came from outside.

        Parameters
        ----------
        text : str
            What `to_json` wrote.

        Returns
        -------
        ModelCard
            The checked card.

        Raises
        ------
        WeightsRefusedError
            With code `card_invalid` where a field is missing, unknown or out of range.
        """
        try:
            card = cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise _invalid(f"it cannot be read ({error})") from None
        _check(card)
        return card


def _check(card: ModelCard) -> None:
    for f in fields(card):
        value = getattr(card, f.name)
        if f.type is float and not (_is_number(value) and math.isfinite(value)):
            raise _invalid(f"{f.name} is {value!r}, but must be a finite number")
        if f.type is str and not isinstance(value, str):
            raise _invalid(f"{f.name} is {value!r}, but must be text")
        if f.type is int and not (isinstance(value, int) and not isinstance(value, bool)):
            raise _invalid(f"{f.name} is {value!r}, but must be a whole number")
    if not isinstance(card.synthetic_only, bool):
        raise _invalid("synthetic_only must be true or false")
    if card.output not in OUTPUT_KINDS:
        raise _invalid(f"output is {card.output!r}, but must be one of {', '.join(OUTPUT_KINDS)}")
    _check_ranges(card)


def _check_ranges(card: ModelCard) -> None:
    if not (64 <= card.tile_px <= 4096 and card.tile_px % 8 == 0):
        raise _invalid(f"tile_px is {card.tile_px}, but must be a multiple of 8 from 64 to 4096")
    if not 0 <= card.overlap_px < card.tile_px:
        raise _invalid(f"overlap_px is {card.overlap_px}, but must be from 0 to less than tile_px")
    # OpenCV's median on float images knows 3 and 5 only.
    if card.median_px not in (1, 3, 5):
        raise _invalid(f"median_px is {card.median_px}, but must be 1 (none), 3 or 5")
    if not (0 < card.cutoff < 1 and card.standard_deviation > 0 and 0.01 <= card.pixel_spacing_mm <= 1):
        raise _invalid(
            "cutoff must lie between 0 and 1, standard_deviation above 0, pixel_spacing_mm in 0.01..1"
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _invalid(reason: str) -> WeightsRefusedError:
    return WeightsRefusedError(f"The model card in this file is not valid: {reason}.", code="card_invalid")
