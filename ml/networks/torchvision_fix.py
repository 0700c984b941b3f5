"""Import torchvision beside a torch build that lacks its compiled operators."""

import sys
from types import ModuleType

import torch

# Operators whose fake kernels torchvision registers while it is imported.
SCHEMAS = tuple(
    f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor" for name in ("nms", "qnms")
)
_libraries: list[torch.library.Library] = []


def ensure_torchvision() -> ModuleType:
    """Return torchvision, also where its wheel was built for CUDA and torch for the CPU.

    timm and segmentation-models-pytorch import torchvision without using its operators. The wheel on the
    package index is built for CUDA; beside a CPU build of torch its compiled part does not load, and the
    import breaks off at two operators that nobody registered. Registering their schemas is enough. A
    torchvision that fits its torch is imported untouched.

    Returns
    -------
    module
        torchvision; in the repaired case without nms, roi_align and its image codecs.

    Raises
    ------
    RuntimeError
        Where the import fails for another reason.
    """
    try:
        import torchvision  # noqa: PLC0415 - the import is what may fail
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "FRAGMENT")
        for schema in SCHEMAS:
            library.define(schema)
        # The schemas live as long as the library object.
        _libraries.append(library)
        import torchvision  # noqa: PLC0415 - second try
    return torchvision
