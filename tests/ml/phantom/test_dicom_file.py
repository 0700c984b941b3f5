import numpy as np
import pydicom
import pytest

from ml.images import read_image
from ml.phantom import make_phantom, write_phantom_dicom

PERSON = {"patient_id": "P1", "study_uid": "1.2.826.0.1.3680043.8.498.1"}


@pytest.mark.parametrize("intent", ["FOR PRESENTATION", "FOR PROCESSING"])
def test_file_is_read_back_to_the_grey_level_with_its_facts(phantom, tmp_path, intent):
    path = tmp_path / "phantom.dcm"
    write_phantom_dicom(phantom, path, **PERSON, intent=intent)

    image = read_image(path)

    is_raw = intent == "FOR PROCESSING"
    assert np.array_equal(image.pixels, phantom.raw if is_raw else phantom.presentation)
    assert image.acquisition == (phantom.acquisition if is_raw else phantom.presentation_acquisition)


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


def test_same_arguments_give_the_same_bytes(phantom, tmp_path):
    for name in ("a", "b"):
        write_phantom_dicom(phantom, tmp_path / name, **PERSON)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_file_names_an_invented_person_and_says_it_is_synthetic(phantom, tmp_path):
    write_phantom_dicom(phantom, tmp_path / "file", **PERSON, patient_name="Nobody^Ever")

    dataset = pydicom.dcmread(tmp_path / "file")

    assert str(dataset.PatientName) == "Nobody^Ever"
    assert dataset.PatientBirthDate
    assert dataset.InstitutionName
    assert "SYNTHETIC" in dataset.ImageComments
    assert "SYNTHETIC" in dataset.SeriesDescription
