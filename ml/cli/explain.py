"""`python -m ml explain`: what a classifier says of one image, and what it rests on."""

import argparse
import io
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ml.cli.command import (
    Progress,
    add_pixel_spacing,
    check_can_write,
    check_other_file,
    with_spacing,
    write_file,
)
from ml.explain import (
    HeatmapScorer,
    estimate_length,
    image_statistics,
    is_out_of_domain,
    overlay,
    patch_grid,
)
from ml.images import read_image
from ml.inference import PatchScorer, check_task, scale_by_header
from ml.networks import ImportedWeights, import_checkpoint
from ml.physics import pixel_size_of
from ml.types import Acquisition

REMARK = "Research use only. Not for diagnosis."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("image", type=Path, metavar="IMAGE", help="DICOM, PNG or TIFF")
    parser.add_argument("--model", type=Path, required=True, help="safetensors of a classifier")
    parser.add_argument("--out", type=Path, required=True, help="PNG to write: the heatmap over the image")
    parser.add_argument(
        "--stride-px",
        type=int,
        help="of a network for patches: from one to the next; its side by default",
    )
    add_pixel_spacing(parser)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Write the heatmap over one image, and say what the network answers and how far that carries."""
    check_can_write(options.out)
    check_other_file(options.out, options.image, options.model)
    started = time.monotonic()
    weights = import_checkpoint(options.model)
    card = weights.card
    check_task(card, "image_classification", "patch_classification")
    image = read_image(options.image)
    acquisition = with_spacing(image.acquisition, options.pixel_spacing_mm)
    if card.task == "image_classification":
        heatmap, said = _whole(weights, image.pixels, acquisition)
    else:
        heatmap, said = _patches(weights, image.pixels, acquisition, options.stride_px)
    write_file(options.out, _png(image.pixels, acquisition, heatmap))
    domain = is_out_of_domain(image_statistics(image.pixels, acquisition), card)
    return {
        "model": f"{card.name} {card.version}",
        "digest": weights.sha256,
        "label": card.label,
        **said,
        "cutoff": card.cutoff,
        "out_of_domain": domain.flag,
        "out_of_domain_reason": domain.reason,
        "synthetic_only": card.synthetic_only,
        "seconds": round(time.monotonic() - started, 3),
        "out": str(options.out),
        "remark": REMARK,
    }


def _whole(
    weights: ImportedWeights, pixels: NDArray[np.uint16], acquisition: Acquisition
) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    card = weights.card
    probability, heatmap = HeatmapScorer(weights).explain(pixels, acquisition)
    is_positive = probability >= card.cutoff
    length = estimate_length(
        heatmap,
        pixel_size_of(acquisition).spacing_mm,
        cutoff=card.heatmap_cutoff or None,
        is_positive=is_positive,
    )
    return heatmap, {
        "probability": round(probability, 6),
        "is_positive": is_positive,
        "heatmap_cutoff": length.cutoff,
        "estimated_length_mm": length.length_by_area_mm,
    }


def _patches(
    weights: ImportedWeights, pixels: NDArray[np.uint16], acquisition: Acquisition, stride_px: int | None
) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    grid = patch_grid(
        PatchScorer(weights), pixels, acquisition, stride_px=stride_px, on_progress=Progress("patches")
    )
    rows, columns = grid.levels.shape
    return grid.on_image(), {
        "cell_rows": rows,
        "cell_columns": columns,
        "largest_probability": round(float(grid.levels.max()) / 255, 3),
        "cells_from_cutoff_on": int(np.count_nonzero(grid.levels >= weights.card.cutoff * 255)),
    }


def _png(pixels: NDArray[np.uint16], acquisition: Acquisition, heatmap: NDArray[np.uint8]) -> bytes:
    scaled = scale_by_header(pixels, acquisition)
    told = PngInfo()
    told.add_text("Comment", REMARK)
    picture = io.BytesIO()
    Image.fromarray(overlay(scaled, heatmap)).save(picture, format="PNG", pnginfo=told)
    return picture.getvalue()
