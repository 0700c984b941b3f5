"""Masks as runs against arrays: reading, pieces, overlap, pictures."""

import io
from collections.abc import Iterator

import cc3d
import cv2
import numpy as np
from PIL import Image

from benchmarks.labels import SHAPE, dense_pair, runs_pair
from benchmarks.race import Race
from ml import masks

SIZE = f"{SHAPE[0]}x{SHAPE[1]}"


def races() -> Iterator[Race]:
    for name, label, goal in (("OpenCV", _label_with_opencv, 40), ("cc3d", _label_with_cc3d, 40)):
        yield Race(
            name=f"components with area and box from runs / {name}, {SIZE}",
            ours=lambda: masks.label_components(runs_pair()[0]),
            theirs=label,
            check=_assert_same_pieces,
            goal=goal,
            rounds=9,
        )
    yield Race(
        name=f"Dice from runs / numpy from arrays, {SIZE}",
        ours=_dice_from_runs,
        theirs=_dice_with_numpy,
        check=_assert_equal,
        goal=15,
        rounds=9,
    )
    yield Race(
        name=f"runs of a dense mask / numpy, {SIZE}",
        ours=lambda: masks.from_dense(dense_pair().reference),
        theirs=_find_runs_with_numpy,
        check=lambda ours, theirs: np.testing.assert_array_equal(ours.runs, theirs),
        goal=4,
        rounds=9,
    )
    for measure, unit, goal in ((None, "ms", 50), (_bytes_of, "bytes", 0.91)):
        yield Race(
            name=f"PNG of one bit from runs / Pillow's of eight bits, {unit}, {SIZE}",
            ours=lambda: masks.to_png_1bit(runs_pair()[0]),
            theirs=_write_png_with_pillow,
            check=_assert_same_picture,
            goal=goal,
            measure=measure,
            unit=unit,
        )


def _label_with_opencv():
    label = dense_pair().reference.view(np.uint8)
    # 16 bits a label: the fastest of its types and algorithms, and enough for these labels.
    _, _, stats, _ = cv2.connectedComponentsWithStats(label, connectivity=8, ltype=cv2.CV_16U)
    left, top, width, height, area = stats[1:].T
    return area, np.stack([top, left, top + height, left + width], axis=1)


def _label_with_cc3d():
    labels = cc3d.connected_components(dense_pair().reference, connectivity=8)
    statistics = cc3d.statistics(labels)
    boxes = [
        (rows.start, columns.start, rows.stop, columns.stop) for rows, columns in statistics["bounding_boxes"]
    ]
    return statistics["voxel_counts"][1:], np.array(boxes[1:])


def _dice_from_runs():
    reference, prediction = runs_pair()
    shared = masks.intersection_area_px(reference, prediction)
    return 2 * shared / (masks.area_px(reference) + masks.area_px(prediction))


def _dice_with_numpy():
    reference, prediction = dense_pair()
    shared = np.count_nonzero(reference & prediction)
    return 2 * shared / (np.count_nonzero(reference) + np.count_nonzero(prediction))


def _find_runs_with_numpy():
    mask = dense_pair().reference
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = mask
    row, edge = np.nonzero(np.diff(padded, axis=1))
    return np.stack([row[::2], edge[::2], edge[1::2]], axis=1)


def _write_png_with_pillow():
    stream = io.BytesIO()
    Image.fromarray(dense_pair().reference * np.uint8(255)).save(stream, "PNG")
    return stream.getvalue()


def _bytes_of(side, data):
    del side
    return len(data)


def _assert_same_picture(ours, theirs):
    pictures = [np.asarray(Image.open(io.BytesIO(data))) > 0 for data in (ours, theirs)]
    np.testing.assert_array_equal(*pictures)


def _assert_same_pieces(ours, theirs):
    tables = [np.column_stack(measured) for measured in ((ours.area_px, ours.boxes), theirs)]
    mine, other = (pieces[np.lexsort(pieces.T)] for pieces in tables)
    np.testing.assert_array_equal(mine, other)


def _assert_equal(ours, theirs):
    assert ours == theirs
