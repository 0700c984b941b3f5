import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset


def make_voi_lut(
    values: NDArray[np.integer], *, first_mapped: int = 0, bits: int = 16, explanation: str = ""
) -> Dataset:
    """Make an item of VOI LUT Sequence (0028,3010); 65536 entries are written as 0, as DICOM asks for."""
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(values) % 2**16, first_mapped, bits])
    item.add_new("LUTData", "OW", values.astype("<u2").tobytes())
    if explanation:
        item.LUTExplanation = explanation
    return item
