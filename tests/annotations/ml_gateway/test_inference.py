import subprocess
import sys

import pytest

from annotations.errors import InvalidError
from annotations.ml_gateway.acquisition import acquisition_of
from annotations.ml_gateway.inference import load_models
from annotations.models import Mammogram

WEB_PROCESS = """
import sys, django
django.setup()
import webapp.wsgi, annotations.urls, annotations.tasks, annotations.api.urls, annotations.views.urls
print("with torch" if "torch" in sys.modules else "without torch")
"""


def test_a_web_process_never_loads_torch(repository):
    environment = {"DJANGO_SETTINGS_MODULE": "webapp.settings", "DATABASE_URL": "postgresql:///none"}

    answer = subprocess.run(
        [sys.executable, "-c", WEB_PROCESS],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.stdout == "without torch\n", answer.stderr


def test_load_models_translates_what_cannot_be_loaded(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"not weights")

    with pytest.raises(InvalidError) as caught:
        load_models([(path, "0" * 64)], engine_folder=tmp_path)

    assert caught.value.code == "not_a_checkpoint"


def test_acquisition_of_takes_columns_and_kept_attributes():
    mammogram = Mammogram(
        bits_stored=14,
        photometric_interpretation="MONOCHROME1",
        presentation_intent="FOR PROCESSING",
        pixel_spacing_row_mm=0.07,
        pixel_spacing_column_mm=0.08,
        attributes={
            "PixelIntensityRelationship": "LIN",
            "PixelIntensityRelationshipSign": -1,
            "KVP": 29.0,
            "EstimatedRadiographicMagnificationFactor": 1.8,
            "LossyImageCompression": "01",
        },
    )

    acquisition = acquisition_of(mammogram)

    assert acquisition.pixel_spacing_mm == (0.07, 0.08)
    assert acquisition.pixel_intensity_relationship_sign == -1
    assert (acquisition.magnification, acquisition.is_lossy) == (1.8, True)
    assert (acquisition.kvp, acquisition.grid, acquisition.rescale_slope) == (29.0, "", 1.0)
