import pytest

from ml.errors import NotPoolableError
from ml.quantify import pool
from tests.factories.quantities import make_quantities


def test_scores_are_summed():
    pooled = pool([make_quantities(tam=1), make_quantities(tam=2), make_quantities(tam=4)])

    assert (pooled.images, pooled.tam, pooled.am, pooled.pm) == (3, 7, 600, 600.0)


def test_missing_score_leaves_no_sum():
    pooled = pool([make_quantities(), make_quantities(tam=None)])

    assert pooled.tam is None
    assert pooled.am == 400


@pytest.mark.parametrize(
    ("difference", "code"),
    [
        ({"mapping_id": "breast-0.5-99.5/grey"}, "mixed_mappings"),
        ({"mapping_id": None}, "mixed_mappings"),
        ({"threshold_x": 50.0}, "mixed_thresholds"),
        ({"is_threshold_included": True}, "mixed_thresholds"),
        ({"cutoff": 0.4}, "mixed_definitions"),
        ({"made_of": "probability"}, "mixed_definitions"),
        ({"version": 2}, "mixed_definitions"),
        ({"include_pectoral": True}, "mixed_definitions"),
    ],
)
def test_numbers_made_differently_are_never_pooled(difference, code):
    with pytest.raises(NotPoolableError) as refusal:
        pool([make_quantities(), make_quantities(**difference)])

    assert refusal.value.code == code
    assert next(iter(difference)) in refusal.value.message


def test_nothing_cannot_be_pooled():
    with pytest.raises(NotPoolableError) as refusal:
        pool([])

    assert refusal.value.code == "nothing_to_pool"
