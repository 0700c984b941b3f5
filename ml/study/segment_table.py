"""Who marked which segment of which image, counted so that a model of all of it is quick to fit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.errors import StatisticsInputError
from ml.metrics.resampling import checked_patients

Array = NDArray[np.float64]
LEAST_READERS = 3
LEAST_WHO_MARKED = 2


@dataclass(frozen=True, kw_only=True)
class ImageVotes:
    """The segments of one image.

    Attributes
    ----------
    patient : str
        Whose image it is.
    readers : tuple of str
        Who read it, each once.
    votes : tuple of tuple of bool
        For each segment who of them marked it, one at least; none where nobody marked anything.
    """

    patient: str
    readers: tuple[str, ...]
    votes: tuple[tuple[bool, ...], ...] = ()


@dataclass(frozen=True)
class SegmentTable:
    """Segments with equal votes counted together, for each patient.

    Attributes
    ----------
    names : tuple of str
        Readers, in the order in which they first come.
    marks, has_read : ndarray, shape (rows, readers)
        1 where the reader marked the segment; where she read its image.
    of_patient : ndarray, shape (patients, rows)
        How often each row comes.
    panels : ndarray, shape (panels, readers)
        1 where the reader is one of those who read an image together.
    images_of_patient : ndarray, shape (patients, panels)
        How many images each panel read.
    row_of_segment : ndarray of int, shape (segments,)
        Segment by segment as given.
    """

    names: tuple[str, ...]
    marks: Array
    has_read: Array
    of_patient: Array
    panels: Array
    images_of_patient: Array
    row_of_segment: NDArray[np.intp]

    @classmethod
    def of(cls, images: Sequence[ImageVotes]) -> "SegmentTable":
        """Count segments.

        Parameters
        ----------
        images : sequence of ImageVotes
            All that were read.

        Returns
        -------
        table : SegmentTable

        Raises
        ------
        StatisticsInputError
            With code `not_a_table`, `reader_twice`, `nobody_marked` or `no_patient`.
        """
        for image in images:
            _check(image)
        names = tuple(dict.fromkeys(name for image in images for name in image.readers))
        column = {name: number for number, name in enumerate(names)}
        who, patient_of = np.unique(
            checked_patients([image.patient for image in images]), return_inverse=True
        )
        reads = np.zeros((len(images), len(names)))
        rows, patient_of_row = [], []
        for number, image in enumerate(images):
            columns = [column[name] for name in image.readers]
            reads[number, columns] = 1
            for vote in image.votes:
                marked = np.zeros(len(names))
                marked[columns] = vote
                rows.append(np.concatenate([marked, reads[number]]))
                patient_of_row.append(patient_of[number])
        every = np.array(rows).reshape(len(rows), 2 * len(names))
        unique, row_of_segment = np.unique(every, axis=0, return_inverse=True)
        row_of_segment = row_of_segment.ravel().astype(np.intp)
        of_patient = np.zeros((len(who), len(unique)))
        np.add.at(of_patient, (np.array(patient_of_row, dtype=np.intp), row_of_segment), 1)
        panels, panel_of = np.unique(reads, axis=0, return_inverse=True)
        images_of_patient = np.zeros((len(who), len(panels)))
        np.add.at(images_of_patient, (patient_of, panel_of.ravel()), 1)
        marks, has_read = np.split(unique, 2, axis=1)
        return cls(names, marks, has_read, of_patient, panels, images_of_patient, row_of_segment)

    def undefined(self) -> str:
        """Say why readers cannot be told from each other.

        Returns
        -------
        code : str
            "" where they can.
        """
        if not len(self.panels) or self.panels.sum(axis=1).max() < LEAST_READERS:
            return "too_few_readers"
        who_marked = int(self.marks.any(axis=0).sum())
        return ("nothing_marked", "one_marked")[who_marked] if who_marked < LEAST_WHO_MARKED else ""

    def meets_another(self, reader: int) -> bool:
        """Tell whether a reader shares an image with another.

        Parameters
        ----------
        reader : int
            Her place among the names.

        Returns
        -------
        meets : bool
        """
        return bool((self.panels[self.panels[:, reader] > 0].sum(axis=1) > 1).any())


def _check(image: ImageVotes) -> None:
    if len(set(image.readers)) < len(image.readers):
        raise StatisticsInputError(
            f"A reader comes twice in {image.readers}; give one reading of each.", code="reader_twice"
        )
    if any(len(vote) != len(image.readers) for vote in image.votes):
        raise StatisticsInputError(
            f"A segment has not {len(image.readers)} votes, one for each reader of its image.",
            code="not_a_table",
        )
    if not all(any(vote) for vote in image.votes):
        raise StatisticsInputError(
            "Nobody marked one of the segments; give those that somebody marked.", code="nobody_marked"
        )
