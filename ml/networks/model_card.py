"""The model card: what a set of weights is, what it was trained on, and how its output is to be read."""

import json
import math
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from typing import Any

from ml.errors import WeightsRefusedError

OUTPUT_KINDS = ("logit", "probability")
TASKS = ("segmentation", "image_classification", "patch_classification")
LABELS = ("bac", "microcalcification", "malignant")
INPUTS = ("tiles", "whole")
WHOLE_INPUT_PX = (32, 8192)
# OpenCV's median on float images knows 3 and 5 only.
MEDIANS_PX = (1, 3, 5)
NETWORK_SPACING_MM = (0.01, 1.0)
# Fields that came later than the first cards. Written only where they say something, so that weights from
# before keep their bytes, and with them the digest that results name.
LATER_FIELDS = frozenset(
    {
        "task",
        "label",
        "input",
        "input_rows",
        "input_columns",
        "dataset_version",
        "code_commit",
        "config_sha256",
        "statistics",
        "calibration",
        "heatmap_cutoff",
    }
)


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
    task : {"segmentation", "image_classification", "patch_classification"}
        What one output stands for: a pixel, an image, a patch.
    label : {"bac", "microcalcification", "malignant"}
        What a high probability says is there.
    input : {"tiles", "whole"}
        "whole": the network sees the image at once, padded to the ratio of `input_rows` to `input_columns` on
        the side away from the chest wall, then resized to them. Both are 0 for tiles, but a network that
        answers for a patch may have its tiles resized to them.
    dataset_version, code_commit, config_sha256 : str
        What the weights were trained from, with, and how; empty where it is not known.
    statistics : dict
        Of the training images, to tell an image that is unlike them; see `ml.explain.domain`. Empty where not
        known.
    calibration : tuple of tuples of float
        Points of the reliability diagram on validation images; see `ml.explain.calibration`. Empty where not
        known.
    heatmap_cutoff : float
        The level, 0 to 1, from which a heatmap counts towards the estimated length, chosen on validation
        images; 0 where each heatmap is to be cut where its own levels fall apart.
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
    task: str = "segmentation"
    label: str = "bac"
    input: str = "tiles"
    input_rows: int = 0
    input_columns: int = 0
    dataset_version: str = ""
    code_commit: str = ""
    config_sha256: str = ""
    statistics: dict[str, Any] = field(default_factory=dict)
    calibration: tuple[tuple[float, ...], ...] = ()
    heatmap_cutoff: float = 0.0

    def to_json(self) -> str:
        """Return the card as one line of JSON with sorted keys: equal cards give equal bytes.

        A field of `LATER_FIELDS` is left out where it has its default.
        """
        unsaid = {
            f.name for f in fields(self) if f.name in LATER_FIELDS and getattr(self, f.name) == _default(f)
        }
        said = {name: value for name, value in asdict(self).items() if name not in unsaid}
        return json.dumps(said, sort_keys=True, ensure_ascii=False)

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
            written = json.loads(text)
            if "calibration" in written:
                written["calibration"] = tuple(tuple(point) for point in written["calibration"])
            card = cls(**written)
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
    choices = {"output": OUTPUT_KINDS, "task": TASKS, "label": LABELS, "input": INPUTS}
    for name, allowed in choices.items():
        if getattr(card, name) not in allowed:
            raise _invalid(f"{name} is {getattr(card, name)!r}, but must be one of {', '.join(allowed)}")
    _check_ranges(card)
    _check_whole_input(card)
    _check_measured(card)


def _check_ranges(card: ModelCard) -> None:
    if not (64 <= card.tile_px <= 4096 and card.tile_px % 8 == 0):
        raise _invalid(f"tile_px is {card.tile_px}, but must be a multiple of 8 from 64 to 4096")
    if not 0 <= card.overlap_px < card.tile_px:
        raise _invalid(f"overlap_px is {card.overlap_px}, but must be from 0 to less than tile_px")
    low, high = NETWORK_SPACING_MM
    if card.median_px not in MEDIANS_PX:
        raise _invalid(f"median_px is {card.median_px}, but must be 1 (none), 3 or 5")
    if not (0 < card.cutoff < 1 and card.standard_deviation > 0 and low <= card.pixel_spacing_mm <= high):
        raise _invalid(
            "cutoff must lie between 0 and 1, standard_deviation above 0, pixel_spacing_mm in 0.01..1"
        )


def _check_whole_input(card: ModelCard) -> None:
    size = (card.input_rows, card.input_columns)
    low, high = WHOLE_INPUT_PX
    is_patch = card.task == "patch_classification"
    if card.input == "tiles" and not is_patch and size != (0, 0):
        raise _invalid(f"input_rows and input_columns are {size}, but must be 0 where the input is tiles")
    is_resized = card.input == "whole" or size != (0, 0)
    if is_resized and not all(low <= side <= high for side in size):
        raise _invalid(f"input_rows and input_columns are {size}, but must lie in {low}..{high}")


def _check_measured(card: ModelCard) -> None:
    if not (isinstance(card.statistics, dict) and _is_finite(card.statistics)):
        raise _invalid("statistics must be a mapping of names to finite numbers")
    if not 0 <= card.heatmap_cutoff < 1:
        raise _invalid(f"heatmap_cutoff is {card.heatmap_cutoff}, but must be 0 or more and below 1")
    if not all(
        _is_number(number) and math.isfinite(number) for point in card.calibration for number in point
    ):
        raise _invalid("calibration must be a list of points of finite numbers")


def _is_finite(value: object) -> bool:
    """Tell whether every number is finite, also inside lists and mappings."""
    if isinstance(value, dict):
        return all(_is_finite(part) for part in value.values())
    if isinstance(value, list | tuple):
        return all(_is_finite(part) for part in value)
    return not isinstance(value, float) or math.isfinite(value)


def _default(of: "Field[Any]") -> object:
    return of.default if of.default_factory is MISSING else of.default_factory()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _invalid(reason: str) -> WeightsRefusedError:
    return WeightsRefusedError(f"The model card in this file is not valid: {reason}.", code="card_invalid")
