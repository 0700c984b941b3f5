"""Readers with known errors and synthetic exams for them: a campaign that tries its own statistics."""

from dataclasses import dataclass, replace
from pathlib import Path

from ml import masks, phantom
from ml.study.simulated_campaign import make_small_phantom
from ml.study.simulated_reader import (
    BAC,
    MICROCALCIFICATION,
    SEVEN_READERS,
    Scene,
    SimulatedReader,
    read_scene,
    scene_of,
)

# Confusion of labels would make a false segment of one label out of a true one of the other.
SIMULATED_READERS = tuple(replace(reader, confusion=0.0) for reader in SEVEN_READERS)


@dataclass(frozen=True)
class SimulatedExam:
    """A synthetic exam of one image as a DICOM file, and what there is to mark on it."""

    path: Path
    scene: Scene


@dataclass(frozen=True)
class SimulatedReading:
    """What a reader drew, in the plain form of masks."""

    bac: bytes
    microcalcification: bytes
    has_bac: bool


def write_simulated_exam(folder: Path, *, seed: int) -> SimulatedExam:
    """Draw a small exam and write it as a DICOM file For Presentation."""
    image = make_small_phantom(seed)
    path = folder / f"simulated{seed}.dcm"
    phantom.write_phantom_dicom(
        image, path, patient_id=f"SIMULATED-{seed}", study_uid=f"2.25.{9_000_000 + seed}"
    )
    return SimulatedExam(path, scene_of(image))


def read_simulated(exam: SimulatedExam, reader: SimulatedReader, *, seed: int) -> SimulatedReading:
    """Let a reader mark an exam; the same seed gives the same masks."""
    drawn = read_scene(exam.scene, reader, seed=seed)
    return SimulatedReading(
        bac=masks.encode(drawn[BAC]),
        microcalcification=masks.encode(drawn[MICROCALCIFICATION]),
        has_bac=masks.area_px(drawn[BAC]) > 0,
    )
