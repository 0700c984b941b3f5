import json
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from ml.errors import ImageRefusedError, PhantomRequestError
from ml.images import read_image
from ml.phantom import FORMS, make_phantom, write_phantom_dicom
from ml.phantom.forms import SINGLE_FORMS, form_image
from ml.phantom.tomosynthesis import ANGLES_DEG

PERSON = {"patient_id": "P1", "study_uid": "1.2.826.0.1.3680043.8.498.1"}
REQUIRED = json.loads((Path(__file__).parent / "required_attributes.json").read_text())
# What a form leaves out on purpose.
LEFT_OUT = {"missing-spacing": {"ImagerPixelSpacing"}}


@pytest.fixture(scope="module")
def files(phantom, tmp_path_factory):
    """One file of each form."""
    folder = tmp_path_factory.mktemp("forms")
    for form in FORMS:
        write_phantom_dicom(phantom, folder / form, **PERSON, form=form)
    return folder


def lacking(dataset: Dataset, required: dict[str, int]) -> set[str]:
    """Paths of required attributes that are absent, or empty where type 1, in sequences that are there."""
    missing = set()
    for path, kind in required.items():
        *parents, keyword = path.split(".")
        places = [dataset]
        for parent in parents:
            places = [item for place in places for item in place.get(parent) or []]
        for place in places:
            if keyword not in place or (kind == 1 and place[keyword].is_empty):
                missing.add(path)
    return missing


@pytest.mark.parametrize("form", SINGLE_FORMS)
def test_form_is_read_back_to_the_grey_level_with_its_facts(phantom, files, form):
    image = read_image(files / form)

    expected = form_image(phantom, form)
    assert np.array_equal(image.pixels, expected.pixels)
    assert image.acquisition == expected.acquisition


@pytest.mark.parametrize("form", FORMS)
def test_form_has_the_attributes_that_the_standard_demands(files, form):
    dataset = pydicom.dcmread(files / form)

    is_scan = form == "tomosynthesis"
    iod = "breast-projection-x-ray-image" if is_scan else "digital-mammography-x-ray-image"
    assert lacking(dataset, REQUIRED[iod]) == LEFT_OUT.get(form, set())
    assert dataset.file_meta.MediaStorageSOPClassUID == dataset.SOPClassUID
    assert dataset.pixel_array.max() < 2**dataset.BitsStored


@pytest.mark.parametrize("form", FORMS)
def test_form_says_that_it_is_synthetic(files, form):
    dataset = pydicom.dcmread(files / form, stop_before_pixels=True)

    assert "SYNTHETIC" in dataset.SeriesDescription
    assert "SYNTHETIC" in dataset.PatientComments
    assert "PHANTOM" in dataset.Manufacturer


def test_calcium_means_the_same_in_all_raw_forms(phantom):
    raw = form_image(phantom, "raw").pixels.astype(int)
    linear = form_image(phantom, "linear").pixels.astype(int)
    logarithmic = form_image(phantom, "logarithmic").pixels.astype(int)

    assert np.array_equal(raw, 65535 - linear)
    # 1000 counts for each factor e of exposure, without the detector's offset of 50.
    exposure = np.maximum(linear - 50, 1)
    assert np.abs(logarithmic - 1000 * (np.log(16383) - np.log(exposure))).max() <= 0.5


def test_spacing_of_a_magnified_view_is_that_at_the_detector(phantom, files):
    dataset = pydicom.dcmread(files / "magnification", stop_before_pixels=True)

    assert dataset.EstimatedRadiographicMagnificationFactor == 1.8
    assert dataset.ImagerPixelSpacing[0] / 1.8 == pytest.approx(phantom.pixel_spacing_mm)
    assert dataset.ViewCodeSequence[0].ViewModifierCodeSequence[0].CodeMeaning == "magnification"


def test_corrected_spacing_differs_from_that_at_the_detector(files):
    dataset = pydicom.dcmread(files / "corrected-spacing", stop_before_pixels=True)

    assert dataset.PixelSpacing[0] == pytest.approx(dataset.ImagerPixelSpacing[0] / 1.063, rel=1e-4)


def test_scan_has_nine_frames_that_the_reader_refuses_plainly(phantom, files):
    dataset = pydicom.dcmread(files / "tomosynthesis")

    groups = dataset.PerFrameFunctionalGroupsSequence
    angles = [float(group.PositionerPositionSequence[0].PositionerPrimaryAngle) for group in groups]
    assert angles == list(ANGLES_DEG)
    assert angles[4] == 0
    assert dataset.pixel_array.shape == (9, *phantom.linear.shape)
    with pytest.raises(ImageRefusedError) as refusal:
        read_image(files / "tomosynthesis")
    assert refusal.value.code == "multi_frame"


def test_scan_has_the_functional_groups_of_a_projection_image(files):
    dataset = pydicom.dcmread(files / "tomosynthesis", stop_before_pixels=True)

    (shared,) = dataset.SharedFunctionalGroupsSequence
    of_all = {element.keyword for element in shared}
    assert of_all >= {
        "FrameAcquisitionSequence",
        "FrameAnatomySequence",
        "FramePixelDataPropertiesSequence",
        "PixelValueTransformationSequence",
        "XRayFilterSequence",
        "XRayGeometrySequence",
        "XRayGridSequence",
    }
    for group in dataset.PerFrameFunctionalGroupsSequence:
        of_one = {element.keyword for element in group}
        assert of_one >= {"FrameContentSequence", "PositionerPositionSequence", "XRayAcquisitionDoseSequence"}
        assert not of_one & of_all


def test_unknown_form_is_refused(phantom, tmp_path):
    with pytest.raises(PhantomRequestError, match="tomosynthesis"):
        write_phantom_dicom(phantom, tmp_path / "file", **PERSON, form="polaroid")
    assert not (tmp_path / "file").exists()


def test_views_of_an_exam_share_study_and_series_but_not_instance(tmp_path):
    datasets = []
    for view in ("CC", "MLO"):
        small = make_phantom(3, rows=300, columns=260, pixel_spacing_mm=0.4, view_position=view)
        write_phantom_dicom(small, tmp_path / view, **PERSON)
        datasets.append(pydicom.dcmread(tmp_path / view))

    first, second = datasets
    assert first.StudyInstanceUID == second.StudyInstanceUID == PERSON["study_uid"]
    assert first.SeriesInstanceUID == second.SeriesInstanceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID


def test_same_arguments_give_the_same_bytes(phantom, files, tmp_path):
    write_phantom_dicom(phantom, tmp_path / "again", **PERSON, form="tomosynthesis")

    assert (tmp_path / "again").read_bytes() == (files / "tomosynthesis").read_bytes()


def test_file_names_an_invented_person(phantom, tmp_path):
    write_phantom_dicom(phantom, tmp_path / "file", **PERSON, patient_name="Nobody^Ever")

    dataset = pydicom.dcmread(tmp_path / "file")

    assert str(dataset.PatientName) == "Nobody^Ever"
    assert dataset.PatientBirthDate
    assert dataset.InstitutionName
