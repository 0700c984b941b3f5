"""The web process stays light: no page and no API route pulls in torch or the libraries of a report."""

import subprocess
import sys
from pathlib import Path

RESOLVE_EVERYTHING = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.settings"
import django
django.setup()
from django.urls import get_resolver
import webapp.wsgi
def walk(patterns):
    for pattern in patterns:
        nested = getattr(pattern, "url_patterns", None)
        if nested is None:
            assert callable(pattern.callback)
            yield pattern
        else:
            yield from walk(nested)
count = len(list(walk(get_resolver().url_patterns)))
slow = {
    "torch", "torchvision", "timm", "segmentation_models_pytorch",
    "matplotlib", "pingouin", "sklearn", "statsmodels",
}
heavy = sorted(slow & set(sys.modules))
print(count, heavy)
"""


def test_resolving_every_address_loads_no_slow_library(repository: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", RESOLVE_EVERYTHING], cwd=repository, capture_output=True, text=True, check=True
    )

    count, heavy = result.stdout.strip().splitlines()[-1].split(" ", 1)
    assert int(count) > 20
    assert heavy == "[]"
