import pytest

from ml.phantom import make_phantom

SMALL = {"rows": 500, "columns": 400, "pixel_spacing_mm": 0.2}


@pytest.fixture(scope="session")
def phantom():
    """A left CC view with heavy BAC and one cluster."""
    return make_phantom(11, **SMALL, severity=0.5, clusters=1)


@pytest.fixture(scope="session")
def clean_phantom():
    return make_phantom(12, **SMALL, has_bac=False, clusters=0)
