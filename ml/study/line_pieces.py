"""A centre line whose points carry votes, cut where the votes change."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ml.masks import kulpa_length_mm


def close_gaps(covered: NDArray[np.bool_], table: NDArray[np.int32], steps: int) -> NDArray[np.bool_]:
    """Cover what lies between covered points of a line.

    Parameters
    ----------
    covered : ndarray of bool, shape (k, n)
        For each point whether each of n readers covers it.
    table : ndarray of int32, shape (k, 8)
        Neighbours of each point, -1 where there is none (see `ml.masks.points`).
    steps : int
        Gaps of twice as many points are closed.

    Returns
    -------
    covered : ndarray of bool, shape (k, n)
        With gaps closed; a free end of the line is covered where the last covered point is that near.
    """
    is_there = (table >= 0)[:, :, None]
    for _ in range(steps):
        covered = covered | (covered[table] & is_there).any(axis=1)
    for _ in range(steps):
        covered = covered & (covered[table] | ~is_there).all(axis=1)
    return covered


def pieces_of_equal_votes(
    line: NDArray[np.int32],
    table: NDArray[np.int32],
    votes: NDArray[np.int64],
    *,
    least_mm: float,
    pixel_spacing_mm: tuple[float, float],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cut a line where the votes change, and give short pieces to their longest neighbour.

    Parameters
    ----------
    line : ndarray of int32, shape (k, 2)
        (row, column) of each point, in raster order.
    table : ndarray of int32, shape (k, 8)
        Neighbours of each point, -1 where there is none.
    votes : ndarray of int64, shape (k,)
        Which readers cover each point, one bit each; 0 where the line crosses a gap that none covers.
    least_mm : float
        Pieces shorter than this, or without a vote, do not stand beside others.
    pixel_spacing_mm : tuple of float
        (row, column) spacing, (1, 1) for lengths in pixels.

    Returns
    -------
    piece_of_point : ndarray of int64, shape (k,)
        From 0.
    votes_of_piece : ndarray of int64, shape (pieces,)
        Which readers marked it.
    """
    votes = votes.astype(np.int64)
    first, direction = np.nonzero(table >= 0)
    second = table[first, direction]
    while True:
        same = votes[first] == votes[second]
        edges = (np.ones(int(same.sum()), dtype=np.int8), (first[same], second[same]))
        count, pieces = connected_components(coo_array(edges, shape=(len(line), len(line))), directed=False)
        of_piece = np.zeros(count, dtype=np.int64)
        of_piece[pieces] = votes
        borders = np.unique(np.column_stack([pieces[first[~same]], pieces[second[~same]]]), axis=0)
        given = _given_up(_lengths(line, pieces, pixel_spacing_mm), of_piece, borders, least_mm)
        if not given:
            return pieces.astype(np.int64), of_piece
        for piece, taker in given.items():
            votes[pieces == piece] = of_piece[taker]


def _lengths(
    line: NDArray[np.int32], pieces: NDArray[np.int32], spacing: tuple[float, float]
) -> NDArray[np.float64]:
    order = np.argsort(pieces, kind="stable")
    firsts = np.cumsum(np.bincount(pieces))[:-1]
    return np.array([kulpa_length_mm(points, spacing) for points in np.split(line[order], firsts)])


def _given_up(
    lengths: NDArray[np.float64],
    votes: NDArray[np.int64],
    borders: NDArray[np.int32],
    least_mm: float,
) -> dict[int, int]:
    """Say which pieces go to which neighbour: only those that come before all short ones they touch."""
    # Gaps first, then the shortest; of equal ones the first.
    rank = np.empty(len(lengths), dtype=np.int64)
    rank[np.lexsort((np.arange(len(lengths)), lengths, votes > 0))] = np.arange(len(lengths))
    is_short = (lengths < least_mm) | (votes == 0)
    neighbours: dict[int, list[int]] = {}
    for piece, other in borders.tolist():
        neighbours.setdefault(piece, []).append(other)
    return {
        piece: max(others, key=lambda other: int(rank[other]))
        for piece, others in neighbours.items()
        if is_short[piece] and all(rank[piece] < rank[other] for other in others)
    }
