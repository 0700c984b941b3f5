"""Every header of the set hangs right or is asked about; none is guessed."""

import pytest
from pydicom import dcmread

from annotations.dicom import check_header, keep_attributes, read_header
from annotations.domain.hanging import Hanging, ImageFacts, StatedView, Turn, hang
from ml.breast import find_regions
from ml.images.acquisition import read_acquisition
from tests.factories.dicom_files import write_dicom
from tests.factories.messy_header import MessyHeader, code, said
from tests.factories.messy_headers import MESSY_HEADERS

# pydicom warns while the lies are being put into the headers.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

ASKED = [case for case in MESSY_HEADERS if case.asks]
KNOWN = [case for case in MESSY_HEADERS if not case.asks]


def facts_of_file(path) -> ImageFacts:
    """Read a file with the parts of intake; its limited child process alone is left out, for speed."""
    header, dataset = read_header(path), dcmread(path)
    check_header(header)
    acquisition = read_acquisition(dataset)
    regions = find_regions(dataset.pixel_array, acquisition)
    return ImageFacts(
        laterality=acquisition.image_laterality,
        view=acquisition.view_position,
        attributes=keep_attributes(header),
        chest_wall=regions.chest_wall_side,
        is_upside_down="upside_down" in regions.flags if regions.polygon else None,
    )


def hang_case(case: MessyHeader, tmp_path, stated: StatedView | None = None) -> Hanging:
    return hang(facts_of_file(write_dicom(tmp_path / "image.dcm", case.dataset())), stated)


def test_the_set_is_large_and_both_kinds_are_in_it():
    assert len({case.title for case in MESSY_HEADERS}) == len(MESSY_HEADERS) >= 45
    assert len(ASKED) >= 20
    assert len(KNOWN) >= 25


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case.title)
def test_what_is_clear_hangs_right(case, tmp_path):
    hanging = hang_case(case, tmp_path)

    assert hanging.doubts == ()
    assert (hanging.name, hanging.turn) == (case.name, Turn(*case.turn))
    assert ", ".join(hanging.kind.words) == case.words


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case.title)
def test_what_is_not_clear_is_asked_about_in_words_and_hangs_as_stored(case, tmp_path):
    hanging = hang_case(case, tmp_path)

    question = " ".join(hanging.doubts)
    assert hanging.is_asked_about
    assert hanging.name.endswith("?")
    assert hanging.turn == Turn()
    assert [words for words in case.asks if words not in question] == []


@pytest.mark.parametrize(
    ("title", "stated", "turn"),
    [
        ("a mirrored film, or the wrong breast", StatedView("R", "CC"), Turn(0, mirrored=True)),
        ("a mirrored film, or the wrong breast", StatedView("L", "CC"), Turn()),
        ("turned over, and the header says nothing", StatedView("L", "MLO"), Turn(2)),
        ("upside down, and the header says upright", StatedView("R", "MLO"), Turn(2, mirrored=True)),
        ("on its side, and the header says nothing", StatedView("R", "CC"), Turn(1)),
        ("Patient Orientation not mirrored with the picture", StatedView("R", "CC"), Turn(0, mirrored=True)),
        ("no laterality", StatedView("L", "CC"), Turn()),
        ("nothing at all", StatedView("R", "MLO"), Turn()),
        ("a right CC of which one word says left", StatedView("R", "CC"), Turn()),
        ("a right CC of which one word says left", StatedView("L", "CC"), Turn(2)),
        ("a right ML of which one word says left", StatedView("L", "ML"), Turn(0, mirrored=True)),
        ("lying on its side, and the header says so", StatedView("R", "MLO"), Turn(1)),
    ],
)
def test_a_persons_answer_counts_and_turns_the_picture(title, stated, turn, tmp_path):
    case = next(case for case in MESSY_HEADERS if case.title == title)

    hanging = hang_case(case, tmp_path, stated)

    assert (hanging.laterality, hanging.view) == (stated.laterality, stated.view)
    assert (hanging.confidence, hanging.doubts, hanging.turn) == ("stated", (), turn)


@pytest.mark.parametrize(
    ("header", "note"),
    [
        (said("L", "CC"), ""),
        (said("L", "CC", EstimatedRadiographicMagnificationFactor=1.06), ""),
        (said("L", "CC", EstimatedRadiographicMagnificationFactor=1.8), "magnification taken off"),
        (said("L", "CC", ViewCodeSequence=code("399162004", "399163009")), "larger than in the breast"),
    ],
)
def test_lengths_of_magnified_views_say_what_they_are(header, note, tmp_path):
    case = MessyHeader(title="", header=header, shows="LCC", way="spot")

    assert note in hang_case(case, tmp_path).kind.length_note
    assert bool(note) == bool(hang_case(case, tmp_path).kind.length_note)
