"""A frozen dataset version that is small enough to train on while a test waits.

Run by a test as a program of its own with the environment of its system:
`python -m tests.e2e.given_learnable NAME`. Prints the version.
"""

import os
import sys

import django


def make(name: str) -> str:
    from tests.factories.learnable import make_learnable_version  # noqa: PLC0415 - Django first

    return str(make_learnable_version(name))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    print(make(sys.argv[1]))
