"""A mammogram brought to the one size that a whole-image network sees, and its result brought back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.inference.preparation import resample
from ml.inference.tiles import BLACK_LEVEL


@dataclass(frozen=True)
class WholeFrame:
    """Where an image lies in what the network sees.

    Attributes
    ----------
    rows, columns : int
        Of the image.
    padded_rows, padded_columns : int
        With black added, at the bottom and on the side away from the chest wall, to the network's ratio.
    wall_is_left : bool
        Which side the chest wall is taken to be on.
    input_rows, input_columns : int
        What the network sees.
    """

    rows: int
    columns: int
    padded_rows: int
    padded_columns: int
    wall_is_left: bool
    input_rows: int
    input_columns: int

    def into(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Pad and resize.

        Parameters
        ----------
        image : ndarray of float32, shape (rows, columns)
            On the 0..255 scale, or a mask of 0 and 1.

        Returns
        -------
        ndarray of float32, shape (input_rows, input_columns)
            Averages where it shrinks.
        """
        padded = np.zeros((self.padded_rows, self.padded_columns), dtype=np.float32)
        padded[self._place] = image
        return resample(padded, self.input_rows, self.input_columns)

    def back(self, probability: NDArray[np.float32]) -> NDArray[np.float32]:
        """Undo `into`.

        Parameters
        ----------
        probability : ndarray of float32, shape (input_rows, input_columns)
            What the network found.

        Returns
        -------
        ndarray of float32, shape (rows, columns)
            On the image's own pixels.
        """
        return resample(probability, self.padded_rows, self.padded_columns)[self._place]

    @property
    def _place(self) -> tuple[slice, slice]:
        first = 0 if self.wall_is_left else self.padded_columns - self.columns
        return slice(0, self.rows), slice(first, first + self.columns)


def whole_frame(scaled: NDArray[np.float32], input_rows: int, input_columns: int) -> WholeFrame:
    """Find how an image is brought to a network's input.

    Parameters
    ----------
    scaled : ndarray of float32, shape (rows, columns)
        On the 0..255 scale; the chest wall is on the side that shows more tissue.
    input_rows, input_columns : int
        From the model card.

    Returns
    -------
    WholeFrame
        The same for an image and its label.
    """
    rows, columns = scaled.shape
    tissue = np.count_nonzero(scaled > BLACK_LEVEL, axis=0)
    half = columns // 2
    return WholeFrame(
        rows=rows,
        columns=columns,
        padded_rows=max(rows, round(columns * input_rows / input_columns)),
        padded_columns=max(columns, round(rows * input_columns / input_rows)),
        wall_is_left=bool(tissue[:half].sum() >= tissue[columns - half :].sum()),
        input_rows=input_rows,
        input_columns=input_columns,
    )
