"""DICOM files for tests: good mammograms with planted personal data, and files that lie.

Every text that may never come out again holds the word CANARY.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, FileMetaDataset, dcmread, dcmwrite
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalMammographyXRayImageStorageForProcessing,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
    generate_uid,
)

from tests.factories.jpeg_lossless import JPEG_LOSSLESS_SV1, encode_jpeg_lossless

CANARY = "CANARY"
WITH_AN_ENCODER = (RLELossless, JPEG2000Lossless)


def make_grey_levels(
    rows: int = 256, columns: int = 256, *, bits: int = 12, seed: int = 1
) -> NDArray[np.uint16]:
    """Make a noisy ramp that uses the whole range of `bits`, both ends included."""
    generator = np.random.default_rng(seed)
    ramp = np.linspace(0, 2**bits - 1, rows * columns).reshape(rows, columns)
    noisy = np.clip(ramp + generator.normal(0, 2 ** (bits - 6), ramp.shape), 0, 2**bits - 1)
    noisy[0, :2] = (0, 2**bits - 1)
    return noisy.astype(np.uint16)


def make_dataset(
    pixels: NDArray[np.uint16] | None = None, *, bits_stored: int = 12, **attributes: object
) -> Dataset:
    """Make a For Presentation mammogram, RMLO, with 0.1 mm pixels; `attributes` replace or add by keyword.

    None removes an attribute.
    """
    pixels = make_grey_levels(bits=bits_stored) if pixels is None else pixels
    dataset = Dataset()
    dataset.update(_image_facts(pixels, bits_stored))
    dataset.update(_personal_facts())
    allocated = np.uint8 if bits_stored == 8 else np.dtype("<u2")
    data = pixels.astype(allocated).tobytes()
    dataset.add_new("PixelData", "OB" if bits_stored == 8 else "OW", data + b"\0" * (len(data) % 2))
    for keyword, value in attributes.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
    return dataset


def _image_facts(pixels: NDArray[np.uint16], bits_stored: int) -> Dataset:
    facts = Dataset()
    facts.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    facts.Modality = "MG"
    facts.PresentationIntentType = "FOR PRESENTATION"
    facts.ImageType = ["ORIGINAL", "PRIMARY", ""]
    facts.Rows, facts.Columns = pixels.shape
    facts.SamplesPerPixel = 1
    facts.PhotometricInterpretation = "MONOCHROME2"
    facts.BitsAllocated = 8 if bits_stored == 8 else 16
    facts.BitsStored = bits_stored
    facts.HighBit = bits_stored - 1
    facts.PixelRepresentation = 0
    facts.ImagerPixelSpacing = [0.1, 0.1]
    facts.ImageLaterality = "R"
    facts.ViewPosition = "MLO"
    facts.WindowCenter, facts.WindowWidth = 2000, 3000
    facts.KVP = 29
    facts.AnodeTargetMaterial = "RHODIUM"
    facts.BurnedInAnnotation = "NO"
    return facts


def _personal_facts() -> Dataset:
    facts = Dataset()
    facts.SpecificCharacterSet = "ISO_IR 100"
    facts.SOPInstanceUID = generate_uid()
    facts.StudyInstanceUID = generate_uid()
    facts.SeriesInstanceUID = generate_uid()
    facts.PatientID = f"{CANARY}-4711"
    facts.PatientName = f"{CANARY}^Jane"
    facts.PatientBirthDate = "19510203"
    facts.InstitutionName = f"{CANARY} Hospital"
    facts.StudyDescription = f"Screening of {CANARY}"
    facts.OperatorsName = f"{CANARY}^Operator"
    facts.AcquisitionDate = "20240102"
    facts.Manufacturer = f"HOLOGIC, Inc. for {CANARY}"
    facts.DeviceSerialNumber = f"{CANARY}99"
    facts.add_new((0x0019, 0x0010), "LO", "PRIVATE CREATOR")
    facts.add_new((0x0019, 0x1001), "LO", f"{CANARY} private")
    nested = Dataset()
    nested.CodeValue = "399368009"
    nested.CodingSchemeDesignator = "SCT"
    nested.CodeMeaning = f"medio-lateral oblique of {CANARY}"
    nested.PatientName = f"{CANARY}^Nested"
    facts.ViewCodeSequence = Sequence([nested])
    return facts


def write_dicom(path: Path, dataset: Dataset, transfer_syntax: str = ExplicitVRLittleEndian) -> Path:
    """Write a DICOM file, compressing the pixels where the transfer syntax asks for it; return its path."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", "1.2.3")
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "1.2.3")
    if transfer_syntax in WITH_AN_ENCODER:
        dataset.compress(transfer_syntax, generate_instance_uid=False)
    elif transfer_syntax == JPEG_LOSSLESS_SV1:
        pixels = dataset.pixel_array
        _encapsulate(dataset, encode_jpeg_lossless(pixels, precision=dataset.BitsStored), transfer_syntax)
    else:
        dataset.file_meta.TransferSyntaxUID = transfer_syntax
    dcmwrite(path, dataset, enforce_file_format=True)
    return path


def _encapsulate(dataset: Dataset, codestream: bytes, transfer_syntax: str) -> None:
    dataset.file_meta.TransferSyntaxUID = transfer_syntax
    dataset.PixelData = encapsulate([codestream])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True


def write_jpeg2000_bomb(path: Path, *, claimed_px: int = 40_000) -> Path:
    """Write a little JPEG 2000 that claims a square of `claimed_px`, where Rows and Columns say 256."""
    flat = np.full((256, 256), 7, np.uint16)
    write_dicom(path, make_dataset(flat), JPEG2000Lossless)
    content = path.read_bytes()
    siz = content.index(b"\xff\x4f\xff\x51")
    # Image size, and tile size after the two offsets: one tile as large as the image.
    patched = bytearray(content)
    struct.pack_into(">2I", patched, siz + 8, claimed_px, claimed_px)
    struct.pack_into(">2I", patched, siz + 24, claimed_px, claimed_px)
    path.write_bytes(patched)
    return path


def write_jpeg_of_other_size(path: Path) -> Path:
    """Write a JPEG lossless image whose frame header says 300 rows where Rows says 256."""
    dataset = make_dataset(make_grey_levels(300, 256))
    dataset.Rows = 300
    write_dicom(path, dataset, JPEG_LOSSLESS_SV1)
    lying = dcmread(path)
    lying.Rows = 256
    dcmwrite(path, lying, enforce_file_format=True)
    return path


def write_truncated(path: Path, *, kept_share: float) -> Path:
    """Write a good file and cut it after a share of its bytes."""
    write_dicom(path, make_dataset())
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept_share)])
    return path


__all__ = [
    "CANARY",
    "JPEG_LOSSLESS_SV1",
    "DeflatedExplicitVRLittleEndian",
    "DigitalMammographyXRayImageStorageForProcessing",
    "ExplicitVRBigEndian",
    "ExplicitVRLittleEndian",
    "ImplicitVRLittleEndian",
    "JPEG2000Lossless",
    "JPEGBaseline8Bit",
    "RLELossless",
]
