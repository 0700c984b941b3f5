import pytest

from ml.quantify import calcium_mg, calcium_mg_of_hydroxyapatite, mass_category


def test_calcium_of_a_known_layer():
    assert calcium_mg(0.0855, 10.0) == pytest.approx(1.078, abs=5e-4)
    assert calcium_mg_of_hydroxyapatite(2.702) == pytest.approx(1.078, abs=5e-4)
    assert calcium_mg(1.0, 1.0) == pytest.approx(1.2605, abs=5e-5)


@pytest.mark.parametrize(
    ("mass_mg", "category"),
    [
        (None, None),
        (-3.0, "0"),
        (0.0, "0"),
        (0.29, "0"),
        (0.3, "(0, 20]"),
        (20.0, "(0, 20]"),
        (20.0001, "(20, 40]"),
        (40.0, "(20, 40]"),
        (60.0, "(40, 60]"),
        (80.0, "(60, 80]"),
        (80.0001, "> 80"),
        (1e6, "> 80"),
    ],
)
def test_category_by_edges_and_detection_limit(mass_mg, category):
    assert mass_category(mass_mg, detection_limit_mg=0.3) == category


def test_without_a_limit_any_calcium_counts():
    assert mass_category(1e-9, detection_limit_mg=None) == "(0, 20]"
