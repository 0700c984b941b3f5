import json

import pytest
from pydicom import Dataset
from pydicom.datadict import dictionary_VR
from pydicom.sequence import Sequence

from annotations.dicom import check_header, keep_attributes, read_header
from annotations.dicom.kept import KEPT_KEYWORDS
from tests.factories.dicom_files import CANARY, make_dataset, write_dicom

TEXT_VRS = {"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"}

# pydicom warns while the lies below are being put into the header.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def test_no_planted_text_comes_through(tmp_path):
    kept = keep_attributes(read_header(write_dicom(tmp_path / "image.dcm", make_dataset())))

    assert CANARY not in json.dumps(kept)
    assert "4711" not in json.dumps(kept)
    assert kept["Manufacturer"] == "Hologic"
    assert kept["ViewCodeSequence"] == [
        {"code": "399368009", "scheme": "SCT", "meaning": "medio-lateral oblique"}
    ]


@pytest.mark.parametrize("keyword", [k for k in KEPT_KEYWORDS if dictionary_VR(k) in TEXT_VRS])
def test_text_planted_in_a_kept_attribute_is_dropped(keyword):
    header = make_dataset()
    header.add_new(keyword, dictionary_VR(keyword), [f"{CANARY}^JANE", "NORMAL"])

    assert CANARY not in json.dumps(keep_attributes(header))


@pytest.mark.parametrize("keyword", ["AnatomicRegionSequence", "ViewCodeSequence"])
def test_sequences_pass_only_known_codes_in_own_words(keyword):
    items = [make_code("399162004", "SCT"), make_code(CANARY, "SCT"), make_code("T-04000", CANARY)]

    kept = keep_attributes(make_dataset(**{keyword: Sequence(items)}))

    assert CANARY not in json.dumps(kept)


def make_code(value: str, scheme: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, f"breast of {CANARY}"
    return item


def test_view_modifiers_are_found_inside_the_view():
    view = make_code("R-10226", "SNM3")
    view.ViewModifierCodeSequence = Sequence([make_code("399163009", "SCT"), make_code("R-102D5", "SRT")])

    kept = keep_attributes(make_dataset(ViewCodeSequence=Sequence([view])))

    assert [concept["code"] for concept in kept["ViewCodeSequence"]] == ["399368009"]
    assert [concept["meaning"] for concept in kept["ViewModifierCodeSequence"]] == [
        "magnification",
        "implant displaced",
    ]


@pytest.mark.parametrize(
    ("keyword", "came", "kept"),
    [
        ("KVP", 29, 29.0),
        ("KVP", "nan", None),
        ("KVP", 500, None),
        ("KVP", [28, 29], None),
        ("BodyPartThickness", -3, None),
        ("AnodeTargetMaterial", "tungsten", "TUNGSTEN"),
        ("AnodeTargetMaterial", "KRYPTONITE", None),
        ("ImageType", ["ORIGINAL", "PRIMARY", ""], ["ORIGINAL", "PRIMARY", ""]),
        ("ImageType", ["DERIVED", "JANE"], ["DERIVED", ""]),
        ("WindowCenter", [2653, 2713], [2653.0, 2713.0]),
        ("WindowCenterWidthExplanation", ["Normal", "For Jane"], ["NORMAL", ""]),
        ("VOILUTFunction", "SIGMOID", "SIGMOID"),
        ("VOILUTFunction", "OTHER", None),
        ("PixelIntensityRelationshipSign", -1, -1),
        ("Manufacturer", "SIEMENS Healthineers", "Siemens"),
        ("Manufacturer", "Doctor Who", None),
        ("ManufacturerModelName", "Senographe Essential VERSION ADS_54.10", "Senographe Essential"),
        ("PatientOrientation", ["P", "FL"], ["P", "FL"]),
        ("Grid", ["RECIPROCATING", "FOCUSED"], "RECIPROCATING\\FOCUSED"),
        ("Grid", ["JANE", "FOCUSED"], "FOCUSED"),
        ("FilterMaterial", "RHODIUM", "RHODIUM"),
    ],
)
def test_value_is_rebuilt_or_left_out(keyword, came, kept):
    header = make_dataset()
    header.add_new(keyword, dictionary_VR(keyword), came)

    assert keep_attributes(header).get(keyword) == kept


def test_attributes_without_an_entry_are_left_out():
    kept = keep_attributes(make_dataset())

    assert set(kept) <= {*KEPT_KEYWORDS, "ViewModifierCodeSequence"}
    for keyword in (
        "PatientID",
        "StudyInstanceUID",
        "AcquisitionDate",
        "SoftwareVersions",
        "DeviceSerialNumber",
    ):
        assert keyword not in kept


def test_real_header_with_its_oddities(shared_data):
    header = read_header(shared_data / "fo-dicom-mg" / "GH133.dcm")

    check_header(header)
    kept = keep_attributes(header)

    assert kept["VOILUTFunction"] == "SIGMOID"
    assert kept["WindowCenterWidthExplanation"] == ["NORMAL", "HARDER", "SOFTER"]
    assert kept["WindowCenter"] == [2653.0, 2713.0, 2569.0]
    assert kept["ImageType"] == ["ORIGINAL", "PRIMARY", ""]
    assert kept["ManufacturerModelName"] == "Senographe Essential"
    text = json.dumps(kept)
    for identifying in ("ANON", "GESEN121", "NPL0186", "10452020145105", "2015", "MAMMOSCREENING"):
        assert identifying not in text
