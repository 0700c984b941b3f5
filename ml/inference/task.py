"""Which command and class a network is for."""

from ml.errors import PredictionRefusedError
from ml.networks import ModelCard

_ANSWERS = {
    "segmentation": "marks pixels. Use `python -m ml predict` for it",
    "image_classification": "answers for a whole image and marks no pixel. Use `python -m ml explain`, which "
    "gives its answer and a heatmap of what it rests on",
    "patch_classification": "answers for small patches and marks no pixel. Use `python -m ml explain`, which "
    "gives its answers over the image as a heatmap",
}


def check_task(card: ModelCard, *tasks: str) -> None:
    """Refuse a network that is for something else.

    Parameters
    ----------
    card : ModelCard
        Of the network.
    tasks : str
        What is asked for.

    Raises
    ------
    PredictionRefusedError
        With code `wrong_task`, and what to use instead.
    """
    if card.task not in tasks:
        raise PredictionRefusedError(f"{card.name} {card.version} {_ANSWERS[card.task]}.", code="wrong_task")
