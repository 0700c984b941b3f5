"""A dataset version as the export writes it, small, for tests of what reads it."""

import hashlib
import json

import numpy as np

from ml.images import write_clean_png
from ml.masks import from_dense, to_png


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def write_dataset(folder, images, *, pixel_spacing_mm=(0.1, 0.1), label="bac", answers=None, findings=None):
    """Write `images`: (patient, split, pixels, mask of `label` or None); return the folder.

    `answers` to bac_present and lists of `findings` are by position, where they are given.
    """
    (folder / "images").mkdir(parents=True)
    (folder / "masks").mkdir()
    items, files = [], {}
    for k, (patient, split, pixels, mask) in enumerate(images):
        content = write_clean_png(pixels)
        stem, annotation = sha256(content)[:16], f"{k:012x}"
        name = f"images/{stem}.png"
        files[name] = content
        masks = {}
        if mask is not None:
            mask_name = f"masks/{stem}_{annotation}_{label}.png"
            files[mask_name] = to_png(from_dense(mask))
            masks[label] = {"file": mask_name, "area_px": int(mask.sum())}
        image = {
            "file": name,
            "rows": pixels.shape[0],
            "columns": pixels.shape[1],
            "pixel_spacing_mm": pixel_spacing_mm,
        }
        answer = answers[k] if answers else ("yes" if mask is not None and mask.any() else "no")
        told = findings[k] if findings else []
        items.append(_item(patient, split, image, annotation, masks) | {"findings": told})
        items[-1]["annotation"]["answers"] = {"bac_present": answer} if answer else {}
    text = json.dumps(items, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    manifest = {
        "format": "tramline-dataset",
        "format_version": 1,
        "dataset": "tiny@1",
        "content_sha256": sha256(text.encode()),
        "files": [{"path": path, "sha256": sha256(content)} for path, content in files.items()],
        "items": items,
    }
    for path, content in files.items():
        (folder / path).write_bytes(content)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _item(patient, split, image, annotation, masks):
    return {
        "patient": patient,
        "split": split,
        "image": {
            **image,
            "bits_stored": 12,
            "photometric_interpretation": "MONOCHROME2",
            "presentation_intent": "FOR PRESENTATION",
            "image_laterality": "L",
            "view_position": "CC",
            "pixel_spacing_source": "ImagerPixelSpacing",
            "attributes": {"PatientAge": "063Y", "KVP": 29.0},
        },
        "annotation": {"annotation": annotation},
        "masks": masks,
    }


def bright_line(random, *, has_bac, rows=256, columns=256):
    """Return a breast of noise with, or without, a bright line, and the mask of the line."""
    pixels = random.integers(900, 1100, (rows, columns)).astype(np.uint16)
    pixels[:, 3 * columns // 4 :] = 0
    mask = np.zeros(pixels.shape, dtype=bool)
    if has_bac:
        row = int(random.integers(20, rows - 30))
        mask[row : row + 6, 10:70] = True
        pixels[mask] += 1500
    return pixels, mask
