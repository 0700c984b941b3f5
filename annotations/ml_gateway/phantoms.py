"""Synthetic mammograms for the demo: DICOM files to take in, and what simulated readers drew on them."""

from dataclasses import dataclass
from pathlib import Path

from ml import masks, phantom

VIEWS = ("CC", "MLO")


@dataclass(frozen=True)
class PhantomImage:
    """One synthetic image as a file, with the masks that readers of different care would draw."""

    path: Path
    careless_masks: tuple[bytes, ...]
    careful_mask: bytes
    microcalcification_mask: bytes
    has_bac: bool


def write_phantom_image(
    folder: Path, *, seed: int, image_laterality: str, view_position: str, readers: int
) -> PhantomImage:
    """Make one image of the exam `seed` and write it as a DICOM file For Presentation.

    Both views of an exam show the same breast.
    """
    image = phantom.make_phantom(seed, image_laterality=image_laterality, view_position=view_position)
    path = folder / f"exam{seed}_{image_laterality}{view_position}.dcm"
    phantom.write_phantom_dicom(image, path, patient_id=f"DEMO-{seed}", study_uid=f"2.25.{1000 + seed}")
    return PhantomImage(
        path=path,
        careless_masks=tuple(
            masks.encode(masks.from_dense(phantom.third_party_mask(image, seed=seed * 100 + reader)))
            for reader in range(readers)
        ),
        careful_mask=masks.encode(masks.from_dense(phantom.expert_mask(image))),
        microcalcification_mask=masks.encode(masks.from_dense(image.microcalcifications)),
        has_bac=bool(image.bac.any()),
    )
